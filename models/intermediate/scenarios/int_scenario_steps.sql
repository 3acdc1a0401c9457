with scenarios as (

    select * from {{ ref('int_skilling_scenarios').include(database=false) }}

),

held_certifications as (

    select * from {{ ref('int_held_certifications').include(database=false) }}

),

step_certifications as (

    select * from {{ ref('skilling_step_certifications').include(database=false) }}

),

scored_months as (

    select * from {{ ref('int_scored_months').include(database=false) }}

)

-- what is held, but for the certification that expires
select
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
    scenarios.kind != 'certification_expiring'
    or scenarios.individual_id != held_certifications.individual_id
    or scenarios.certification_id != held_certifications.certification_id

union

-- and every step that the certification to pass completes and still earns points for
select
    scenarios.scenario_id,
    scenarios.pga_mpn_id,
    scenarios.ruleset_id,
    scenarios.individual_id,
    scenarios.month_number,
    step_certifications.step
from scenarios
inner join step_certifications
    on
        scenarios.ruleset_id = step_certifications.ruleset_id
        and scenarios.certification_id = step_certifications.certification_id
inner join scored_months
    on scenarios.month_number = scored_months.month_number
where
    scenarios.kind = 'missing_one_step'
    and (
        step_certifications.points_eligible_until is null
        or step_certifications.points_eligible_until >= scored_months.month_end_date
    )
