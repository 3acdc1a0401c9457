{#- A list of the whole, not of a month: the newest accepted row of a subscription counts, whichever export has it. -#}
with source as (

    select * from {{ source('partner_center', 'azure_subscription_offers').include(database=false) }}

),

renamed as (

    select
        -- ids
        export_date,
        nullif({{ normalize_text('SubscriptionId') }}, '') as subscription_id,
        {{ text_key('SubscriptionId') }} as subscription_key,

        -- offer
        nullif({{ normalize_text('OfferName') }}, '') as offer_name,

        {{ source_row('source') }} as source_row
    from source

),

rows_with_reject_reason as (

    select
        *,
        case when subscription_id is null then 'missing_subscription_id' end as reject_reason
    from renamed

)

select
    export_date,
    subscription_id,
    subscription_key,
    offer_name,
    reject_reason,
    reject_reason is null
    and row_number() over (
        partition by subscription_id, reject_reason
        order by export_date desc, offer_name asc nulls last
    ) = 1 as is_newest,
    {{ rejected_row_list('reject_reason', 'source_row') }} as rejected_rows
from rows_with_reject_reason
