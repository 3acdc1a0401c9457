{#- The month's tracks with the changes laid over them, scored by the macros that score the month itself. -#}
with scenarios as (

    select * from {{ ref('int_scenarios') }}

),

changes as (

    select * from {{ ref('int_scenario_changes') }}

),

tracks as (

    select * from {{ ref('int_scored_tracks') }}

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
        tracks.*,
        tracks.step_points + coalesce(changes.step_points_change, 0) as changed_step_points,
        tracks.current_value + coalesce(changes.value_change, 0) - coalesce(tracks.prior_value, 0) as change_value,
        track_criteria.unit_size,
        track_criteria.units_cap
    from scenarios
    inner join tracks
        on
            scenarios.pga_mpn_id = tracks.pga_mpn_id
            and scenarios.ruleset_id = tracks.ruleset_id
            and scenarios.month_number = tracks.month_number
    inner join track_criteria
        on
            tracks.ruleset_id = track_criteria.ruleset_id
            and tracks.metric = track_criteria.metric
            and tracks.track = track_criteria.track
    left join changes
        on
            scenarios.scenario_id = changes.scenario_id
            and tracks.metric = changes.metric
            and tracks.track = changes.track

),

changed_metrics as (

    select
        scenario_id,
        pga_mpn_id,
        ruleset_id,
        metric,
        month_number,
        sum({{ full_units('change_value', 'unit_size', 'units_cap') }}) as track_units,
        sum(changed_step_points) as step_points
    from changed_tracks
    group by scenario_id, pga_mpn_id, ruleset_id, metric, month_number

)

select
    changed_metrics.scenario_id,
    changed_metrics.pga_mpn_id,
    changed_metrics.ruleset_id,
    changed_metrics.metric,
    changed_metrics.month_number,
    {{ metric_points('least(changed_metrics.track_units, units_for_max)', 'changed_metrics.step_points') }}
        as exact_points,
    metrics.exact_points as exact_points_now
from changed_metrics
inner join metrics
    on
        changed_metrics.pga_mpn_id = metrics.pga_mpn_id
        and changed_metrics.ruleset_id = metrics.ruleset_id
        and changed_metrics.metric = metrics.metric
        and changed_metrics.month_number = metrics.month_number
