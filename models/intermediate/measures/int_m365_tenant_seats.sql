with workload_months as (

    select * from {{ ref('int_m365_workload_months').include(database=false) }}

),

scored_months as (

    select * from {{ ref('int_scored_months').include(database=false) }}

)

select
    workload_months.pga_mpn_id,
    workload_months.eligibility_id,
    workload_months.customer_tenant_key,
    workload_months.workload_number,
    scored_months.month_number,
    workload_months.exclusion_reason,
    workload_months.paid_seats,
    workload_months.active_users,
    workload_months.active_paid_seats
from workload_months
inner join scored_months
    on workload_months.month_number = scored_months.usage_month_number
