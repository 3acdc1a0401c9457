with partners as (

    select * from {{ ref('int_partners') }}

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

missing_months as (

    select * from {{ ref('int_missing_months') }}

),

track_grid as (

    select
        partners.pga_mpn_id,
        track_criteria.ruleset_id,
        track_criteria.metric,
        track_criteria.track,
        scored_months.month_number
    from partners
    cross join scored_months
    cross join track_criteria

),

-- A track reads a window of months that ends with the month, and one that ends with the month of comparison.
-- The outlook lets the last scored month go on, and reads it in place of what follows.
tracks_with_missing_months as (

    select distinct
        missing_months.pga_mpn_id,
        track_criteria.ruleset_id,
        track_criteria.metric,
        track_criteria.track,
        scored_months.month_number
    from missing_months
    inner join track_criteria
        on missing_months.dataset = track_criteria.dataset
    inner join scored_months
        on
            missing_months.month_number = scored_months.usage_month_number
            or (
                missing_months.month_number < scored_months.usage_month_number
                and (
                    scored_months.month_number - missing_months.month_number
                    between 0 and track_criteria.history_months - track_criteria.comparison_months
                    or scored_months.month_number - missing_months.month_number
                    between track_criteria.comparison_months and track_criteria.history_months
                )
            )

),

measured as (

    select
        track_grid.pga_mpn_id,
        track_criteria.*,
        scored_months.as_of_month,
        scored_months.month_number,
        scored_months.is_outlook,
        coalesce(track_values.current_value, 0) as current_value,
        coalesce(track_values.step_points, 0) as step_points,
        case
            when track_criteria.comparison_months is not null then coalesce(track_values.prior_value, 0)
        end as prior_value,
        -- a report that holds no usage at all, and a track without comparison, ask for no history
        coalesce(
            {{ month_number('usage_history.history_start_month') }}
            <= scored_months.month_number - track_criteria.history_months,
            true
        )
        and tracks_with_missing_months.month_number is null as is_history_complete
    from track_grid
    inner join track_criteria
        on
            track_grid.ruleset_id = track_criteria.ruleset_id
            and track_grid.metric = track_criteria.metric
            and track_grid.track = track_criteria.track
    inner join scored_months
        on track_grid.month_number = scored_months.month_number
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
            and track_criteria.dataset = usage_history.dataset
    left join tracks_with_missing_months
        on
            track_grid.pga_mpn_id = tracks_with_missing_months.pga_mpn_id
            and track_grid.ruleset_id = tracks_with_missing_months.ruleset_id
            and track_grid.metric = tracks_with_missing_months.metric
            and track_grid.track = tracks_with_missing_months.track
            and track_grid.month_number = tracks_with_missing_months.month_number

)

select
    pga_mpn_id,
    ruleset_id,
    metric,
    track,
    as_of_month,
    month_number,
    is_outlook,
    current_value,
    prior_value,
    {{ full_units('current_value - coalesce(prior_value, 0)', 'unit_size', 'units_cap') }} as earned_units,
    step_points,
    is_history_complete
from measured
