{% macro first_value_by(value, keys) -%}
    {#- One text to compare is far cheaper than a row of them; chr(1) sorts before whatever may follow a shorter text. -#}
    min_by({{ value }}, {{ keys | join(' || chr(1) || ') }})
{%- endmacro %}
