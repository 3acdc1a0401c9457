{% macro source_row(cte) -%}
    {{ return(adapter.dispatch('source_row')(cte)) }}
{%- endmacro %}


{% macro duckdb__source_row(cte) -%}
    {#- DuckDB lets a relation's name stand for its whole row: nothing is copied or written as text
        before a rejected row asks for it. -#}
    {{ cte }}
{%- endmacro %}


{% macro spark__source_row(cte) -%}
    struct({{ cte }}.*)
{%- endmacro %}


{% macro postgres__source_row(cte) -%}
    {#- Postgres keeps names in lower case: the source's columns say how Microsoft writes them. -#}
    {%- set columns = [] -%}
    {%- for source_table in (graph.sources if execute else {}).values()
        if [source_table.source_name, source_table.name] in model.sources -%}
        {%- for column in source_table.columns -%}
            {%- do columns.append(cte ~ '.' ~ column ~ ' as "' ~ column ~ '"') -%}
        {%- endfor -%}
    {%- endfor -%}
    (select row_to_json(named) from (select {{ columns | join(', ') }}) as named)
{%- endmacro %}


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


{% macro list_source_rows(source_row, condition) -%}
    array_agg(
        case when {{ condition }} then {{ source_row_text(source_row) }} end
    ) filter (where {{ condition }})
{%- endmacro %}


{% macro rejected_row_list(reject_reason, source_row) -%}
    case when {{ reject_reason }} is not null then {{ list_of(source_row_text(source_row)) }} end
{%- endmacro %}


{% macro json_field(row_text, field) -%}
    {{ return(adapter.dispatch('json_field')(row_text, field)) }}
{%- endmacro %}


{% macro duckdb__json_field(row_text, field) -%}
    json_extract_string({{ row_text }}, '$.{{ field }}')
{%- endmacro %}


{% macro postgres__json_field(row_text, field) -%}
    cast({{ row_text }} as json) ->> '{{ field }}'
{%- endmacro %}


{% macro spark__json_field(row_text, field) -%}
    get_json_object({{ row_text }}, '$.{{ field }}')
{%- endmacro %}
