{% macro last_export_of(dataset) -%}
    {#- A constant: only it keeps DuckDB from opening the files of the other exports. -#}
    {%- set exports = ref('stg_partner_center__exports') -%}
    {%- set is_there = execute and load_relation(exports) is not none -%}
    {%- set last_export = run_query(
        "select max(export_date) from " ~ exports ~ " where dataset = '" ~ dataset ~ "'"
    ).columns[0].values()[0] if is_there -%}
    cast({{ "'" ~ last_export ~ "'" if last_export else 'null' }} as date)
{%- endmacro %}


{% macro last_month_of(months) -%}
    {#- A constant: a month that a query has yet to find does not keep the engine from working out all of them. -#}
    {%- set is_there = execute and load_relation(months) is not none -%}
    {%- set last_month = run_query('select max(as_of_month) from ' ~ months ~ ' where is_last_scored_month').columns[0].values()[0] if is_there -%}
    cast({{ "'" ~ last_month ~ "'" if last_month else 'null' }} as date)
{%- endmacro %}
