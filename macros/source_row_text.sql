{% macro source_row_text(source_row) -%}
    {{ return(adapter.dispatch('source_row_text')(source_row)) }}
{%- endmacro %}


{% macro duckdb__source_row_text(source_row) -%}
    cast(to_json({{ source_row }}) as {{ dbt.type_string() }})
{%- endmacro %}


{% macro postgres__source_row_text(source_row) -%}
    cast({{ source_row }} as text)
{%- endmacro %}


{% macro spark__source_row_text(source_row) -%}
    to_json({{ source_row }}, map('ignoreNullFields', 'false'))
{%- endmacro %}
