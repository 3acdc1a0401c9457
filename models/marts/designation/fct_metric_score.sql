{#- Grain: PGA, rule set, metric, as-of month. Rule: spec section 2; units of the tracks are added and capped, exact
    points are max points x units / units for max, published points are rounded up to the hundredth. -#}
with metric_tracks as (

    select * from {{ ref('fct_metric_track') }}

),

ruleset_metrics as (

    select * from {{ ref('ruleset_metrics') }}

),

rulesets as (

    select * from {{ ref('int_rulesets') }}

),

metrics as (

    select * from {{ ref('metrics') }}

),

track_totals as (

    select
        pga_mpn_id,
        ruleset_id,
        metric,
        as_of_month,
        sum(earned_units) as track_units,
        sum(step_points) as step_points
    from metric_tracks
    group by pga_mpn_id, ruleset_id, metric, as_of_month

),

scored as (

    select
        track_totals.pga_mpn_id,
        track_totals.ruleset_id,
        track_totals.metric,
        metrics.category,
        track_totals.as_of_month,
        track_totals.step_points,
        least(track_totals.track_units, ruleset_metrics.units_for_max) as earned_units,
        ruleset_metrics.units_for_max,
        ruleset_metrics.max_points,
        ruleset_metrics.points_per_unit,
        rulesets.minimum_metric_points
    from track_totals
    inner join ruleset_metrics
        on
            track_totals.ruleset_id = ruleset_metrics.ruleset_id
            and track_totals.metric = ruleset_metrics.metric
    inner join rulesets
        on track_totals.ruleset_id = rulesets.ruleset_id
    inner join metrics
        on track_totals.metric = metrics.metric

),

with_unit_points as (

    select
        *,
        coalesce(
            points_per_unit * earned_units,
            cast(max_points * earned_units as double) / units_for_max
        ) as unit_points
    from scored

),

with_points as (

    select
        *,
        cast(least(max_points, step_points + unit_points) as decimal(18, 10)) as exact_points
    from with_unit_points

)

select
    pga_mpn_id,
    ruleset_id,
    metric,
    category,
    as_of_month,
    cast(earned_units as integer) as earned_units,
    units_for_max,
    {{ round_up_to_hundredth('exact_points') }} as points,
    exact_points,
    cast(max_points as decimal(5, 2)) as max_points,
    exact_points >= minimum_metric_points as is_minimum_met,
    cast(case when exact_points < max_points then units_for_max - earned_units else 0 end as integer) as units_short_of_max
from with_points
