with seats_by_export as (

    select * from {{ ref('int_m365_seats_by_export') }}
    where reject_reason is null

),

newest_exports as (

    select * from {{ ref('int_newest_exports') }}
    where dataset = 'cpor_m365_usage'

),

ruleset_eligibility as (

    select * from {{ ref('int_ruleset_eligibility') }}

),

names as (

    select
        eligible_names.eligibility_id,
        eligible_names.kind,
        eligible_names.listed_name,
        texts.text_key
    from {{ ref('int_eligible_names') }} as eligible_names
    inner join {{ ref('int_texts') }} as texts
        on eligible_names.known_name = texts.normalized_text
    where eligible_names.track = 'm365'

),

eligibilities as (

    select distinct eligibility_id
    from ruleset_eligibility
    where track = 'm365'

),

workloads as (

    select
        names.eligibility_id,
        names.text_key,
        workloads.workload_number
    from names
    inner join {{ ref('int_workloads') }} as workloads
        on names.listed_name = workloads.workload
    where names.kind = 'workload'

),

associations as (

    select * from names
    where kind = 'association'

),

newest_seats as (

    select seats_by_export.*
    from seats_by_export
    inner join newest_exports
        on
            seats_by_export.pga_mpn_id = newest_exports.pga_mpn_id
            and seats_by_export.usage_month = newest_exports.usage_month
            and seats_by_export.export_date = newest_exports.export_date

),

seats_matched_to_lists as (

    select
        eligibilities.eligibility_id,
        newest_seats.pga_mpn_id,
        newest_seats.customer_tenant_key,
        newest_seats.usage_month,
        newest_seats.paid_seats,
        newest_seats.active_users,
        workloads.workload_number,
        case when workloads.workload_number is null then newest_seats.workload_key end as unlisted_workload_key,
        case
            when workloads.workload_number is null then 'workload_not_listed'
            when associations.listed_name is null then 'association_not_eligible'
        end as exclusion_reason
    from newest_seats
    cross join eligibilities
    left join workloads
        on
            newest_seats.workload_key = workloads.text_key
            and eligibilities.eligibility_id = workloads.eligibility_id
    left join associations
        on
            newest_seats.association_key = associations.text_key
            and eligibilities.eligibility_id = associations.eligibility_id

),

workloads_by_reason as (

    select
        pga_mpn_id,
        eligibility_id,
        customer_tenant_key,
        workload_number,
        usage_month,
        exclusion_reason,
        max(paid_seats) as paid_seats,
        max(active_users) as active_users,
        least(max(active_users), max(paid_seats)) as active_paid_seats
    from seats_matched_to_lists
    group by
        pga_mpn_id,
        eligibility_id,
        customer_tenant_key,
        workload_number,
        unlisted_workload_key,
        usage_month,
        exclusion_reason

),

workload_months as (

    select
        pga_mpn_id,
        eligibility_id,
        customer_tenant_key,
        workload_number,
        usage_month,
        cast(null as {{ dbt.type_string() }}) as exclusion_reason,
        paid_seats,
        active_users,
        active_paid_seats,
        cast(0 as decimal(18, 4)) as workload_not_listed_seats,
        cast(0 as decimal(18, 4)) as association_not_eligible_seats
    from workloads_by_reason
    where exclusion_reason is null

    union all

    -- what is not eligible folds into one row
    select
        pga_mpn_id,
        eligibility_id,
        customer_tenant_key,
        cast(null as integer) as workload_number,
        usage_month,
        {{ exclusion_reason('min(' ~ exclusion_rank('exclusion_reason') ~ ')') }} as exclusion_reason,
        cast(sum(paid_seats) as decimal(18, 4)) as paid_seats,
        cast(sum(active_users) as decimal(18, 4)) as active_users,
        cast(sum(active_paid_seats) as decimal(18, 4)) as active_paid_seats,
        cast(
            sum(case when exclusion_reason = 'workload_not_listed' then paid_seats else 0 end) as decimal(18, 4)
        ) as workload_not_listed_seats,
        cast(
            sum(case when exclusion_reason = 'association_not_eligible' then paid_seats else 0 end) as decimal(18, 4)
        ) as association_not_eligible_seats
    from workloads_by_reason
    where exclusion_reason is not null
    group by pga_mpn_id, eligibility_id, customer_tenant_key, usage_month

)

select
    pga_mpn_id,
    eligibility_id,
    customer_tenant_key,
    workload_number,
    usage_month,
    {{ month_number('usage_month') }} as month_number,
    exclusion_reason,
    paid_seats,
    active_users,
    active_paid_seats,
    workload_not_listed_seats,
    association_not_eligible_seats
from workload_months
