with locations as (

    select * from {{ ref('stg_partner_center__partner_profile') }}
    where is_newest

),

newest_exports as (

    select * from {{ ref('int_newest_exports') }}

),

partners as (

    select pga_mpn_id from locations
    union
    select pga_mpn_id from newest_exports

),

profiles as (

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
    profiles.partner_name,
    profiles.country,
    coalesce(profiles.location_count, 0) as location_count
from partners
left join profiles
    on partners.pga_mpn_id = profiles.pga_mpn_id
