{% macro last_export_of(dataset) -%}
    {#- A constant: only it keeps DuckDB from opening the files of the other exports. -#}
    {%- set exports = ref('int_exports') -%}
    {%- set is_there = execute and load_relation(exports) is not none -%}
    {%- set last_export = run_query(
        "select max(export_date) from " ~ exports ~ " where dataset = '" ~ dataset ~ "'"
    ).columns[0].values()[0] if is_there -%}
    cast({{ "'" ~ last_export ~ "'" if last_export else 'null' }} as date)
{%- endmacro %}
