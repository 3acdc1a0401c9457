{% macro source_row_text(source_row) -%}
    cast(to_json({{ source_row }}) as {{ dbt.type_string() }})
{%- endmacro %}
