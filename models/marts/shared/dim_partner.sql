{#- Grain: PGA. -#}
with partners as (

    select * from {{ ref('int_partners') }}

)

select
    pga_mpn_id,
    coalesce(partner_name, pga_mpn_id) as partner_name,
    country,
    cast(location_count as integer) as location_count,
    location_count > 0 as is_in_partner_profile
from partners
