with held_certifications as (

    select * from {{ ref('int_held_certifications').include(database=false) }}

)

select
    pga_mpn_id,
    ruleset_id,
    individual_id,
    as_of_month,
    month_number,
    step,
    -- of several certifications for a step the last to end keeps it
    case when count(*) = count(end_date) then max(end_date) end as end_date
from held_certifications
group by
    pga_mpn_id,
    ruleset_id,
    individual_id,
    as_of_month,
    month_number,
    step
