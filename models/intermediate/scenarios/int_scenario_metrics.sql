{#- The last month's tracks with the changes laid over them, scored by the macros that score the month itself. -#}
with scenarios as (

    select * from {{ ref('int_scenarios') }}

),

changes as (

    select * from {{ ref('int_scenario_changes') }}

),

last_tracks as (

    select scored_tracks.*
    from {{ ref('int_scored_tracks') }} as scored_tracks
    inner join {{ ref('int_scored_months') }} as scored_months
        on scored_tracks.month_number = scored_months.month_number
    where scored_months.is_last_scored_month

),

track_criteria as (

    select * from {{ ref('int_track_criteria') }}

),

metrics as (

    select * from {{ ref('int_scored_metrics') }}

),

changed_tracks as (

    select
        scenarios.scenario_id,
        last_tracks.pga_mpn_id,
        last_tracks.ruleset_id,
        last_tracks.metric,
        last_tracks.month_number,
        last_tracks.step_points + coalesce(changes.step_points_change, 0) as step_points,
        last_tracks.current_value + coalesce(changes.value_change, 0) - coalesce(last_tracks.prior_value, 0)
            as change_value,
        track_criteria.unit_size,
        track_criteria.units_cap
    from scenarios
    inner join last_tracks
        on
            scenarios.pga_mpn_id = last_tracks.pga_mpn_id
            and scenarios.ruleset_id = last_tracks.ruleset_id
    inner join track_criteria
        on
            last_tracks.ruleset_id = track_criteria.ruleset_id
            and last_tracks.metric = track_criteria.metric
            and last_tracks.track = track_criteria.track
    left join changes
        on
            scenarios.scenario_id = changes.scenario_id
            and last_tracks.metric = changes.metric
            and last_tracks.track = changes.track

),

changed_metrics as (

    select
        scenario_id,
        pga_mpn_id,
        ruleset_id,
        metric,
        month_number,
        sum({{ full_units('change_value', 'unit_size', 'units_cap') }}) as track_units,
        sum(step_points) as step_points
    from changed_tracks
    group by scenario_id, pga_mpn_id, ruleset_id, metric, month_number

),

changed_metrics_beside_the_month as (

    select
        changed_metrics.*,
        metrics.units_for_max,
        metrics.points_per_unit,
        metrics.max_points,
        metrics.exact_points as exact_points_now
    from changed_metrics
    inner join metrics
        on
            changed_metrics.pga_mpn_id = metrics.pga_mpn_id
            and changed_metrics.ruleset_id = metrics.ruleset_id
            and changed_metrics.metric = metrics.metric
            and changed_metrics.month_number = metrics.month_number

)

select
    scenario_id,
    pga_mpn_id,
    ruleset_id,
    metric,
    month_number,
    {{ metric_points('least(track_units, units_for_max)', 'step_points') }} as exact_points,
    exact_points_now
from changed_metrics_beside_the_month
