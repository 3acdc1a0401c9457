{#- The month of the tenants that a scenario changes, judged again by the rule of int_tenant_standings. -#}
{%- set key = ['pga_mpn_id', 'track', 'eligibility_id', 'customer_tenant_key', 'month_number'] %}
{%- set tenant = ['scenario_id', 'ruleset_id', 'tenant_count'] + key %}
with changes as (

    select * from {{ ref('int_scenario_tenant_changes') }}

),

measures as (

    select * from {{ ref('int_tenant_measures') }}
    where threshold_value is not null

),

criteria as (

    select * from {{ ref('int_track_criteria') }}

),

changed_tenants as (

    select distinct {{ tenant | join(', ') }} from changes

),

workloads_and_changes as (

    select
        {% for key in tenant -%}
            changed_tenants.{{ key }},
        {% endfor -%}
        measures.workload_number,
        measures.threshold_value,
        measures.active_users
    from measures
    inner join changed_tenants on {{ equal_keys('measures', 'changed_tenants', key) }}

    union all

    select
        {{ tenant | join(', ') }},
        workload_number,
        value_change as threshold_value,
        active_users_change as active_users
    from changes

),

-- there are no fewer seats and users than none, but credits may exceed revenue
changed_measures as (

    select
        {{ tenant | join(', ') }},
        workload_number,
        cast(
            case when track = 'm365' then greatest(sum(threshold_value), 0) else sum(threshold_value) end
            as decimal(28, 10)
        ) as threshold_value,
        cast(
            case
                when track = 'm365' then greatest(least(sum(active_users), sum(threshold_value)), 0)
                else sum(threshold_value)
            end as decimal(28, 10)
        ) as active_value
    from workloads_and_changes
    group by {{ tenant | join(', ') }}, workload_number

),

measures_against_bands as (

    select
        measures.*,
        criteria.metric,
        criteria.criterion_id,
        criteria.measure,
        {{ band_standing('measures.threshold_value', 'measures.active_value') }} as standing
    from changed_measures as measures
    inner join criteria on {{ equal_keys('measures', 'criteria', ['ruleset_id', 'track']) }}

)

select
    scenario_id,
    pga_mpn_id,
    ruleset_id,
    metric,
    track,
    criterion_id,
    customer_tenant_key,
    month_number,
    tenant_count,
    {{ tenant_standing() }}
from measures_against_bands
group by
    scenario_id, pga_mpn_id, ruleset_id, metric, track, criterion_id, measure, customer_tenant_key, month_number,
    tenant_count
