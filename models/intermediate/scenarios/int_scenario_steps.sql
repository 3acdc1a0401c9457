with scenarios as (

    select * from {{ ref('int_skilling_scenarios') }}

),

held_certifications as (

    select * from {{ ref('int_held_certifications') }}

)

select distinct
    scenarios.scenario_id,
    held_certifications.pga_mpn_id,
    held_certifications.ruleset_id,
    held_certifications.individual_id,
    held_certifications.month_number,
    held_certifications.step
from scenarios
inner join held_certifications
    on
        scenarios.pga_mpn_id = held_certifications.pga_mpn_id
        and scenarios.ruleset_id = held_certifications.ruleset_id
        and scenarios.month_number = held_certifications.month_number
where
    scenarios.certification_id is null
    or scenarios.individual_id != held_certifications.individual_id
    or scenarios.certification_id != held_certifications.certification_id

union

select
    scenario_id,
    pga_mpn_id,
    ruleset_id,
    individual_id,
    month_number,
    step
from scenarios
where step is not null
