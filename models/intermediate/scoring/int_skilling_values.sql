with individual_steps as (

    select * from {{ ref('int_individual_steps') }}

),

organization_steps as (

    select * from {{ ref('int_organization_steps') }}

),

certified_individuals as (

    select * from {{ ref('int_certified_individuals') }}

),

partner_months as (

    select distinct
        pga_mpn_id,
        ruleset_id,
        month_number
    from individual_steps

),

individual_counts as (

    select
        pga_mpn_id,
        ruleset_id,
        month_number,
        count(*) as individual_count
    from certified_individuals
    group by pga_mpn_id, ruleset_id, month_number

),

step_points as (

    select
        pga_mpn_id,
        ruleset_id,
        month_number,
        sum(points) as step_points
    from organization_steps
    group by pga_mpn_id, ruleset_id, month_number

)

select
    partner_months.pga_mpn_id,
    partner_months.ruleset_id,
    partner_months.month_number,
    coalesce(individual_counts.individual_count, 0) as individual_count,
    coalesce(step_points.step_points, 0) as step_points
from partner_months
left join individual_counts
    on
        partner_months.pga_mpn_id = individual_counts.pga_mpn_id
        and partner_months.ruleset_id = individual_counts.ruleset_id
        and partner_months.month_number = individual_counts.month_number
left join step_points
    on
        partner_months.pga_mpn_id = step_points.pga_mpn_id
        and partner_months.ruleset_id = step_points.ruleset_id
        and partner_months.month_number = step_points.month_number
