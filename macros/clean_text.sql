{% macro clean_text(column) -%}
    nullif(trim(cast({{ column }} as {{ dbt.type_string() }}), {{ blanks() }}), '')
{%- endmacro %}
