{% macro equal_keys(left, right, keys) -%}
    {%- for key in keys -%}
        {{ '\n            and ' if not loop.first }}{{ left }}.{{ key }} = {{ right }}.{{ key }}
    {%- endfor -%}
{%- endmacro %}
