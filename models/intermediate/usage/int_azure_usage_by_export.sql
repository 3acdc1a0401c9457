{#- The one read of the usage lines. Lines of services that no rule set lists keep no subscription and no location:
    nothing is ever counted by them. -#}
with usage_lines as (

    select * from {{ ref('stg_partner_center__azure_usage') }}

),

spellings as (

    select * from {{ ref('int_text_spellings') }}

),

locations as (

    select * from {{ ref('int_partner_locations') }}

),

lines_with_partner as (

    select
        usage_lines.export_date,
        coalesce(usage_lines.reported_pga_mpn_id, locations.pga_mpn_id) as pga_mpn_id,
        usage_lines.usage_month,
        usage_lines.customer_tenant_id,
        usage_lines.subscription_id,
        usage_lines.mpn_id,
        associations.normalized_text as association,
        level_2.service_name as service_level_2,
        level_3.service_name as service_level_3,
        level_4.service_name as service_level_4,
        coalesce(level_2.service_name, level_3.service_name, level_4.service_name) is not null as is_known_service,
        usage_lines.duplicate_flag,
        usage_lines.acr_usd,
        usage_lines.reject_reason as line_reject_reason,
        usage_lines.source_row
    from usage_lines
    left join locations
        on usage_lines.mpn_id = locations.mpn_id
    left join spellings as level_2
        on usage_lines.service_level_2_spelling = level_2.spelling
    left join spellings as level_3
        on usage_lines.service_level_3_spelling = level_3.spelling
    left join spellings as level_4
        on usage_lines.service_level_4_spelling = level_4.spelling
    left join spellings as associations
        on usage_lines.association_spelling = associations.spelling

),

lines_with_reject_reason as (

    select
        *,
        {{ first_reject_reason('line_reject_reason', 'pga_mpn_id') }} as reject_reason
    from lines_with_partner

)

select
    export_date,
    reject_reason,
    pga_mpn_id,
    usage_month,
    customer_tenant_id,
    case when is_known_service then subscription_id end as subscription_id,
    case when is_known_service then mpn_id end as mpn_id,
    association,
    service_level_2,
    service_level_3,
    service_level_4,
    min(duplicate_flag) as duplicate_flag,
    sum(acr_usd) as acr_usd,
    count(*) as line_count,
    {{ rejected_rows_list('reject_reason', 'source_row') }} as rejected_rows
from lines_with_reject_reason
group by
    export_date,
    reject_reason,
    pga_mpn_id,
    usage_month,
    customer_tenant_id,
    case when is_known_service then subscription_id end,
    case when is_known_service then mpn_id end,
    association,
    service_level_2,
    service_level_3,
    service_level_4
