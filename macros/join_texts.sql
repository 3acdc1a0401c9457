{% macro join_texts(expression, order_key) -%}
    {{ return(adapter.dispatch('join_texts')(expression, order_key)) }}
{%- endmacro %}


{% macro default__join_texts(expression, order_key) -%}
    string_agg(cast({{ expression }} as {{ dbt.type_string() }}), ', ' order by {{ order_key }})
{%- endmacro %}


{% macro spark__join_texts(expression, order_key) -%}
    listagg(cast({{ expression }} as string), ', ') within group (order by {{ order_key }})
{%- endmacro %}
