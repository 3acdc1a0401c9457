{#- Kind certification_expiring: a certification that ends soon after the last month. -#}
with certifications as (

    select
        certifications.*,
        last_months.month_end_date + {{ var('recommendation_expiry_days') }} as horizon_date
    from {{ ref('int_step_certifications') }} as certifications
    inner join {{ ref('int_scored_months') }} as last_months
        on
            certifications.completion_date <= last_months.month_end_date
            and (certifications.end_date is null or certifications.end_date > last_months.month_end_date)
    where last_months.is_last_scored_month

)

select
    'certification_expiring' as kind,
    pga_mpn_id,
    ruleset_id,
    individual_id,
    certification_id,
    max(end_date) as end_date
from certifications
group by pga_mpn_id, ruleset_id, individual_id, certification_id, horizon_date
-- held twice, or for several steps, it ends with the last
having count(*) = count(end_date) and max(end_date) <= horizon_date
