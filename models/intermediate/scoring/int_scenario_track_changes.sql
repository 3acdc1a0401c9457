{#- A scenario changes one tenant, or the people of one partner: what its tracks would differ by. -#}
with tenant_scenarios as (

    select * from {{ ref('int_tenant_scenarios') }}

),

skilling_scenarios as (

    select * from {{ ref('int_skilling_scenarios') }}

),

contributions as (

    select * from {{ ref('int_tenant_contributions') }}
    where scenario_key > 0

),

skilling_values as (

    select * from {{ ref('int_skilling_values') }}

),

track_criteria as (

    select * from {{ ref('int_track_criteria') }}

)

select
    tenant_scenarios.scenario_id,
    track_criteria.metric,
    track_criteria.track,
    after_change.current_value - before_change.current_value as value_change,
    0 as step_points_change
from tenant_scenarios
inner join track_criteria
    on
        tenant_scenarios.ruleset_id = track_criteria.ruleset_id
        and tenant_scenarios.track = track_criteria.track
inner join contributions as before_change
    on
        tenant_scenarios.scenario_key = before_change.scenario_key
        and track_criteria.criterion_id = before_change.criterion_id
        and not before_change.is_changed
inner join contributions as after_change
    on
        tenant_scenarios.scenario_key = after_change.scenario_key
        and track_criteria.criterion_id = after_change.criterion_id
        and after_change.is_changed

union all

select
    skilling_scenarios.scenario_id,
    track_criteria.metric,
    track_criteria.track,
    coalesce(scenario_values.individual_count, 0) - coalesce(actual_values.individual_count, 0) as value_change,
    coalesce(scenario_values.step_points, 0) - coalesce(actual_values.step_points, 0) as step_points_change
from skilling_scenarios
inner join track_criteria
    on
        skilling_scenarios.ruleset_id = track_criteria.ruleset_id
        and track_criteria.track = 'skilling'
left join skilling_values as scenario_values
    on skilling_scenarios.scenario_id = scenario_values.scenario_id
left join skilling_values as actual_values
    on
        actual_values.scenario_id = 'actual'
        and skilling_scenarios.pga_mpn_id = actual_values.pga_mpn_id
        and skilling_scenarios.ruleset_id = actual_values.ruleset_id
        and skilling_scenarios.month_number = actual_values.month_number
