-- Units of a metric are the units of its tracks, added and capped at what the maximum takes.
with track_units as (

    select
        pga_mpn_id,
        ruleset_id,
        metric,
        as_of_month,
        sum(earned_units) as earned_units
    from {{ ref('fct_metric_track') }}
    group by pga_mpn_id, ruleset_id, metric, as_of_month

)

select
    scores.pga_mpn_id,
    scores.ruleset_id,
    scores.metric,
    scores.as_of_month,
    scores.earned_units,
    track_units.earned_units as track_units
from {{ ref('fct_metric_score') }} as scores
full outer join track_units
    on
        scores.pga_mpn_id = track_units.pga_mpn_id
        and scores.ruleset_id = track_units.ruleset_id
        and scores.metric = track_units.metric
        and scores.as_of_month = track_units.as_of_month
where scores.earned_units is distinct from least(track_units.earned_units, scores.units_for_max)
