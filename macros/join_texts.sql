{% macro join_texts(expression, order_key) -%}
    string_agg(cast({{ expression }} as {{ dbt.type_string() }}), ', ' order by {{ order_key }})
{%- endmacro %}
