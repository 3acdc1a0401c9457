{% macro not_materialized() -%}
    {{ return(adapter.dispatch('not_materialized')()) }}
{%- endmacro %}


{% macro default__not_materialized() -%}
    not materialized
{%- endmacro %}


{% macro spark__not_materialized() -%}
    {#- Spark has no such word, and works out a common table expression wherever it is named. -#}
{%- endmacro %}
