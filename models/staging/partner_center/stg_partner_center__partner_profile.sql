{#- A report of the whole, not of a month: the newest accepted row of a location counts, whichever export has it. -#}
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

),

rows_with_reject_reason as (

    select
        *,
        case
            when mpn_id is null then 'missing_mpn_id'
            when pga_mpn_id is null then 'missing_pga_mpn_id'
        end as reject_reason
    from renamed

)

select
    export_date,
    mpn_id,
    pga_mpn_id,
    partner_name,
    pga_partner_name,
    city,
    country,
    reject_reason,
    reject_reason is null
    and row_number() over (
        partition by mpn_id, reject_reason
        order by
            export_date desc,
            pga_mpn_id asc,
            partner_name asc nulls last,
            pga_partner_name asc nulls last,
            city asc nulls last,
            country asc nulls last
    ) = 1 as is_newest,
    {{ rejected_row_list('reject_reason', 'source_row') }} as rejected_rows
from rows_with_reject_reason
