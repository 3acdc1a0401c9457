with profiles as (

    select * from {{ ref('stg_partner_center__partner_profile') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by mpn_id, reject_reason
            order by
                export_date desc,
                pga_mpn_id asc,
                partner_name asc nulls last,
                pga_partner_name asc nulls last,
                city asc nulls last,
                country asc nulls last
        ) as newest_rank
    from profiles

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
    reject_reason is null and newest_rank = 1 as is_newest,
    {{ rejected_row_list('reject_reason', 'source_row') }} as rejected_rows
from ranked
