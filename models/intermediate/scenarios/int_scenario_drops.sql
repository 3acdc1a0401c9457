{#- Kind about_to_drop: what is left of a tenant's trailing year in the first month in which it would be out of the band
    if nothing more were used. -#}
with scored_months as (

    select * from {{ ref('int_scored_months') }}

),

last_acr_ttm as (

    select acr_ttm.*
    from {{ ref('int_tenant_acr_ttm') }} as acr_ttm
    inner join scored_months
        on acr_ttm.month_number = scored_months.month_number
    where scored_months.is_last_scored_month

),

tenant_months as (

    select * from {{ ref('int_azure_tenant_months') }}

),

criteria as (

    select * from {{ ref('int_track_criteria') }}
    where track = 'azure' and measure = 'count'

),

-- what is left of the trailing year after one month more, and two, and three, without usage
remaining_acr as (

    select
        last_acr_ttm.pga_mpn_id,
        last_acr_ttm.eligibility_id,
        last_acr_ttm.customer_tenant_key,
        last_acr_ttm.ttm_acr_usd,
        outlook_months.month_number as drop_month_number,
        last_acr_ttm.ttm_acr_usd - coalesce(sum(tenant_months.counted_acr_usd), 0) as remaining_acr_usd
    from last_acr_ttm
    inner join scored_months as outlook_months
        on
            last_acr_ttm.month_number < outlook_months.month_number
            and last_acr_ttm.month_number + {{ var('recommendation_drop_months') }} >= outlook_months.month_number
    left join tenant_months
        on
            last_acr_ttm.pga_mpn_id = tenant_months.pga_mpn_id
            and last_acr_ttm.eligibility_id = tenant_months.eligibility_id
            and last_acr_ttm.customer_tenant_key = tenant_months.customer_tenant_key
            and tenant_months.month_number > last_acr_ttm.month_number - 12
            and tenant_months.month_number <= outlook_months.month_number - 12
    where last_acr_ttm.has_eligible_usage
    group by
        last_acr_ttm.pga_mpn_id,
        last_acr_ttm.eligibility_id,
        last_acr_ttm.customer_tenant_key,
        last_acr_ttm.ttm_acr_usd,
        outlook_months.month_number

),

drops as (

    select
        remaining_acr.*,
        criteria.ruleset_id,
        criteria.metric,
        criteria.lowest_counted_value,
        row_number() over (
            partition by
                criteria.ruleset_id, criteria.metric, remaining_acr.pga_mpn_id, remaining_acr.customer_tenant_key
            order by remaining_acr.drop_month_number asc
        ) as drop_rank
    from remaining_acr
    inner join criteria
        on remaining_acr.eligibility_id = criteria.eligibility_id
    where
        remaining_acr.remaining_acr_usd < criteria.lowest_counted_value
        and {{ band_standing('remaining_acr.ttm_acr_usd', 'remaining_acr.ttm_acr_usd') }} like 'inside%'

)

select
    'about_to_drop' as kind,
    pga_mpn_id,
    ruleset_id,
    metric,
    'azure' as track,
    eligibility_id,
    customer_tenant_key,
    cast(null as integer) as workload_number,
    lowest_counted_value - remaining_acr_usd as missing_value,
    cast(null as decimal(18, 4)) as missing_active_value,
    drop_month_number as deadline_month_number,
    remaining_acr_usd - ttm_acr_usd as value_change
from drops
where drop_rank = 1
