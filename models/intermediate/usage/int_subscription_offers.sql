with offers as (

    select * from {{ ref('stg_partner_center__azure_subscription_offers') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by subscription_id, reject_reason
            order by export_date desc, offer_name asc nulls last
        ) as newest_rank
    from offers

)

select
    export_date,
    subscription_id,
    subscription_key,
    offer_name,
    reject_reason,
    reject_reason is null and newest_rank = 1 as is_newest,
    {{ rejected_row_list('reject_reason', 'source_row') }} as rejected_rows
from ranked
