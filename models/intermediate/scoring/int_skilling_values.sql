with steps_held as (

    select * from {{ ref('int_individual_steps') }}

),

steps as (

    select * from {{ ref('skilling_steps') }}

),

partners as (

    select distinct
        pga_mpn_id,
        ruleset_id,
        month_number
    from steps_held

),

{{ skilling_values(['pga_mpn_id', 'ruleset_id', 'month_number']) }}

select
    pga_mpn_id,
    ruleset_id,
    month_number,
    meets_every_step,
    individual_count,
    step_points
from skilling_values
