with completions as (

    select * from {{ ref('stg_partner_center__training_completions') }}

),

locations as (

    select * from {{ ref('stg_partner_center__partner_profile') }}
    where is_newest

),

completions_with_partner as (

    select
        completions.export_date,
        coalesce(completions.reported_pga_mpn_id, locations.pga_mpn_id) as pga_mpn_id,
        completions.individual_key,
        completions.training_title,
        completions.training_type,
        completions.completion_date,
        completions.expiration_date,
        completions.reject_reason as line_reject_reason,
        completions.source_row
    from completions
    left join locations
        on completions.mpn_id = locations.mpn_id

),

completions_with_reject_reason as (

    select
        *,
        case when pga_mpn_id is null then 'unknown_partner' else line_reject_reason end as reject_reason
    from completions_with_partner

)

select
    export_date,
    reject_reason,
    pga_mpn_id,
    {{ individual_id('pga_mpn_id', 'individual_key') }} as individual_id,
    training_title,
    training_type,
    completion_date,
    expiration_date,
    {{ rejected_row_list('reject_reason', 'source_row') }} as rejected_rows
from completions_with_reject_reason
