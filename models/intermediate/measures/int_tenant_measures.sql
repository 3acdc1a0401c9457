with acr_ttm as (

    select * from {{ ref('int_tenant_acr_ttm') }}

),

tenant_seats as (

    select * from {{ ref('int_m365_tenant_seats') }}

)

select
    pga_mpn_id,
    'azure' as track,
    eligibility_id,
    customer_tenant_id,
    cast(null as {{ dbt.type_string() }}) as workload,
    month_number,
    case when has_eligible_usage then ttm_acr_usd end as threshold_value,
    cast(null as decimal(18, 4)) as active_value,
    case when has_eligible_usage then ttm_acr_usd end as summed_value,
    case when not has_eligible_usage then exclusion_reason end as exclusion_reason
from acr_ttm

union all

select
    pga_mpn_id,
    'm365' as track,
    eligibility_id,
    customer_tenant_id,
    case when exclusion_reason is null then workload end as workload,
    month_number,
    case when exclusion_reason is null then paid_seats end as threshold_value,
    case when exclusion_reason is null then active_paid_seats end as active_value,
    case when exclusion_reason is null then active_paid_seats end as summed_value,
    min(exclusion_reason) as exclusion_reason
from tenant_seats
group by
    pga_mpn_id,
    eligibility_id,
    customer_tenant_id,
    case when exclusion_reason is null then workload end,
    month_number,
    case when exclusion_reason is null then paid_seats end,
    case when exclusion_reason is null then active_paid_seats end
