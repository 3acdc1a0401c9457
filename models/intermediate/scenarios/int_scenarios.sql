{#- One shape for all kinds of advice: what would change, for whom, and by when. What a month of the outlook would lose
    is kept in that month, everything else is changed in the last one. -#}
with tenant_changes as (

    select * from {{ ref('int_scenario_near_thresholds') }}
    union all
    select * from {{ ref('int_scenario_drops') }}
    union all
    select * from {{ ref('int_scenario_missing_associations') }}

),

certification_changes as (

    select * from {{ ref('int_scenario_expiring_certifications') }}
    union all
    select * from {{ ref('int_scenario_missing_steps') }}

),

workloads as (

    select distinct
        listed_number as workload_number,
        listed_name as workload
    from {{ ref('int_rulebook_names') }}
    where kind = 'workload'

),

scored_months as (

    select * from {{ ref('int_scored_months') }}

)

select
    tenant_changes.kind || '/' || tenant_changes.pga_mpn_id || '/' || tenant_changes.ruleset_id || '/'
    || coalesce(tenant_changes.metric, 'any') || '/' || tenant_changes.track || '/' || customers.customer_tenant_id
        as scenario_id,
    tenant_changes.kind,
    tenant_changes.pga_mpn_id,
    tenant_changes.ruleset_id,
    tenant_changes.metric,
    tenant_changes.track,
    'customer_tenant' as subject_type,
    customers.customer_tenant_id as subject_id,
    workloads.workload as detail,
    cast(tenant_changes.missing_value as decimal(28, 10)) as missing_value,
    cast(tenant_changes.missing_active_value as decimal(18, 4)) as missing_active_value,
    tenant_changes.deadline_month_number,
    cast(null as date) as deadline_date,
    tenant_changes.month_number,
    tenant_changes.eligibility_id,
    tenant_changes.customer_tenant_key,
    tenant_changes.workload_number,
    cast(tenant_changes.threshold_value as decimal(38, 10)) as threshold_value,
    cast(tenant_changes.active_value as decimal(38, 10)) as active_value
from tenant_changes
inner join {{ ref('int_customers') }} as customers
    on
        tenant_changes.pga_mpn_id = customers.pga_mpn_id
        and tenant_changes.customer_tenant_key = customers.customer_tenant_key
left join workloads
    on tenant_changes.workload_number = workloads.workload_number

union all

select
    certification_changes.kind || '/' || certification_changes.pga_mpn_id || '/' || certification_changes.ruleset_id
    || '/' || certification_changes.individual_id || '/' || certification_changes.certification_id as scenario_id,
    certification_changes.kind,
    certification_changes.pga_mpn_id,
    certification_changes.ruleset_id,
    skilling_criteria.metric,
    'skilling' as track,
    'individual' as subject_type,
    certification_changes.individual_id as subject_id,
    certification_changes.certification_id as detail,
    1 as missing_value,
    null as missing_active_value,
    {{ month_number('certification_changes.end_date') }} as deadline_month_number,
    certification_changes.end_date as deadline_date,
    coalesce(deadline_months.month_number, last_months.month_number) as month_number,
    null as eligibility_id,
    null as customer_tenant_key,
    null as workload_number,
    null as threshold_value,
    null as active_value
from certification_changes
inner join {{ ref('int_track_criteria') }} as skilling_criteria
    on certification_changes.ruleset_id = skilling_criteria.ruleset_id and skilling_criteria.track = 'skilling'
cross join scored_months as last_months
left join scored_months as deadline_months
    on {{ month_number('certification_changes.end_date') }} = deadline_months.month_number
where last_months.is_last_scored_month
