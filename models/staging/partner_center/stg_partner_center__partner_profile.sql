with source as (

    select * from {{ source('partner_center', 'partner_profile').include(database=false) }}

),

renamed as (

    select
        -- ids
        export_date,
        {{ partner_id('MPNId') }} as mpn_id,
        {{ partner_id('PGA_MPNID') }} as pga_mpn_id,

        -- names
        {{ clean_text('PartnerName') }} as partner_name,
        {{ clean_text('PGA_PartnerName') }} as pga_partner_name,
        {{ clean_text('City') }} as city,
        {{ clean_text('Country') }} as country,

        {{ source_row('source') }} as source_row
    from source

)

select
    *,
    case
        when mpn_id is null then 'missing_mpn_id'
        when pga_mpn_id is null then 'missing_pga_mpn_id'
    end as reject_reason
from renamed
