with source as (

    select * from {{ source('partner_center', 'azure_usage').include(database=false) }}

),

renamed as (

    select
        -- ids
        export_date,
        {{ partner_id('PGAMpnID') }} as reported_pga_mpn_id,
        {{ partner_id('MPNID') }} as mpn_id,
        nullif({{ normalize_text('CustomerTenantId') }}, '') as customer_tenant_id,
        {{ text_key('CustomerTenantId') }} as customer_tenant_key,
        {{ text_key('SubscriptionId') }} as subscription_key,

        -- what the lists are asked for
        {{ text_key('ServiceLevel2') }} as service_level_2_key,
        {{ text_key('ServiceLevel3') }} as service_level_3_key,
        {{ text_key('ServiceLevel4') }} as service_level_4_key,
        coalesce({{ normalize_text('PartnerAttributionType') }}, '') as association,
        {% if var('offers_from_usage') -%}
            nullif({{ normalize_text('AI_OfferType') }}, '') as offer_name,
        {%- else -%}
            cast(null as {{ dbt.type_string() }}) as offer_name,
        {%- endif %}

        -- customer
        {{ clean_text('CustomerName') }} as customer_name,
        {{ clean_text('CustomerMarket') }} as customer_market,
        {{ clean_text('CustomerSegment') }} as customer_segment,

        -- measures
        case lower({{ clean_text('IsACRDuplicateAtPGALevel') }})
            when 'false' then 0
            when 'true' then 1
            else {{ try_cast(clean_text('IsACRDuplicateAtPGALevel'), 'integer') }}
        end as duplicate_flag,
        {{ try_cast('ACR_USD', 'decimal(28, 10)') }} as acr_usd,

        -- dates
        {{ parse_month('Month') }} as usage_month,

        {{ source_row('source') }} as source_row
    from source

)

select
    *,
    case
        when usage_month is null then 'invalid_month'
        when customer_tenant_id is null then 'missing_customer_tenant'
        when acr_usd is null then 'invalid_acr'
    end as reject_reason
from renamed
