{% macro forget_superseded_months(dataset) -%}
    {#- A hook is rendered again when it runs, and only then knows whether the table is there. -#}
    {{ return(
        "{% if is_incremental() %}delete from {{ this }} where not exists (select 1 from"
        ~ " {{ ref('int_newest_exports') }} as newest where newest.dataset = '" ~ dataset ~ "'"
        ~ " and newest.pga_mpn_id = {{ this }}.pga_mpn_id and newest.usage_month = {{ this }}.usage_month"
        ~ " and newest.export_fingerprint = {{ this }}.export_fingerprint){% endif %}"
    ) }}
{%- endmacro %}
