{#- One usage line can appear once per attribution of the PGA: of the eligible (location, association) pairs that
    report a service of a subscription in a month, one counts, with all its rows (docs/rules.md, Deduplication of
    attributions). Where no eligible pair reports it, the same order says what one more link would make count. -#}
{%- set pair_columns = ['subscription_key', 'service_number', 'attribution_rank'] %}
{%- set pair_order = ['duplicate_flag', 'attribution_rank'] %}
with usage_listed as (

    select
        *,
        -- the offer is the same for all pairs that report a usage; only the association differs
        coalesce(exclusion_reason = 'offer_excluded', false) as is_offer_excluded
    from {{ ref('int_azure_usage_listed').include(database=false) }}

),

-- Rows of one pair may differ in what was not matched: a level below the service. What no pair can make count needs no
-- pair: it folds into a row per tenant.
usage_of_pairs as (

    select
        pga_mpn_id,
        eligibility_id,
        usage_month,
        customer_tenant_key,
        is_offer_excluded,
        {% for column in pair_columns -%}
            case when not is_offer_excluded then {{ column }} end as {{ column }},
        {% endfor -%}
        count(exclusion_reason) = 0 as is_eligible,
        min(duplicate_flag) as duplicate_flag,
        bool_or(is_unknown_offer) as is_unknown_offer,
        sum(acr_usd) as acr_usd
    from usage_listed
    group by
        pga_mpn_id,
        eligibility_id,
        usage_month,
        customer_tenant_key,
        {% for column in pair_columns -%}
            case when not is_offer_excluded then {{ column }} end,
        {% endfor -%}
        is_offer_excluded

),

usage_of_services as (

    select
        pga_mpn_id,
        eligibility_id,
        usage_month,
        customer_tenant_key,
        subscription_key,
        service_number,
        is_offer_excluded,
        bool_or(is_unknown_offer) as is_unknown_offer,
        bool_or(is_eligible) as is_counted,
        bool_and(is_eligible) as is_eligible_by_all,
        sum(acr_usd) as acr_usd,
        sum(case when is_eligible then acr_usd else 0 end) as eligible_acr_usd,
        {{ first_value_by('case when is_eligible then acr_usd end', pair_order) }} as first_eligible_acr_usd,
        {{ first_value_by('acr_usd', pair_order) }} as first_acr_usd
    from usage_of_pairs
    group by
        pga_mpn_id,
        eligibility_id,
        usage_month,
        customer_tenant_key,
        subscription_key,
        service_number,
        is_offer_excluded

)

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
