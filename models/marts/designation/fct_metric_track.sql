{#- Grain: PGA, rule set, metric, track, as-of month. Every combination is a row, whether or not anything was measured.
    Rule: spec section 2; tracks of a metric are worked out separately, then added (fct_metric_score). -#}
with partners as (

    select * from {{ ref('dim_partner') }}

),

scored_months as (

    select * from {{ ref('int_scored_months') }}

),

ruleset_tracks as (

    select * from {{ ref('ruleset_tracks') }}

),

ruleset_metrics as (

    select * from {{ ref('ruleset_metrics') }}

),

tracks as (

    select * from {{ ref('tracks') }}

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
        ruleset_tracks.ruleset_id,
        ruleset_tracks.metric,
        ruleset_tracks.track,
        scored_months.as_of_month,
        scored_months.month_number,
        scored_months.month_number - ruleset_tracks.comparison_months as prior_month_number,
        scored_months.month_number - ruleset_tracks.history_months as history_month_number,
        ruleset_tracks.unit_size,
        ruleset_metrics.units_for_max
    from partners
    cross join scored_months
    cross join ruleset_tracks
    inner join ruleset_metrics
        on
            ruleset_tracks.ruleset_id = ruleset_metrics.ruleset_id
            and ruleset_tracks.metric = ruleset_metrics.metric

),

compared as (

    select
        track_grid.*,
        coalesce(current_values.measured_value, 0) as current_value,
        case
            when track_grid.prior_month_number is not null then coalesce(prior_values.measured_value, 0)
        end as prior_value
    from track_grid
    left join track_values as current_values
        on
            track_grid.pga_mpn_id = current_values.pga_mpn_id
            and track_grid.ruleset_id = current_values.ruleset_id
            and track_grid.metric = current_values.metric
            and track_grid.track = current_values.track
            and track_grid.month_number = current_values.month_number
    left join track_values as prior_values
        on
            track_grid.pga_mpn_id = prior_values.pga_mpn_id
            and track_grid.ruleset_id = prior_values.ruleset_id
            and track_grid.metric = prior_values.metric
            and track_grid.track = prior_values.track
            and track_grid.prior_month_number = prior_values.month_number

),

with_history as (

    select
        compared.*,
        -- a report that holds no usage at all, and a track without comparison, ask for no history
        coalesce(
            {{ month_number('usage_history.history_start_month') }} <= compared.history_month_number,
            true
        ) as is_history_complete
    from compared
    inner join tracks
        on compared.track = tracks.track
    left join usage_history
        on
            compared.pga_mpn_id = usage_history.pga_mpn_id
            and tracks.dataset = usage_history.dataset

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
    {{ full_units('current_value - coalesce(prior_value, 0)', 'unit_size', 'units_for_max') }} as earned_units,
    is_history_complete
from with_history
