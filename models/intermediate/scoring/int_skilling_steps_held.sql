with individual_steps as (

    select * from {{ ref('int_individual_steps') }}

),

scenario_steps as (

    select * from {{ ref('int_scenario_steps') }}

)

select
    'actual' as scenario_id,
    pga_mpn_id,
    ruleset_id,
    individual_id,
    month_number,
    step
from individual_steps

union all

select
    scenario_id,
    pga_mpn_id,
    ruleset_id,
    individual_id,
    month_number,
    step
from scenario_steps
