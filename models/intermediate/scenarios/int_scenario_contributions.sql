{#- The tenant's month is judged again, with one value changed; the month of comparison stays as it was. -#}
{%- set is_changed_workload -%}
    coalesce(comparisons.workload_number, 0) = coalesce(scenarios.workload_number, 0)
{%- endset -%}
with scenarios as (

    select * from {{ ref('int_tenant_scenarios') }}

),

last_comparisons as (

    select comparisons.*
    from {{ ref('int_tenant_comparisons') }} as comparisons
    inner join {{ ref('int_scored_months') }} as scored_months
        on comparisons.month_number = scored_months.month_number
    where scored_months.is_last_scored_month

),

criteria as (

    select * from {{ ref('int_criteria') }}

),

changed_comparisons as (

    select
        scenarios.scenario_id,
        comparisons.comparison_id,
        case
            when {{ is_changed_workload }} then scenarios.threshold_value
            else comparisons.current_threshold_value
        end as current_threshold_value,
        case
            when {{ is_changed_workload }} then scenarios.active_value
            else comparisons.current_active_value
        end as current_active_value,
        comparisons.prior_threshold_value,
        comparisons.prior_active_value
    from last_comparisons as comparisons
    inner join scenarios
        on
            comparisons.pga_mpn_id = scenarios.pga_mpn_id
            and comparisons.comparison_id = scenarios.comparison_id
            and comparisons.customer_tenant_key = scenarios.customer_tenant_key

),

values_against_band as (

    select
        comparisons.scenario_id,
        comparisons.current_threshold_value,
        comparisons.current_active_value,
        criteria.*,
        {{ band_position('comparisons.current_threshold_value', 'comparisons.current_active_value') }}
            as current_position,
        {{ band_position('comparisons.prior_threshold_value', 'comparisons.prior_active_value') }} as prior_position
    from changed_comparisons as comparisons
    inner join criteria
        on comparisons.comparison_id = criteria.comparison_id

),

tenants_against_band as (

    select
        scenario_id,
        criterion_id,
        measure,
        keeps_outgrown_tenants,
        max(current_position) as current_position,
        max(prior_position) as prior_position,
        case when measure = 'sum' then sum(current_active_value) else max(current_threshold_value) end
            as current_tenant_value
    from values_against_band
    group by scenario_id, criterion_id, measure, keeps_outgrown_tenants

),

tenants_counted as (

    select
        criteria.*,
        {{ is_counted_current('criteria.current_position', 'criteria.prior_position') }} as is_counted_current
    from tenants_against_band as criteria

)

select
    scenario_id,
    criterion_id,
    {{ counted_value('measure', 'is_counted_current', 'current_tenant_value') }} as current_value
from tenants_counted
