with source as (

    select * from {{ source('partner_center', 'cpor_m365_usage').include(database=false) }}

),

renamed as (

    select
        -- ids
        export_date,
        {{ partner_id('MpnId') }} as mpn_id,
        nullif({{ normalize_text('CustomerTenantId') }}, '') as customer_tenant_id,
        {{ text_key('CustomerTenantId') }} as customer_tenant_key,
        {{ clean_text('ClaimId') }} as claim_id,

        -- what the lists are asked for
        {{ normalize_text('WorkloadName') }} as workload,
        {{ text_key('WorkloadName') }} as workload_key,
        {{ normalize_text('PartnerAttributionType') }} as association,
        {{ text_key('PartnerAttributionType') }} as association_key,

        -- customer
        {{ clean_text('CustomerName') }} as customer_name,

        -- measures
        {{ try_cast('PaidAvailableUnits', 'decimal(18, 4)') }} as paid_seats,
        {{ try_cast('MonthlyActiveUsers', 'decimal(18, 4)') }} as active_users,

        -- dates
        {{ parse_month('Date') }} as usage_month,

        {{ source_row('source') }} as source_row
    from source

)

select
    *,
    case
        when usage_month is null then 'invalid_month'
        when customer_tenant_id is null then 'missing_customer_tenant'
        when coalesce(paid_seats, -1) < 0 or coalesce(active_users, -1) < 0 then 'invalid_seats'
    end as reject_reason
from renamed
