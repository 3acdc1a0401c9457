with locations as (

    select * from {{ ref('int_partner_locations') }}
    where is_newest

),

newest_exports as (

    select * from {{ ref('int_newest_exports') }}

)

select pga_mpn_id from locations
union
select pga_mpn_id from newest_exports
