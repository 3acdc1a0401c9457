with individual_steps as (

    select * from {{ ref('int_individual_steps') }}

),

steps as (

    select * from {{ ref('skilling_steps') }}
    where held_by = 'organization'

),

partner_months as (

    select distinct
        pga_mpn_id,
        ruleset_id,
        month_number
    from individual_steps

),

holders as (

    select
        pga_mpn_id,
        ruleset_id,
        month_number,
        step,
        count(*) as individual_count
    from individual_steps
    group by pga_mpn_id, ruleset_id, month_number, step

),

steps_with_holders as (

    select
        partner_months.pga_mpn_id,
        partner_months.ruleset_id,
        partner_months.month_number,
        steps.step,
        steps.minimum_individuals,
        steps.points,
        coalesce(holders.individual_count, 0) as individual_count
    from partner_months
    inner join steps
        on partner_months.ruleset_id = steps.ruleset_id
    left join holders
        on
            partner_months.pga_mpn_id = holders.pga_mpn_id
            and partner_months.ruleset_id = holders.ruleset_id
            and partner_months.month_number = holders.month_number
            and steps.step = holders.step

)

select
    pga_mpn_id,
    ruleset_id,
    month_number,
    step,
    individual_count,
    individual_count >= minimum_individuals as is_met,
    case when individual_count >= minimum_individuals then points else 0 end as points
from steps_with_holders
