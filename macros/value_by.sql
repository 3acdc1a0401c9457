{% macro first_value_by(value, keys) -%}
    {{ return(adapter.dispatch('first_value_by')(value, keys)) }}
{%- endmacro %}


{% macro duckdb__first_value_by(value, keys) -%}
    {#- Of plain numbers DuckDB can write an aggregate to disk when memory is short; of a row it cannot. -#}
    {%- set key = keys[0] if keys | length == 1 else 'row(' ~ keys | join(', ') ~ ')' -%}
    min_by({{ value }}, {{ key }}) filter (where {{ value }} is not null)
{%- endmacro %}


{% macro spark__first_value_by(value, keys) -%}
    min_by({{ value }}, struct({{ keys | join(', ') }})) filter (where {{ value }} is not null)
{%- endmacro %}


{% macro postgres__first_value_by(value, keys) -%}
    (array_agg({{ value }} order by {{ keys | join(', ') }}) filter (where {{ value }} is not null))[1]
{%- endmacro %}


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
