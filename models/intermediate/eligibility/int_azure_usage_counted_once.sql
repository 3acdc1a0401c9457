{#- One usage line can appear once per attribution of the PGA: of the eligible (location, association) pairs that
    report a service of a subscription in a month, one counts, with all its rows (docs/rules.md, Deduplication of
    attributions). Where no eligible pair reports it, the same order says what one more link would make count. -#}
with usage_listed as (

    select * from {{ ref('int_azure_usage_listed').include(database=false) }}

),

{{ azure_usage_counted_once([]) }}

select
    pga_mpn_id,
    eligibility_id,
    usage_month,
    customer_tenant_key,
    subscription_key,
    service_number,
    is_unknown_offer,
    is_counted,
    case
        when is_offer_excluded then 'offer_excluded'
        when not is_eligible_by_all then 'association_not_eligible'
    end as exclusion_reason,
    acr_usd,
    eligible_acr_usd,
    case when is_counted then first_eligible_acr_usd else 0 end as counted_acr_usd,
    case when not is_counted and not is_offer_excluded then first_acr_usd else 0 end as unlinked_acr_usd
from usage_of_services
