{{ config(materialized='incremental', pre_hook=forget_changed_months('usage_fingerprint')) }}
with usage_counted_once as (

    select * from {{ ref('int_azure_usage_counted_once') }}
    where {{ is_changed_month('usage_month', 'usage_fingerprint', 12) }}

),

months as (

    select * from {{ ref('int_month_fingerprints') }}

),

tenant_months as (

    select
        pga_mpn_id,
        eligibility_id,
        customer_tenant_key,
        usage_month,
        {{ month_number('usage_month') }} as month_number,
        case
            when count(case when is_counted then 1 end) = 0
                then {{ exclusion_reason('min(' ~ exclusion_rank('exclusion_reason') ~ ')') }}
        end as exclusion_reason,
        sum(acr_usd) as acr_usd,
        sum(case when exclusion_reason = 'service_not_listed' then acr_usd else 0 end) as service_not_listed_acr_usd,
        sum(case when exclusion_reason = 'offer_excluded' then acr_usd else 0 end) as offer_excluded_acr_usd,
        sum(case when exclusion_reason = 'association_not_eligible' then acr_usd - eligible_acr_usd else 0 end)
            as association_not_eligible_acr_usd,
        sum(eligible_acr_usd) - sum(counted_acr_usd) as duplicate_acr_usd,
        sum(counted_acr_usd) as counted_acr_usd,
        sum(case when is_unknown_offer then counted_acr_usd else 0 end) as unknown_offer_acr_usd,
        sum(unlinked_acr_usd) as unlinked_acr_usd
    from usage_counted_once
    group by
        pga_mpn_id,
        eligibility_id,
        customer_tenant_key,
        usage_month

)

select
    tenant_months.*,
    months.usage_fingerprint
from tenant_months
inner join months
    on tenant_months.usage_month = months.usage_month
