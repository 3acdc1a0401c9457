{#- Grain: PGA, rule set, step, for the last scored month. -#}
with plans as (

    select * from {{ ref('int_plans') }}

),

scenarios as (

    select * from {{ ref('int_scenarios') }}

),

recommendations as (

    select * from {{ ref('fct_recommendation') }}

),

last_months as (

    select * from {{ ref('int_scored_months') }}
    where is_last_scored_month

)

select
    plans.pga_mpn_id,
    plans.ruleset_id,
    last_months.as_of_month,
    plans.step,
    plans.is_reached,
    plans.action_count,
    recommendations.kind,
    recommendations.metric,
    recommendations.track,
    recommendations.subject_type,
    recommendations.subject_id,
    recommendations.detail,
    recommendations.missing_value,
    recommendations.missing_active_value,
    recommendations.missing_unit,
    cast(plans.points as decimal(5, 2)) as points,
    cast(plans.total_points as decimal(5, 2)) as total_points,
    cast(plans.points_short as decimal(5, 2)) as points_short,
    plans.metrics_below_minimum
from plans
cross join last_months
left join scenarios
    on plans.scenario_id = scenarios.scenario_id
left join recommendations
    on
        scenarios.pga_mpn_id = recommendations.pga_mpn_id
        and scenarios.ruleset_id = recommendations.ruleset_id
        and scenarios.kind = recommendations.kind
        and scenarios.track = recommendations.track
        and scenarios.subject_id = recommendations.subject_id
        and coalesce(scenarios.detail, '') = coalesce(recommendations.detail, '')
        -- a recommendation whose scenario names no metric has the one that it changes most
        and coalesce(scenarios.metric, recommendations.metric) = recommendations.metric
