{#- The one read of the usage lines for the score. Lines of services that no rule set knows keep no subscription and no
    attribution, and fold into a row per tenant. -#}
{{ config(materialized='incremental', pre_hook=forget_superseded_months('azure_usage')) }}
with usage_lines as (

    select * from {{ ref('stg_partner_center__azure_usage') }}
    {{ where_export_became_newest('azure_usage') }}

),

locations as (

    select * from {{ ref('int_partner_locations') }}

),

newest_exports as (

    select * from {{ ref('int_newest_exports') }}
    where dataset = 'azure_usage' {{ and_month_is_not_kept('int_newest_exports') }}

),

spellings as (

    select * from {{ ref('int_text_spellings') }}

),

lines_with_partner as (

    select
        usage_lines.*,
        coalesce(usage_lines.reported_pga_mpn_id, locations.pga_mpn_id) as pga_mpn_id
    from usage_lines
    left join locations
        on usage_lines.mpn_id = locations.mpn_id

),

lines_with_known_names as (

    select
        newest_lines.pga_mpn_id,
        newest_lines.usage_month,
        newest_lines.customer_tenant_id,
        newest_lines.subscription_id,
        newest_lines.mpn_id,
        associations.normalized_text as association,
        level_2.service_name as service_level_2,
        level_3.service_name as service_level_3,
        level_4.service_name as service_level_4,
        newest_exports.export_fingerprint,
        coalesce(level_2.service_name, level_3.service_name, level_4.service_name) is not null as is_known_service,
        newest_lines.duplicate_flag,
        newest_lines.acr_usd
    from lines_with_partner as newest_lines
    inner join newest_exports
        on
            newest_lines.pga_mpn_id = newest_exports.pga_mpn_id
            and newest_lines.usage_month = newest_exports.usage_month
            and newest_lines.export_date = newest_exports.export_date
    left join spellings as level_2
        on newest_lines.service_level_2_spelling = level_2.spelling
    left join spellings as level_3
        on newest_lines.service_level_3_spelling = level_3.spelling
    left join spellings as level_4
        on newest_lines.service_level_4_spelling = level_4.spelling
    left join spellings as associations
        on newest_lines.association_spelling = associations.spelling

)

select
    pga_mpn_id,
    usage_month,
    export_fingerprint,
    customer_tenant_id,
    case when is_known_service then subscription_id end as subscription_id,
    case when is_known_service then mpn_id end as mpn_id,
    case when is_known_service then association end as association,
    service_level_2,
    service_level_3,
    service_level_4,
    -- an unreadable flag ranks behind both readable ones
    min(case when acr_usd is not null then coalesce(duplicate_flag, 2) end) as duplicate_flag,
    sum(acr_usd) as acr_usd
from lines_with_known_names
group by
    pga_mpn_id,
    usage_month,
    export_fingerprint,
    customer_tenant_id,
    case when is_known_service then subscription_id end,
    case when is_known_service then mpn_id end,
    case when is_known_service then association end,
    service_level_2,
    service_level_3,
    service_level_4
-- Lines without month or partner found no newest export; the rest of the rejected ones fall out of the folded rows,
-- which is far cheaper than a filter on every line.
having customer_tenant_id is not null and count(acr_usd) > 0
