{% macro try_cast(expression, type) -%}
    {#- dbt.safe_cast is a plain cast on DuckDB. -#}
    {{ return(adapter.dispatch('try_cast')(expression, type)) }}
{%- endmacro %}


{% macro default__try_cast(expression, type) -%}
    try_cast({{ expression }} as {{ type }})
{%- endmacro %}
