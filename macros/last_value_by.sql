{% macro last_value_by(value, keys) -%}
    {{ return(adapter.dispatch('last_value_by')(value, keys)) }}
{%- endmacro %}


{% macro duckdb__last_value_by(value, keys) -%}
    max_by({{ value }}, row({{ keys | join(', ') }})) filter (where {{ value }} is not null)
{%- endmacro %}


{% macro spark__last_value_by(value, keys) -%}
    max_by({{ value }}, struct({{ keys | join(', ') }})) filter (where {{ value }} is not null)
{%- endmacro %}


{% macro postgres__last_value_by(value, keys) -%}
    (array_agg({{ value }} order by {{ keys | join(' desc, ') }} desc) filter (where {{ value }} is not null))[1]
{%- endmacro %}
