with scored_tracks as (

    select * from {{ ref('int_scored_tracks') }}

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
        month_number,
        is_outlook,
        sum(earned_units) as track_units,
        sum(step_points) as step_points,
        bool_and(is_history_complete) as is_history_complete
    from scored_tracks
    group by pga_mpn_id, ruleset_id, metric, as_of_month, month_number, is_outlook

),

metric_units as (

    select
        track_totals.pga_mpn_id,
        track_totals.ruleset_id,
        track_totals.metric,
        metrics.category,
        track_totals.as_of_month,
        track_totals.month_number,
        track_totals.is_outlook,
        track_totals.is_history_complete,
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

exact_points as (

    select
        *,
        {{ metric_points('earned_units', 'step_points') }} as exact_points
    from metric_units

)

select
    pga_mpn_id,
    ruleset_id,
    metric,
    category,
    as_of_month,
    month_number,
    is_outlook,
    is_history_complete,
    earned_units,
    units_for_max,
    points_per_unit,
    exact_points,
    max_points,
    exact_points >= minimum_metric_points as is_minimum_met
from exact_points
