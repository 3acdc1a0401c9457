{% macro list_of(element) -%}
    {{ return(adapter.dispatch('list_of')(element)) }}
{%- endmacro %}


{% macro default__list_of(element) -%}
    array[{{ element }}]
{%- endmacro %}


{% macro spark__list_of(element) -%}
    array({{ element }})
{%- endmacro %}


{% macro unnest_list(column) -%}
    {{ return(adapter.dispatch('unnest_list')(column)) }}
{%- endmacro %}


{% macro default__unnest_list(column) -%}
    unnest({{ column }})
{%- endmacro %}


{% macro spark__unnest_list(column) -%}
    explode({{ column }})
{%- endmacro %}
