{#- Revenue of services that no list names is what remains: the tenant's total less the lines of listed services. -#}
with usage_by_export as (

    select * from {{ ref('int_azure_usage_by_export') }}
    where reject_reason is null

),

newest_exports as (

    select * from {{ ref('int_newest_exports') }}
    where dataset = 'azure_usage'

),

usage_counted_once as (

    select * from {{ ref('int_azure_usage_counted_once') }}

),

eligibilities as (

    select distinct eligibility_id
    from {{ ref('int_rulebook_names') }}
    where track = 'azure'

),

accepted_usage as (

    select
        usage_by_export.pga_mpn_id,
        usage_by_export.customer_tenant_key,
        usage_by_export.usage_month,
        sum(usage_by_export.acr_usd) as acr_usd
    from usage_by_export
    inner join newest_exports
        on
            usage_by_export.pga_mpn_id = newest_exports.pga_mpn_id
            and usage_by_export.usage_month = newest_exports.usage_month
            and usage_by_export.export_date = newest_exports.export_date
    group by usage_by_export.pga_mpn_id, usage_by_export.customer_tenant_key, usage_by_export.usage_month

),

listed_usage as (

    select
        pga_mpn_id,
        eligibility_id,
        customer_tenant_key,
        usage_month,
        count(case when is_counted then 1 end) > 0 as is_counted,
        min({{ exclusion_rank('exclusion_reason') }}) as exclusion_rank,
        sum(acr_usd) as acr_usd,
        sum(case when exclusion_reason = 'offer_excluded' then acr_usd else 0 end) as offer_excluded_acr_usd,
        sum(case when exclusion_reason = 'association_not_eligible' then acr_usd - eligible_acr_usd else 0 end)
            as association_not_eligible_acr_usd,
        sum(eligible_acr_usd) - sum(counted_acr_usd) as duplicate_acr_usd,
        sum(counted_acr_usd) as counted_acr_usd,
        sum(case when is_unknown_offer then counted_acr_usd else 0 end) as unknown_offer_acr_usd,
        sum(unlinked_acr_usd) as unlinked_acr_usd
    from usage_counted_once
    group by pga_mpn_id, eligibility_id, customer_tenant_key, usage_month

)

select
    accepted_usage.pga_mpn_id,
    eligibilities.eligibility_id,
    accepted_usage.customer_tenant_key,
    accepted_usage.usage_month,
    {{ month_number('accepted_usage.usage_month') }} as month_number,
    case
        when listed_usage.is_counted is null then 'service_not_listed'
        when not listed_usage.is_counted then {{ exclusion_reason('listed_usage.exclusion_rank') }}
    end as exclusion_reason,
    accepted_usage.acr_usd,
    accepted_usage.acr_usd - coalesce(listed_usage.acr_usd, 0) as service_not_listed_acr_usd,
    coalesce(listed_usage.offer_excluded_acr_usd, 0) as offer_excluded_acr_usd,
    coalesce(listed_usage.association_not_eligible_acr_usd, 0) as association_not_eligible_acr_usd,
    coalesce(listed_usage.duplicate_acr_usd, 0) as duplicate_acr_usd,
    coalesce(listed_usage.counted_acr_usd, 0) as counted_acr_usd,
    coalesce(listed_usage.unknown_offer_acr_usd, 0) as unknown_offer_acr_usd,
    coalesce(listed_usage.unlinked_acr_usd, 0) as unlinked_acr_usd
from accepted_usage
cross join eligibilities
left join listed_usage
    on
        accepted_usage.pga_mpn_id = listed_usage.pga_mpn_id
        and accepted_usage.customer_tenant_key = listed_usage.customer_tenant_key
        and accepted_usage.usage_month = listed_usage.usage_month
        and eligibilities.eligibility_id = listed_usage.eligibility_id
