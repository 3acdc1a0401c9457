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

)

select
    *,
    case when subscription_id is null then 'missing_subscription_id' end as reject_reason
from renamed
