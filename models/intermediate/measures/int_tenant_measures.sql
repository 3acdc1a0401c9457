with acr_ttm as (

    select * from {{ ref('int_tenant_acr_ttm').include(database=false) }}

),

tenant_seats as (

    select * from {{ ref('int_m365_tenant_seats').include(database=false) }}

)

-- one type for both tracks and for the criteria: a comparison of unlike decimals casts every value
select
    pga_mpn_id,
    'azure' as track,
    eligibility_id,
    customer_tenant_key,
    cast(null as integer) as workload_number,
    month_number,
    cast(case when has_eligible_usage then ttm_acr_usd end as decimal(28, 10)) as threshold_value,
    cast(case when has_eligible_usage then ttm_acr_usd end as decimal(28, 10)) as active_value,
    case when not has_eligible_usage then exclusion_rank end as exclusion_rank
from acr_ttm

union all

select
    pga_mpn_id,
    'm365' as track,
    eligibility_id,
    customer_tenant_key,
    workload_number,
    month_number,
    cast(case when exclusion_reason is null then paid_seats end as decimal(28, 10)) as threshold_value,
    cast(case when exclusion_reason is null then active_paid_seats end as decimal(28, 10)) as active_value,
    {{ exclusion_rank('exclusion_reason') }} as exclusion_rank
from tenant_seats
