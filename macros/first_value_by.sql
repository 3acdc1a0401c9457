{% macro first_value_by(value, keys) -%}
    {{ return(adapter.dispatch('first_value_by')(value, keys)) }}
{%- endmacro %}


{% macro duckdb__first_value_by(value, keys) -%}
    min_by({{ value }}, row({{ keys | join(', ') }})) filter (where {{ value }} is not null)
{%- endmacro %}


{% macro spark__first_value_by(value, keys) -%}
    min_by({{ value }}, struct({{ keys | join(', ') }})) filter (where {{ value }} is not null)
{%- endmacro %}


{% macro postgres__first_value_by(value, keys) -%}
    (array_agg({{ value }} order by {{ keys | join(', ') }}) filter (where {{ value }} is not null))[1]
{%- endmacro %}
