with track_criteria as (

    select * from {{ ref('int_track_criteria') }}

)

select distinct
    criterion_id,
    track,
    eligibility_id,
    measure,
    minimum_value,
    is_minimum_included,
    maximum_value,
    is_maximum_included,
    minimum_active_share,
    keeps_outgrown_tenants,
    comparison_months,
    comparison_id
from track_criteria
-- what no list makes eligible is no tenant: certifications are held by people
where eligibility_id is not null
