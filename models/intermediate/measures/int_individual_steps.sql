with step_certifications as (

    select * from {{ ref('int_step_certifications') }}

),

scored_months as (

    select * from {{ ref('int_scored_months') }}

)

select distinct
    step_certifications.pga_mpn_id,
    step_certifications.ruleset_id,
    step_certifications.individual_id,
    scored_months.as_of_month,
    scored_months.month_number,
    step_certifications.step
from step_certifications
inner join scored_months
    on
        step_certifications.completion_date <= scored_months.month_end_date
        and (
            step_certifications.expiration_date is null
            or step_certifications.expiration_date > scored_months.month_end_date
        )
        and (
            step_certifications.points_eligible_until is null
            or step_certifications.points_eligible_until >= scored_months.month_end_date
        )
