{#- Grain: scenario, PGA, rule set. Rule: docs/rules.md, Scenarios. -#}
with scenarios as (

    select distinct
        scenario_id,
        scenario
    from {{ ref('int_scenario_lines') }}
    where is_sound

),

scenario_designations as (

    select * from {{ ref('int_scenario_designations') }}

)

select
    scenarios.scenario,
    designations.pga_mpn_id,
    designations.ruleset_id,
    designations.as_of_month,
    designations.total_points,
    cast(designations.total_points - designations.total_points_now as decimal(5, 2)) as total_points_change,
    designations.is_qualified,
    designations.is_qualified and not designations.is_qualified_now as reaches_designation,
    designations.is_qualified_now and not designations.is_qualified as loses_designation
from scenario_designations as designations
inner join scenarios
    on designations.scenario_id = scenarios.scenario_id || '/' || designations.ruleset_id
