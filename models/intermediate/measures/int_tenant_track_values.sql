with measures as (

    select * from {{ ref('int_tenant_measures') }}

),

ruleset_tracks as (

    select * from {{ ref('ruleset_tracks') }}

),

ruleset_eligibility as (

    select * from {{ ref('int_ruleset_eligibility') }}

),

measures_against_thresholds as (

    select
        measures.pga_mpn_id,
        ruleset_tracks.ruleset_id,
        ruleset_tracks.metric,
        ruleset_tracks.track,
        ruleset_tracks.measure,
        measures.customer_tenant_id,
        measures.month_number,
        measures.summed_value,
        (
            ruleset_tracks.minimum_value is null
            or measures.threshold_value >= ruleset_tracks.minimum_value
        )
        and (
            ruleset_tracks.minimum_active_share is null
            or measures.active_value >= ruleset_tracks.minimum_active_share * measures.threshold_value
        ) as is_over_threshold
    from measures
    inner join ruleset_eligibility
        on
            measures.track = ruleset_eligibility.track
            and measures.eligibility_id = ruleset_eligibility.eligibility_id
    inner join ruleset_tracks
        on
            ruleset_eligibility.ruleset_id = ruleset_tracks.ruleset_id
            and ruleset_eligibility.track = ruleset_tracks.track

)

select
    pga_mpn_id,
    ruleset_id,
    metric,
    track,
    customer_tenant_id,
    month_number,
    case measure
        when 'count' then 1
        when 'sum' then sum(summed_value)
    end as measured_value
from measures_against_thresholds
group by
    pga_mpn_id,
    ruleset_id,
    metric,
    track,
    measure,
    customer_tenant_id,
    month_number
having bool_or(is_over_threshold)
