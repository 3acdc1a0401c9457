with source as (

    select * from {{ source('partner_center', 'cpor_m365_usage').include(database=false) }}

),

renamed as (

    select
        -- ids
        export_date,
        {{ partner_id('MpnId') }} as mpn_id,
        lower({{ clean_text('CustomerTenantId') }}) as customer_tenant_id,
        {{ clean_text('ClaimId') }} as claim_id,

        -- texts, as spelled in the export: int_text_spellings normalizes each spelling once, not each line
        {{ text_as_spelled('CustomerTenantId') }} as customer_tenant_spelling,
        {{ text_as_spelled('WorkloadName') }} as workload_spelling,
        {{ text_as_spelled('PartnerAttributionType') }} as association_spelling,

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
        when {{ is_blank('customer_tenant_spelling') }} then 'missing_customer_tenant'
        when coalesce(paid_seats, -1) < 0 or coalesce(active_users, -1) < 0 then 'invalid_seats'
    end as reject_reason
from renamed
