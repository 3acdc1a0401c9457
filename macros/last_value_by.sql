{% macro last_value_by(value, keys) -%}
    max_by({{ value }}, row({{ keys | join(', ') }})) filter (where {{ value }} is not null)
{%- endmacro %}
