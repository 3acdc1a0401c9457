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
    sum(acr_usd) as acr_usd,
    sum(counted_acr_usd) as counted_acr_usd,
    sum(case when is_unknown_offer then counted_acr_usd else 0 end) as unknown_offer_acr_usd
from usage_counted_once
group by
    pga_mpn_id,
    eligibility_id,
    customer_tenant_id,
    usage_month,
    exclusion_reason
