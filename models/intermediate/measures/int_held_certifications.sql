with step_certifications as (

    select * from {{ ref('int_step_certifications').include(database=false) }}

),

scored_months as (

    select * from {{ ref('int_scored_months').include(database=false) }}

),

certifications_with_end as (

    select
        *,
        least(expiration_date, points_eligible_until + 1) as end_date
    from step_certifications

)

select
    certifications_with_end.pga_mpn_id,
    certifications_with_end.ruleset_id,
    certifications_with_end.individual_id,
    scored_months.as_of_month,
    scored_months.month_number,
    certifications_with_end.step,
    certifications_with_end.certification_id,
    certifications_with_end.end_date
from certifications_with_end
inner join scored_months
    on
        certifications_with_end.completion_date <= scored_months.month_end_date
        and (
            certifications_with_end.end_date is null
            or certifications_with_end.end_date > scored_months.month_end_date
        )
