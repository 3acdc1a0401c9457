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
    comparison_months
from track_criteria
-- skilling has no list and no tenants: people hold certifications
where eligibility_id is not null
