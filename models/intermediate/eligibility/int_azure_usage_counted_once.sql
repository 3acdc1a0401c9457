{#- One usage line can appear once per attribution of the PGA: of the eligible (location, association) pairs that
    report a service of a subscription in a month, one counts, with all its rows (spec section 1, fact 5). -#}
with usage_labelled as (

    select * from {{ ref('int_azure_usage_labelled') }}

),

eligible_pairs as (

    select
        pga_mpn_id,
        eligibility_id,
        usage_month,
        customer_tenant_id,
        subscription_id,
        listed_service,
        mpn_id,
        listed_association,
        -- an unreadable flag ranks behind both readable ones
        min(coalesce(duplicate_flag, 2)) as duplicate_flag,
        sum(acr_usd) as acr_usd
    from usage_labelled
    where exclusion_reason is null
    group by
        pga_mpn_id,
        eligibility_id,
        usage_month,
        customer_tenant_id,
        subscription_id,
        listed_service,
        mpn_id,
        listed_association

),

ranked_pairs as (

    select
        *,
        row_number() over (
            partition by
                pga_mpn_id,
                eligibility_id,
                usage_month,
                customer_tenant_id,
                subscription_id,
                listed_service
            order by duplicate_flag asc, coalesce(mpn_id, '') asc, listed_association asc
        ) as pair_rank
    from eligible_pairs

)

select
    pga_mpn_id,
    eligibility_id,
    usage_month,
    customer_tenant_id,
    acr_usd,
    case when pair_rank > 1 then 'duplicate_attribution' end as exclusion_reason
from ranked_pairs

union all

select
    pga_mpn_id,
    eligibility_id,
    usage_month,
    customer_tenant_id,
    acr_usd,
    exclusion_reason
from usage_labelled
where exclusion_reason is not null
