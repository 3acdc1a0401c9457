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
