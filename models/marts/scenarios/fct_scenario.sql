{#- Grain: scenario, PGA, rule set, metric. Rule: docs/rules.md, Scenarios. -#}
with scenarios as (

    select distinct
        scenario_id,
        scenario
    from {{ ref('int_scenario_lines') }}
    where is_sound

),

scenario_metrics as (

    select * from {{ ref('int_scenario_metrics') }}

),

scored_months as (

    select * from {{ ref('int_scored_months') }}

),

points as (

    select
        scenarios.scenario,
        scenario_metrics.*,
        {{ round_up_to_hundredth('scenario_metrics.exact_points') }} as points,
        {{ round_up_to_hundredth('scenario_metrics.exact_points_now') }} as points_now
    from scenario_metrics
    inner join scenarios
        on scenario_metrics.scenario_id = scenarios.scenario_id || '/' || scenario_metrics.ruleset_id

)

select
    points.scenario,
    points.pga_mpn_id,
    points.ruleset_id,
    scored_months.as_of_month,
    points.metric,
    cast(points.earned_units as integer) as earned_units,
    cast(points.earned_units - points.earned_units_now as integer) as earned_units_change,
    points.exact_points,
    points.points,
    cast(points.points - points.points_now as decimal(5, 2)) as points_change
from points
inner join scored_months
    on points.month_number = scored_months.month_number
