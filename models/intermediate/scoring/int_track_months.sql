{#- The one grid of all that is scored. A track reads a window of months that ends with the month, and one that ends
    with the month of comparison: its history is complete when no report began later and no such month is missing. -#}
with partners as (

    select * from {{ ref('int_partners') }}

),

scored_months as (

    select * from {{ ref('int_scored_months') }}

),

track_criteria as (

    select * from {{ ref('int_track_criteria') }}

),

usage_history as (

    select * from {{ ref('int_usage_history') }}

),

missing_months as (

    select * from {{ ref('int_missing_months') }}

),

track_months as (

    select
        partners.pga_mpn_id,
        track_criteria.*,
        scored_months.as_of_month,
        scored_months.month_number,
        scored_months.usage_month_number,
        scored_months.is_outlook,
        {{ month_number('usage_history.history_start_month') }} as history_start_month_number
    from partners
    cross join scored_months
    cross join track_criteria
    left join usage_history
        on
            partners.pga_mpn_id = usage_history.pga_mpn_id
            and track_criteria.dataset = usage_history.dataset

),

-- the outlook lets the last scored month go on, and reads it in place of what follows
tracks_with_missing_months as (

    select distinct
        track_months.pga_mpn_id,
        track_months.ruleset_id,
        track_months.metric,
        track_months.track,
        track_months.month_number
    from track_months
    inner join missing_months
        on
            track_months.pga_mpn_id = missing_months.pga_mpn_id
            and track_months.dataset = missing_months.dataset
    where
        missing_months.month_number = track_months.usage_month_number
        or (
            missing_months.month_number < track_months.usage_month_number
            and (
                track_months.month_number - missing_months.month_number
                between 0 and track_months.history_months - track_months.comparison_months
                or track_months.month_number - missing_months.month_number
                between track_months.comparison_months and track_months.history_months
            )
        )

)

select
    track_months.pga_mpn_id,
    track_months.ruleset_id,
    track_months.metric,
    track_months.track,
    track_months.criterion_id,
    track_months.as_of_month,
    track_months.month_number,
    track_months.is_outlook,
    -- a report that holds no usage at all, and a track without comparison, ask for no history
    coalesce(track_months.history_start_month_number <= track_months.month_number - track_months.history_months, true)
    and missing.month_number is null as is_history_complete
from track_months
left join tracks_with_missing_months as missing
    on
        track_months.pga_mpn_id = missing.pga_mpn_id
        and track_months.ruleset_id = missing.ruleset_id
        and track_months.metric = missing.metric
        and track_months.track = missing.track
        and track_months.month_number = missing.month_number
