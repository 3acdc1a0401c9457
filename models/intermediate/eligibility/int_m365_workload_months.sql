with seats_by_export as (

    select * from {{ ref('int_m365_seats_by_export') }}
    where reject_reason is null

),

newest_exports as (

    select * from {{ ref('int_newest_exports') }}
    where dataset = 'cpor_m365_usage'

),

newest_seats as (

    select seats_by_export.*
    from seats_by_export
    inner join newest_exports
        on {{ equal_keys('seats_by_export', 'newest_exports', ['pga_mpn_id', 'usage_month', 'export_date']) }}

),

{{ m365_seats_matched_to_lists('newest_seats') }}

-- two names of one workload are one workload, of which the largest figure counts
select
    pga_mpn_id,
    eligibility_id,
    customer_tenant_key,
    workload_number,
    usage_month,
    {{ month_number('usage_month') }} as month_number,
    exclusion_reason,
    max(paid_seats) as paid_seats,
    max(active_users) as active_users,
    least(max(active_users), max(paid_seats)) as active_paid_seats,
    row_number() over (
        partition by pga_mpn_id, eligibility_id, customer_tenant_key, usage_month, exclusion_reason
        order by max(paid_seats) desc, workload_number asc
    ) as size_rank
from seats_matched_to_lists
group by
    pga_mpn_id,
    eligibility_id,
    customer_tenant_key,
    workload_number,
    unlisted_workload_key,
    usage_month,
    exclusion_reason
