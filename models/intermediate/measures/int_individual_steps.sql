with step_certifications as (

    select * from {{ ref('int_step_certifications') }}

),

scored_months as (

    select * from {{ ref('int_scored_months') }}

)

select
    step_certifications.pga_mpn_id,
    step_certifications.ruleset_id,
    step_certifications.individual_id,
    scored_months.as_of_month,
    scored_months.month_number,
    step_certifications.step,
    -- of several certifications for a step the last to end keeps it
    case when count(*) = count(step_certifications.end_date) then max(step_certifications.end_date) end as end_date
from step_certifications
inner join scored_months
    on
        step_certifications.completion_date <= scored_months.month_end_date
        and (
            step_certifications.end_date is null or step_certifications.end_date > scored_months.month_end_date
        )
group by
    step_certifications.pga_mpn_id,
    step_certifications.ruleset_id,
    step_certifications.individual_id,
    scored_months.as_of_month,
    scored_months.month_number,
    step_certifications.step
