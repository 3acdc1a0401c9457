{#- An individual counts who holds every step that individuals hold, while the organization meets every step that it
    holds. -#}
with individual_steps as (

    select * from {{ ref('int_individual_steps') }}

),

organization_steps as (

    select * from {{ ref('int_organization_steps') }}

),

steps as (

    select * from {{ ref('skilling_steps') }}

),

required_steps as (

    select
        ruleset_id,
        count(*) as step_count
    from steps
    where held_by = 'individual'
    group by ruleset_id

),

held_steps as (

    select
        individual_steps.pga_mpn_id,
        individual_steps.ruleset_id,
        individual_steps.individual_id,
        individual_steps.month_number,
        count(*) as step_count
    from individual_steps
    inner join steps
        on
            individual_steps.ruleset_id = steps.ruleset_id
            and individual_steps.step = steps.step
            and steps.held_by = 'individual'
    group by
        individual_steps.pga_mpn_id,
        individual_steps.ruleset_id,
        individual_steps.individual_id,
        individual_steps.month_number

),

unmet_organizations as (

    select distinct
        pga_mpn_id,
        ruleset_id,
        month_number
    from organization_steps
    where not is_met

)

select
    held_steps.pga_mpn_id,
    held_steps.ruleset_id,
    held_steps.individual_id,
    held_steps.month_number
from held_steps
inner join required_steps
    on
        held_steps.ruleset_id = required_steps.ruleset_id
        and held_steps.step_count = required_steps.step_count
left join unmet_organizations
    on
        held_steps.pga_mpn_id = unmet_organizations.pga_mpn_id
        and held_steps.ruleset_id = unmet_organizations.ruleset_id
        and held_steps.month_number = unmet_organizations.month_number
where unmet_organizations.pga_mpn_id is null
