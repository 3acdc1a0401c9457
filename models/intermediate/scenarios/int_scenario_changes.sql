{#- A scenario changes one tenant, or the people of one partner: what its tracks would differ by from the month. -#}
with tenant_scenarios as (

    select * from {{ ref('int_tenant_scenarios') }}

),

skilling_scenarios as (

    select * from {{ ref('int_skilling_scenarios') }}

),

scenario_contributions as (

    select * from {{ ref('int_scenario_contributions') }}

),

contributions as (

    select contributions.*
    from {{ ref('int_tenant_comparisons') }} as contributions
    inner join {{ ref('int_scored_months') }} as scored_months
        on contributions.month_number = scored_months.month_number
    where scored_months.is_last_scored_month

),

scenario_skilling_values as (

    select * from {{ ref('int_scenario_skilling_values') }}

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
    scenario_contributions.current_value
    - {{ counted_value(
        'track_criteria.measure', 'contributions.is_counted_current', 'contributions.current_tenant_value'
    ) }} as value_change,
    0 as step_points_change
from tenant_scenarios
inner join track_criteria
    on
        tenant_scenarios.ruleset_id = track_criteria.ruleset_id
        and tenant_scenarios.track = track_criteria.track
inner join scenario_contributions
    on
        tenant_scenarios.scenario_id = scenario_contributions.scenario_id
        and track_criteria.criterion_id = scenario_contributions.criterion_id
inner join contributions
    on
        tenant_scenarios.pga_mpn_id = contributions.pga_mpn_id
        and tenant_scenarios.customer_tenant_key = contributions.customer_tenant_key
        and track_criteria.criterion_id = contributions.criterion_id

union all

select
    skilling_scenarios.scenario_id,
    track_criteria.metric,
    track_criteria.track,
    scenario_skilling_values.individual_count - coalesce(skilling_values.individual_count, 0) as value_change,
    scenario_skilling_values.step_points - coalesce(skilling_values.step_points, 0) as step_points_change
from skilling_scenarios
inner join track_criteria
    on
        skilling_scenarios.ruleset_id = track_criteria.ruleset_id
        and track_criteria.track = 'skilling'
inner join scenario_skilling_values
    on skilling_scenarios.scenario_id = scenario_skilling_values.scenario_id
left join skilling_values
    on
        skilling_scenarios.pga_mpn_id = skilling_values.pga_mpn_id
        and skilling_scenarios.ruleset_id = skilling_values.ruleset_id
        and skilling_scenarios.month_number = skilling_values.month_number
