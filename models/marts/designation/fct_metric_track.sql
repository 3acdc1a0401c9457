{#- Grain: PGA, rule set, metric, track, as-of month. Every combination is a row, whether or not anything was measured.
    Rule: spec section 2; tracks of a metric are worked out separately, then added (fct_metric_score). -#}
with partners as (

    select * from {{ ref('dim_partner') }}

),

scored_months as (

    select * from {{ ref('int_scored_months') }}

),

track_criteria as (

    select * from {{ ref('int_track_criteria') }}

),

track_values as (

    select * from {{ ref('int_track_values') }}

),

usage_history as (

    select * from {{ ref('int_usage_history') }}

),

track_grid as (

    select
        partners.pga_mpn_id,
        track_criteria.*,
        scored_months.as_of_month,
        scored_months.month_number
    from partners
    cross join scored_months
    cross join track_criteria

),

measured as (

    select
        track_grid.*,
        coalesce(track_values.current_value, 0) as current_value,
        coalesce(track_values.step_points, 0) as step_points,
        case when track_grid.comparison_months is not null then coalesce(track_values.prior_value, 0) end as prior_value,
        -- a report that holds no usage at all, and a track without comparison, ask for no history
        coalesce(
            {{ month_number('usage_history.history_start_month') }}
            <= track_grid.month_number - track_grid.history_months,
            true
        ) as is_history_complete
    from track_grid
    left join track_values
        on
            track_grid.pga_mpn_id = track_values.pga_mpn_id
            and track_grid.ruleset_id = track_values.ruleset_id
            and track_grid.metric = track_values.metric
            and track_grid.track = track_values.track
            and track_grid.month_number = track_values.month_number
    left join usage_history
        on
            track_grid.pga_mpn_id = usage_history.pga_mpn_id
            and track_grid.dataset = usage_history.dataset

)

select
    pga_mpn_id,
    ruleset_id,
    metric,
    track,
    as_of_month,
    cast(current_value as decimal(28, 10)) as current_value,
    cast(prior_value as decimal(28, 10)) as prior_value,
    cast(current_value - prior_value as decimal(28, 10)) as change_value,
    {{ full_units('current_value - coalesce(prior_value, 0)', 'unit_size', 'units_cap') }} as earned_units,
    cast(step_points as decimal(5, 2)) as step_points,
    is_history_complete
from measured
