{#- Kind near_threshold: what a tenant that does not count lacks to reach a band, of the workload that is nearest. -#}
with last_months as (

    select * from {{ ref('int_scored_months') }}
    where is_last_scored_month

),

measures as (

    select * from {{ ref('int_tenant_measures') }}

),

criteria as (

    select * from {{ ref('int_track_criteria') }}
    where measure = 'count' and minimum_value is not null

),

comparisons as (

    select * from {{ ref('int_tenant_comparisons') }}

),

values_against_criteria as (

    select
        measures.*,
        criteria.ruleset_id,
        criteria.metric,
        criteria.lowest_counted_value,
        criteria.minimum_active_share,
        (1 - {{ var('recommendation_near_share') }}) * criteria.minimum_value as near_value,
        {{ band_standing('measures.threshold_value', 'measures.active_value') }} as standing,
        greatest(measures.threshold_value, criteria.lowest_counted_value) as needed_value
    from measures
    inner join last_months
        on measures.month_number = last_months.month_number
    inner join criteria
        on
            measures.track = criteria.track
            and measures.eligibility_id = criteria.eligibility_id
    inner join comparisons
        on
            measures.pga_mpn_id = comparisons.pga_mpn_id
            and criteria.criterion_id = comparisons.criterion_id
            and measures.customer_tenant_key = comparisons.customer_tenant_key
            and measures.month_number = comparisons.month_number
    where not comparisons.is_counted_current

),

near_values as (

    select
        *,
        -- typed: of a whole number and a sum of cents an engine may make whole numbers
        cast(coalesce(ceil(minimum_active_share * needed_value), 0) as decimal(18, 4)) as needed_active_value,
        -- more users may be active than seats are paid: they become active paid seats as soon as seats are bought
        least(active_users, needed_value) as reachable_active_value,
        row_number() over (
            partition by ruleset_id, metric, track, pga_mpn_id, customer_tenant_key
            order by threshold_value desc, active_value desc, workload_number asc
        ) as workload_rank
    from values_against_criteria
    where
        threshold_value >= near_value
        and (standing like 'inside%' or threshold_value < lowest_counted_value)
        and (
            minimum_active_share is null
            or active_value >= (1 - {{ var('recommendation_near_share') }}) * minimum_active_share * needed_value
        )

)

select
    'near_threshold' as kind,
    pga_mpn_id,
    ruleset_id,
    metric,
    track,
    eligibility_id,
    customer_tenant_key,
    workload_number,
    needed_value - threshold_value as missing_value,
    case when track = 'm365' then greatest(needed_active_value - reachable_active_value, 0) end
        as missing_active_value,
    cast(null as integer) as deadline_month_number,
    month_number,
    needed_value as threshold_value,
    case when track = 'm365' then greatest(needed_active_value, reachable_active_value) else needed_value end
        as active_value
from near_values
where workload_rank = 1
