with acr_ttm as (

    select * from {{ ref('int_tenant_acr_ttm') }}

),

workload_months as (

    select * from {{ ref('int_m365_workload_months') }}
    where exclusion_reason is null

),

scored_months as (

    select * from {{ ref('int_scored_months') }}

)

select
    pga_mpn_id,
    'azure' as track,
    eligibility_id,
    customer_tenant_id,
    cast(null as {{ dbt.type_string() }}) as workload,
    month_number,
    ttm_acr_usd as threshold_value,
    cast(null as decimal(18, 4)) as active_value,
    ttm_acr_usd as summed_value
from acr_ttm

union all

select
    workload_months.pga_mpn_id,
    'm365' as track,
    workload_months.eligibility_id,
    workload_months.customer_tenant_id,
    workload_months.workload,
    workload_months.month_number,
    workload_months.paid_seats as threshold_value,
    workload_months.active_paid_seats as active_value,
    workload_months.active_paid_seats as summed_value
from workload_months
inner join scored_months
    on workload_months.month_number = scored_months.month_number
