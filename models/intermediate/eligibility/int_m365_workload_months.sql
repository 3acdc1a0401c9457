with seats_by_export as (

    select * from {{ ref('int_m365_seats_by_export') }}
    where reject_reason is null

),

newest_exports as (

    select * from {{ ref('int_newest_exports') }}
    where dataset = 'cpor_m365_usage'

),

names as (

    select * from {{ ref('int_rulebook_names') }}
    where track = 'm365' and is_first_of_eligibility

),

eligibilities as (

    select distinct eligibility_id from names

),

workloads as (

    select * from names
    where kind = 'workload'

),

associations as (

    select * from names
    where kind = 'association'

),

newest_seats as (

    select seats_by_export.*
    from seats_by_export
    inner join newest_exports
        on {{ equal_keys('seats_by_export', 'newest_exports', ['pga_mpn_id', 'usage_month', 'export_date']) }}

),

seats_matched_to_lists as (

    select
        eligibilities.eligibility_id,
        newest_seats.*,
        workloads.listed_number as workload_number,
        case when workloads.listed_number is null then newest_seats.workload_key end as unlisted_workload_key,
        case
            when workloads.listed_number is null then 'workload_not_listed'
            when associations.listed_name is null then 'association_not_eligible'
        end as exclusion_reason
    from newest_seats
    cross join eligibilities
    left join workloads
        on
            newest_seats.workload_key = workloads.known_key
            and eligibilities.eligibility_id = workloads.eligibility_id
    left join associations
        on
            newest_seats.association_key = associations.known_key
            and eligibilities.eligibility_id = associations.eligibility_id

)

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
