{% macro where_export_became_newest(dataset) -%}
    {#- Constants, not a join: only they keep DuckDB from opening the files of the other exports. They are found before
        the hook deletes: a month that is kept of another export is one to read. -#}
    {%- if is_incremental() -%}
        {%- set new_exports = run_query(
            "select distinct newest.export_date from " ~ ref('int_newest_exports') ~ " as newest left join " ~ this
            ~ " as kept on newest.pga_mpn_id = kept.pga_mpn_id and newest.usage_month = kept.usage_month"
            ~ " and newest.export_fingerprint = kept.export_fingerprint"
            ~ " where newest.dataset = '" ~ dataset ~ "' and kept.pga_mpn_id is null"
        ) -%}
        where export_date in (cast(null as date)
        {%- for row in new_exports.rows %}, cast('{{ row[0] }}' as date){% endfor %})
    {%- endif -%}
{%- endmacro %}
