{#- Points of every case, metric by metric and in total, by the macros of the score. -#}
with cases as (

    select * from {{ ref('int_variance_cases') }}

),

tracks as (

    select * from {{ ref('int_variance_tracks') }}

),

ruleset_metrics as (

    select * from {{ ref('ruleset_metrics') }}

),

case_metrics as (

    select
        case_id,
        ruleset_id,
        metric,
        sum(earned_units) as track_units,
        sum(step_points) as step_points
    from tracks
    group by case_id, ruleset_id, metric

),

metric_points as (

    select
        case_metrics.case_id,
        case_metrics.metric,
        {{ metric_points(
            'cast(least(case_metrics.track_units, units_for_max) as decimal(18, 10))', 'case_metrics.step_points'
        ) }} as exact_points,
        cast(
            coalesce(
                ruleset_metrics.points_per_unit, ruleset_metrics.max_points / ruleset_metrics.units_for_max
            ) as decimal(18, 10)
        ) as points_of_unit
    from case_metrics
    inner join ruleset_metrics
        on {{ equal_keys('case_metrics', 'ruleset_metrics', ['ruleset_id', 'metric']) }}

),

metrics_and_totals as (

    select * from metric_points

    union all

    select
        case_id,
        'total' as metric,
        sum(exact_points) as exact_points,
        cast(null as decimal(18, 10)) as points_of_unit
    from metric_points
    group by case_id

)

select
    cases.case_id,
    cases.pga_mpn_id,
    cases.area,
    cases.as_of_month,
    cases.hypothesis_id,
    cases.ruleset_id,
    cases.scored_month,
    cases.known_on,
    metrics_and_totals.metric,
    metrics_and_totals.exact_points,
    metrics_and_totals.points_of_unit,
    {{ rounded_points('metrics_and_totals.exact_points', 'cases.points_rounding', 'cases.parts_of_a_point') }} as points
from cases
inner join metrics_and_totals
    on cases.case_id = metrics_and_totals.case_id
