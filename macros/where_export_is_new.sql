{% macro where_export_is_new(dataset) -%}
    {#- Constants, not a join: only they keep DuckDB from opening the files of the other exports. -#}
    {%- if is_incremental() -%}
        {%- set new_exports = run_query(
            "select distinct export_date from " ~ ref('int_exports') ~ " where dataset = '" ~ dataset
            ~ "' and export_fingerprint not in (select distinct export_fingerprint from " ~ this ~ ")"
        ) -%}
        where export_date in (cast(null as date)
        {%- for row in new_exports.rows %}, cast('{{ row[0] }}' as date){% endfor %})
    {%- endif -%}
{%- endmacro %}
