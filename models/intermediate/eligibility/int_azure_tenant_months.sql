with usage_counted_once as (

    select * from {{ ref('int_azure_usage_counted_once') }}

)

select
    pga_mpn_id,
    eligibility_id,
    customer_tenant_id,
    usage_month,
    {{ month_number('usage_month') }} as month_number,
    exclusion_reason,
    sum(acr_usd) as acr_usd
from usage_counted_once
group by
    pga_mpn_id,
    eligibility_id,
    customer_tenant_id,
    usage_month,
    exclusion_reason
