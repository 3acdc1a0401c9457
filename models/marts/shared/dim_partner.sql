{#- Grain: PGA. -#}
with locations as (

    select * from {{ ref('int_partner_locations') }}
    where is_newest

),

partners as (

    select * from {{ ref('int_partners') }}

),

partner_locations as (

    select
        pga_mpn_id,
        min(pga_partner_name) as partner_name,
        min(country) as country,
        count(*) as location_count
    from locations
    group by pga_mpn_id

)

select
    partners.pga_mpn_id,
    coalesce(partner_locations.partner_name, partners.pga_mpn_id) as partner_name,
    partner_locations.country,
    cast(coalesce(partner_locations.location_count, 0) as integer) as location_count,
    partner_locations.pga_mpn_id is not null as is_in_partner_profile
from partners
left join partner_locations
    on partners.pga_mpn_id = partner_locations.pga_mpn_id
