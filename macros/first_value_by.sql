{% macro first_value_by(value, keys) -%}
    {{ return(adapter.dispatch('first_value_by')(value, keys)) }}
{%- endmacro %}


{% macro default__first_value_by(value, keys) -%}
    {#- One text to compare is far cheaper than a row of them; chr(1) sorts before whatever may follow a shorter text. -#}
    min_by({{ value }}, {{ keys | join(' || chr(1) || ') }})
{%- endmacro %}


{% macro spark__first_value_by(value, keys) -%}
    {#- Where the value is null DuckDB passes over the row, Spark would return the null. -#}
    {{ default__first_value_by(value, keys) }} filter (where {{ value }} is not null)
{%- endmacro %}


{% macro postgres__first_value_by(value, keys) -%}
    (array_agg({{ value }} order by {{ keys | join(', ') }}) filter (where {{ value }} is not null))[1]
{%- endmacro %}
