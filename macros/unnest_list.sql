{% macro unnest_list(column) -%}
    unnest({{ column }})
{%- endmacro %}
