{% macro clean_text(column) -%}
    nullif(trim(both {{ blanks() }} from cast({{ column }} as {{ dbt.type_string() }})), '')
{%- endmacro %}
