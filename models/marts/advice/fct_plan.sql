{#- Grain: PGA, rule set, step, of the last scored month. -#}
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
    plans.goal,
    plans.judged_month,
    plans.step,
    plans.is_reached,
    plans.action_count,
    scenarios.kind,
    coalesce(scenarios.metric, recommendations.metric) as metric,
    scenarios.track,
    scenarios.subject_type,
    scenarios.subject_id,
    scenarios.detail,
    cast(plans.missing_value as decimal(28, 10)) as missing_value,
    scenarios.missing_active_value,
    tracks.value_unit as missing_unit,
    plans.deadline_month,
    plans.deadline_date,
    cast(plans.points as decimal(5, 2)) as points,
    cast(plans.total_points as decimal(5, 2)) as total_points,
    cast(plans.points_short as decimal(5, 2)) as points_short,
    plans.metrics_below_minimum
from plans
cross join last_months
left join scenarios
    on plans.scenario_id = scenarios.scenario_id
left join {{ ref('tracks') }} as tracks
    on scenarios.track = tracks.track
-- what names no metric has the one that it changes most: a link of usage, of which a tenant has one
left join recommendations
    on
        scenarios.metric is null
        and {{ equal_keys('scenarios', 'recommendations', ['pga_mpn_id', 'ruleset_id', 'kind', 'subject_id']) }}
