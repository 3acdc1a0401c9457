{#- What scenarios, those of advice and those of the file, add to tenants in a month and take away. -#}
with lines as (

    select
        *,
        case when change_kind = 'azure_revenue' then 'azure' else 'm365' end as track
    from {{ ref('int_scenario_lines') }}
    where is_sound and change_kind in ('azure_revenue', 'm365_seats')

),

lost_customers as (

    select distinct
        scenario_id,
        pga_mpn_id,
        subject_key as customer_tenant_key,
        month_number
    from {{ ref('int_scenario_lines') }}
    where is_sound and change_kind = 'customer_lost'

),

rulesets as (

    select distinct {{ ['ruleset_id', 'track', 'eligibility_id'] | join(', ') }}
    from {{ ref('int_rulebook_names') }}

),

workloads as (

    select * from {{ ref('int_rulebook_names') }}
    where kind = 'workload' and is_first_of_eligibility

),

measures as (

    select * from {{ ref('int_tenant_measures') }}
    where threshold_value is not null

)

select
    scenario_id,
    pga_mpn_id,
    ruleset_id,
    track,
    eligibility_id,
    customer_tenant_key,
    month_number,
    workload_number,
    value_change,
    active_users_change,
    1 as tenant_count
from {{ ref('int_scenarios') }}
where subject_type = 'customer_tenant'

union all

-- revenue is of every list alike, seats of those that have the workload
select
    lines.scenario_id || '/' || rulesets.ruleset_id as scenario_id,
    lines.pga_mpn_id,
    rulesets.ruleset_id,
    lines.track,
    rulesets.eligibility_id,
    lines.subject_key as customer_tenant_key,
    lines.month_number,
    workloads.listed_number as workload_number,
    cast(lines.amount as decimal(28, 10)) as value_change,
    cast(coalesce(lines.active_amount, 0) as decimal(28, 10)) as active_users_change,
    lines.tenant_count
from lines
inner join rulesets on lines.track = rulesets.track
left join workloads
    on
        {{ equal_keys('rulesets', 'workloads', ['track', 'eligibility_id']) }}
        and lines.detail_key = workloads.known_key
where lines.track = 'azure' or workloads.known_key is not null

union all

select
    lost_customers.scenario_id || '/' || rulesets.ruleset_id as scenario_id,
    lost_customers.pga_mpn_id,
    rulesets.ruleset_id,
    measures.track,
    measures.eligibility_id,
    lost_customers.customer_tenant_key,
    lost_customers.month_number,
    measures.workload_number,
    -measures.threshold_value as value_change,
    cast(-coalesce(measures.active_users, 0) as decimal(28, 10)) as active_users_change,
    1 as tenant_count
from measures
inner join lost_customers
    on {{ equal_keys('measures', 'lost_customers', ['pga_mpn_id', 'customer_tenant_key', 'month_number']) }}
inner join rulesets on {{ equal_keys('measures', 'rulesets', ['track', 'eligibility_id']) }}
