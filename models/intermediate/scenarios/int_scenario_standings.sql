{#- The tenant's month is judged again, with one value changed, by the rule of int_tenant_standings. -#}
{%- set is_changed_workload -%}
    coalesce(measures.workload_number, 0) = coalesce(scenarios.workload_number, 0)
{%- endset -%}
with scenarios as (

    select * from {{ ref('int_scenarios') }}
    where subject_type = 'customer_tenant'

),

measures as (

    select * from {{ ref('int_tenant_measures') }}

),

criteria as (

    select * from {{ ref('int_track_criteria') }}

),

changed_measures as (

    select
        scenarios.scenario_id,
        scenarios.ruleset_id,
        measures.pga_mpn_id,
        measures.track,
        measures.customer_tenant_key,
        measures.month_number,
        case when {{ is_changed_workload }} then scenarios.threshold_value else measures.threshold_value end
            as threshold_value,
        case when {{ is_changed_workload }} then scenarios.active_value else measures.active_value end as active_value
    from measures
    inner join scenarios
        on
            measures.pga_mpn_id = scenarios.pga_mpn_id
            and measures.month_number = scenarios.month_number
            and measures.track = scenarios.track
            and measures.eligibility_id = scenarios.eligibility_id
            and measures.customer_tenant_key = scenarios.customer_tenant_key
    where scenarios.track != 'azure'

    union all

    -- a tenant has one revenue, which may be gone by then
    select
        scenario_id,
        ruleset_id,
        pga_mpn_id,
        track,
        customer_tenant_key,
        month_number,
        threshold_value,
        active_value
    from scenarios
    where track = 'azure'

),

measures_against_bands as (

    select
        measures.*,
        criteria.metric,
        criteria.criterion_id,
        criteria.measure,
        {{ band_standing('measures.threshold_value', 'measures.active_value') }} as standing
    from changed_measures as measures
    inner join criteria
        on
            measures.ruleset_id = criteria.ruleset_id
            and measures.track = criteria.track

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
    {{ tenant_standing() }}
from measures_against_bands
group by
    scenario_id, pga_mpn_id, ruleset_id, metric, track, criterion_id, measure, customer_tenant_key, month_number
