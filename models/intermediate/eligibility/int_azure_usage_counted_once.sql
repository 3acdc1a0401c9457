{#- One usage line can appear once per attribution of the PGA: of the eligible (location, association) pairs that
    report a service of a subscription in a month, one counts, with all its rows (spec section 1, fact 5). Where no
    eligible pair reports it, the same order says what one more link would make count. -#}
{%- set pair_columns = ['subscription_id', 'listed_service', 'mpn_id', 'association', 'is_unknown_offer'] %}
with usage_labelled as (

    select
        *,
        -- service and offer are the same for all pairs that report a usage; only the association differs
        case when exclusion_reason != 'association_not_eligible' then exclusion_reason end as shared_exclusion_reason
    from {{ ref('int_azure_usage_labelled') }}

),

-- Rows of one pair may differ in what was not matched: a level below the service. What no pair can make count needs no
-- pair: it folds into a row per tenant and reason.
usage_of_pairs as (

    select
        pga_mpn_id,
        eligibility_id,
        usage_month,
        customer_tenant_id,
        shared_exclusion_reason,
        {% for column in pair_columns -%}
            case when shared_exclusion_reason is null then {{ column }} end as {{ column }},
        {% endfor -%}
        exclusion_reason,
        min(duplicate_flag) as duplicate_flag,
        sum(acr_usd) as acr_usd
    from usage_labelled
    group by
        pga_mpn_id,
        eligibility_id,
        usage_month,
        customer_tenant_id,
        shared_exclusion_reason,
        {% for column in pair_columns -%}
            case when shared_exclusion_reason is null then {{ column }} end,
        {% endfor -%}
        exclusion_reason

),

usage_of_services as (

    select
        pga_mpn_id,
        eligibility_id,
        usage_month,
        customer_tenant_id,
        subscription_id,
        shared_exclusion_reason,
        listed_service,
        is_unknown_offer,
        count(*) > count(exclusion_reason) as is_counted,
        coalesce(
            shared_exclusion_reason,
            case when count(exclusion_reason) > 0 then 'association_not_eligible' end
        ) as exclusion_reason,
        sum(acr_usd) as acr_usd,
        sum(case when exclusion_reason is null then acr_usd else 0 end) as eligible_acr_usd,
        {{ first_value_by(
            'acr_usd',
            [
                "case when exclusion_reason is null then '0' else '1' end",
                'cast(duplicate_flag as ' ~ dbt.type_string() ~ ')',
                "coalesce(mpn_id, '')",
                "coalesce(association, '')",
            ]
        ) }} as first_pair_acr_usd
    from usage_of_pairs
    group by
        pga_mpn_id,
        eligibility_id,
        usage_month,
        customer_tenant_id,
        shared_exclusion_reason,
        subscription_id,
        listed_service,
        is_unknown_offer

)

select
    pga_mpn_id,
    eligibility_id,
    usage_month,
    customer_tenant_id,
    subscription_id,
    listed_service,
    is_unknown_offer,
    is_counted,
    exclusion_reason,
    acr_usd,
    eligible_acr_usd,
    case when is_counted then first_pair_acr_usd else 0 end as counted_acr_usd,
    case when not is_counted and exclusion_reason = 'association_not_eligible' then first_pair_acr_usd else 0 end
        as unlinked_acr_usd
from usage_of_services
