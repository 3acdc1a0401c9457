{% macro unnest_list(column) -%}
    {{ return(adapter.dispatch('unnest_list')(column)) }}
{%- endmacro %}


{% macro default__unnest_list(column) -%}
    unnest({{ column }})
{%- endmacro %}


{% macro spark__unnest_list(column) -%}
    explode({{ column }})
{%- endmacro %}
