with individual_steps as (

    select * from {{ ref('int_individual_steps') }}

),

step_certifications as (

    select * from {{ ref('skilling_step_certifications') }}

),

required_steps as (

    select
        ruleset_id,
        count(distinct step) as step_count
    from step_certifications
    group by ruleset_id

),

held_steps as (

    select
        pga_mpn_id,
        ruleset_id,
        individual_id,
        month_number,
        count(*) as step_count
    from individual_steps
    group by pga_mpn_id, ruleset_id, individual_id, month_number

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
