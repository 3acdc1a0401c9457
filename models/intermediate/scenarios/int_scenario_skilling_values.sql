{#- The steps that the organization meets, and the individuals who hold all of theirs, with the change made: the rule of
    int_organization_steps, int_certified_individuals and int_skilling_values. -#}
with scenarios as (

    select * from {{ ref('int_skilling_scenarios') }}

),

steps_held as (

    select * from {{ ref('int_scenario_steps') }}

),

steps as (

    select * from {{ ref('skilling_steps') }}

),

holders as (

    select
        scenario_id,
        step,
        count(*) as individual_count
    from steps_held
    group by scenario_id, step

),

organizations as (

    select
        scenarios.scenario_id,
        coalesce(
            bool_and(coalesce(holders.individual_count, 0) >= steps.minimum_individuals), true
        ) as meets_every_step,
        sum(
            case when coalesce(holders.individual_count, 0) >= steps.minimum_individuals then steps.points else 0 end
        ) as step_points
    from scenarios
    left join steps
        on scenarios.ruleset_id = steps.ruleset_id and steps.held_by = 'organization'
    left join holders
        on
            scenarios.scenario_id = holders.scenario_id
            and steps.step = holders.step
    group by scenarios.scenario_id

),

required_steps as (

    select
        ruleset_id,
        count(*) as step_count
    from steps
    where held_by = 'individual'
    group by ruleset_id

),

complete_individuals as (

    select
        steps_held.scenario_id,
        steps_held.individual_id
    from steps_held
    inner join steps
        on
            steps_held.ruleset_id = steps.ruleset_id
            and steps_held.step = steps.step
            and steps.held_by = 'individual'
    inner join required_steps
        on steps_held.ruleset_id = required_steps.ruleset_id
    group by steps_held.scenario_id, steps_held.individual_id, required_steps.step_count
    having count(*) = required_steps.step_count

)

select
    organizations.scenario_id,
    case when organizations.meets_every_step then count(complete_individuals.individual_id) else 0 end
        as individual_count,
    organizations.step_points
from organizations
left join complete_individuals
    on organizations.scenario_id = complete_individuals.scenario_id
group by organizations.scenario_id, organizations.meets_every_step, organizations.step_points
