with profiles as (

    select * from {{ ref('int_partner_profiles') }}

)

select
    mpn_id,
    pga_mpn_id,
    partner_name,
    pga_partner_name,
    city,
    country
from profiles
where reject_reason is null and not is_superseded
