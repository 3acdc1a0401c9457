{% macro month_number(date_column) -%}
    cast(extract(year from {{ date_column }}) * 12 + extract(month from {{ date_column }}) as integer)
{%- endmacro %}


{% macro month_series(first_month, last_month) -%}
    {{ return(adapter.dispatch('month_series')(first_month, last_month)) }}
{%- endmacro %}


{% macro duckdb__month_series(first_month, last_month) -%}
    cast(unnest(generate_series({{ first_month }}, {{ last_month }}, interval '1' month)) as date)
{%- endmacro %}


{% macro postgres__month_series(first_month, last_month) -%}
    cast(generate_series({{ first_month }}, {{ last_month }}, interval '1' month) as date)
{%- endmacro %}


{% macro spark__month_series(first_month, last_month) -%}
    explode(sequence({{ first_month }}, {{ last_month }}, interval '1' month))
{%- endmacro %}
