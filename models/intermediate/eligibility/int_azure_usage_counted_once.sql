{#- One usage line can appear once per attribution of the PGA: of the eligible (location, association) pairs that
    report a service of a subscription in a month, one counts, with all its rows (spec section 1, fact 5). -#}
with usage_labelled as (

    select * from {{ ref('int_azure_usage_labelled') }}

),

-- rows of one pair may differ in what was not matched: the spelling, or a level below the service
usage_of_pairs as (

    select
        pga_mpn_id,
        eligibility_id,
        usage_month,
        customer_tenant_id,
        exclusion_reason,
        subscription_id,
        listed_service,
        mpn_id,
        listed_association,
        is_unknown_offer,
        min(duplicate_flag) as duplicate_flag,
        sum(acr_usd) as acr_usd
    from usage_labelled
    group by
        pga_mpn_id,
        eligibility_id,
        usage_month,
        customer_tenant_id,
        exclusion_reason,
        subscription_id,
        listed_service,
        mpn_id,
        listed_association,
        is_unknown_offer

)

select
    pga_mpn_id,
    eligibility_id,
    usage_month,
    customer_tenant_id,
    exclusion_reason,
    subscription_id,
    listed_service,
    is_unknown_offer,
    sum(acr_usd) as acr_usd,
    case
        when exclusion_reason is null
            then {{ first_value_by('acr_usd', ['duplicate_flag', "coalesce(mpn_id, '')", 'listed_association']) }}
        else 0
    end as counted_acr_usd
from usage_of_pairs
group by
    pga_mpn_id,
    eligibility_id,
    usage_month,
    customer_tenant_id,
    exclusion_reason,
    subscription_id,
    listed_service,
    is_unknown_offer
