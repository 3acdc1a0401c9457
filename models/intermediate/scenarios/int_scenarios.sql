{#- One shape for all kinds of advice: what would change, for whom, and by when. -#}
with tenant_scenarios as (

    select * from {{ ref('int_tenant_scenarios') }}

),

skilling_scenarios as (

    select * from {{ ref('int_skilling_scenarios') }}

),

workloads as (

    select * from {{ ref('int_workloads') }}

),

track_criteria as (

    select * from {{ ref('int_track_criteria') }}
    where track = 'skilling'

)

select
    tenant_scenarios.scenario_id,
    tenant_scenarios.kind,
    tenant_scenarios.pga_mpn_id,
    tenant_scenarios.ruleset_id,
    tenant_scenarios.metric,
    tenant_scenarios.track,
    'customer_tenant' as subject_type,
    tenant_scenarios.customer_tenant_id as subject_id,
    workloads.workload as detail,
    tenant_scenarios.missing_value,
    tenant_scenarios.missing_active_value,
    tenant_scenarios.deadline_month_number,
    cast(null as date) as deadline_date
from tenant_scenarios
left join workloads
    on tenant_scenarios.workload_number = workloads.workload_number

union all

select
    skilling_scenarios.scenario_id,
    skilling_scenarios.kind,
    skilling_scenarios.pga_mpn_id,
    skilling_scenarios.ruleset_id,
    track_criteria.metric,
    'skilling' as track,
    'individual' as subject_type,
    skilling_scenarios.individual_id as subject_id,
    skilling_scenarios.certification_id as detail,
    1 as missing_value,
    null as missing_active_value,
    {{ month_number('skilling_scenarios.end_date') }} as deadline_month_number,
    skilling_scenarios.end_date as deadline_date
from skilling_scenarios
inner join track_criteria
    on skilling_scenarios.ruleset_id = track_criteria.ruleset_id
