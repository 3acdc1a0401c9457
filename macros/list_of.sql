{% macro list_of(element) -%}
    {{ return(adapter.dispatch('list_of')(element)) }}
{%- endmacro %}


{% macro default__list_of(element) -%}
    array[{{ element }}]
{%- endmacro %}


{% macro spark__list_of(element) -%}
    array({{ element }})
{%- endmacro %}
