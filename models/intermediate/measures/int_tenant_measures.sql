{#- Both tracks in one shape: a tenant has one revenue, and several workloads. -#}
with acr_ttm as (

    select * from {{ ref('int_tenant_acr_ttm').include(database=false) }}

),

workload_months as (

    select * from {{ ref('int_m365_workload_months').include(database=false) }}

),

scored_months as (

    select * from {{ ref('int_scored_months').include(database=false) }}

)

-- one type for both tracks and for the criteria: a comparison of unlike decimals casts every value
select
    pga_mpn_id,
    'azure' as track,
    eligibility_id,
    customer_tenant_key,
    cast(null as integer) as workload_number,
    cast(null as bigint) as size_rank,
    month_number,
    cast(case when has_eligible_usage then ttm_acr_usd end as decimal(28, 10)) as threshold_value,
    cast(case when has_eligible_usage then ttm_acr_usd end as decimal(28, 10)) as active_value,
    cast(null as decimal(18, 4)) as active_users,
    case when not has_eligible_usage then exclusion_rank end as exclusion_rank
from acr_ttm

union all

select
    workload_months.pga_mpn_id,
    'm365' as track,
    workload_months.eligibility_id,
    workload_months.customer_tenant_key,
    case when workload_months.exclusion_reason is null then workload_months.workload_number end as workload_number,
    workload_months.size_rank,
    scored_months.month_number,
    cast(case when workload_months.exclusion_reason is null then workload_months.paid_seats end as decimal(28, 10))
        as threshold_value,
    cast(
        case when workload_months.exclusion_reason is null then workload_months.active_paid_seats end
        as decimal(28, 10)
    ) as active_value,
    workload_months.active_users,
    {{ exclusion_rank('workload_months.exclusion_reason') }} as exclusion_rank
from workload_months
inner join scored_months
    on workload_months.month_number = scored_months.usage_month_number
