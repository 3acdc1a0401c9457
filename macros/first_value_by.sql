{% macro first_value_by(value, keys) -%}
    min_by({{ value }}, row({{ keys | join(', ') }}))
{%- endmacro %}
