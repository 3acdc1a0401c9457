with workload_months as (

    select * from {{ ref('int_m365_workload_months') }}

),

scored_months as (

    select * from {{ ref('int_scored_months') }}

),

last_scored_months as (

    select * from scored_months
    where is_last_scored_month

),

outlook_months as (

    select * from scored_months
    where is_outlook

)

select
    workload_months.pga_mpn_id,
    workload_months.eligibility_id,
    workload_months.customer_tenant_key,
    workload_months.workload,
    workload_months.month_number,
    workload_months.exclusion_reason,
    workload_months.paid_seats,
    workload_months.active_users,
    workload_months.active_paid_seats
from workload_months
inner join scored_months
    on workload_months.month_number = scored_months.month_number
where not scored_months.is_outlook

union all

-- the outlook lets the last month go on
select
    workload_months.pga_mpn_id,
    workload_months.eligibility_id,
    workload_months.customer_tenant_key,
    workload_months.workload,
    outlook_months.month_number,
    workload_months.exclusion_reason,
    workload_months.paid_seats,
    workload_months.active_users,
    workload_months.active_paid_seats
from workload_months
inner join last_scored_months
    on workload_months.month_number = last_scored_months.month_number
cross join outlook_months
