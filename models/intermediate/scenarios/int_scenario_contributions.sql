{#- The tenant's month is judged again, with one value changed; the month of comparison stays as it was. -#}
{%- set is_changed_workload -%}
    coalesce(measures.workload_number, 0) = coalesce(scenarios.workload_number, 0)
{%- endset -%}
with scenarios as (

    select * from {{ ref('int_tenant_scenarios') }}

),

last_measures as (

    select measures.*
    from {{ ref('int_tenant_measures') }} as measures
    inner join {{ ref('int_scored_months') }} as scored_months
        on measures.month_number = scored_months.month_number
    where scored_months.is_last_scored_month

),

criteria as (

    select * from {{ ref('int_criteria') }}

),

standings as (

    select * from {{ ref('int_tenant_standings') }}

),

changed_measures as (

    select
        scenarios.scenario_id,
        measures.pga_mpn_id,
        measures.track,
        measures.eligibility_id,
        measures.customer_tenant_key,
        measures.month_number,
        case when {{ is_changed_workload }} then scenarios.threshold_value else measures.threshold_value end
            as threshold_value,
        case when {{ is_changed_workload }} then scenarios.active_value else measures.active_value end as active_value
    from last_measures as measures
    inner join scenarios
        on
            measures.pga_mpn_id = scenarios.pga_mpn_id
            and measures.track = scenarios.track
            and measures.eligibility_id = scenarios.eligibility_id
            and measures.customer_tenant_key = scenarios.customer_tenant_key

),

measures_against_bands as (

    select
        measures.*,
        criteria.criterion_id,
        criteria.measure,
        criteria.keeps_outgrown_tenants,
        criteria.comparison_months,
        {{ band_standing('measures.threshold_value', 'measures.active_value') }} as standing
    from changed_measures as measures
    inner join criteria
        on
            measures.track = criteria.track
            and measures.eligibility_id = criteria.eligibility_id

),

changed_standings as (

    select
        scenario_id,
        pga_mpn_id,
        criterion_id,
        customer_tenant_key,
        month_number - comparison_months as prior_month_number,
        measure,
        keeps_outgrown_tenants,
        coalesce(bool_or(standing = 'inside'), false) as is_counted_by_band,
        coalesce(bool_or(standing in ('inside', 'inside idle')), false) as is_inside_band,
        coalesce(bool_or(standing = 'above'), false) as has_active_above_band,
        case when measure = 'sum' then sum(active_value) else max(threshold_value) end as tenant_value
    from measures_against_bands
    group by
        scenario_id,
        pga_mpn_id,
        criterion_id,
        customer_tenant_key,
        month_number - comparison_months,
        measure,
        keeps_outgrown_tenants

),

counted as (

    select
        changed_standings.*,
        changed_standings.is_counted_by_band
        or (
            changed_standings.keeps_outgrown_tenants
            and not changed_standings.is_inside_band
            and changed_standings.has_active_above_band
            and coalesce(standings.is_inside_band, false)
        ) as is_counted
    from changed_standings
    left join standings
        on
            changed_standings.pga_mpn_id = standings.pga_mpn_id
            and changed_standings.criterion_id = standings.criterion_id
            and changed_standings.customer_tenant_key = standings.customer_tenant_key
            and changed_standings.prior_month_number = standings.month_number

)

select
    scenario_id,
    criterion_id,
    {{ counted_value('measure', 'is_counted', 'tenant_value') }} as current_value
from counted
