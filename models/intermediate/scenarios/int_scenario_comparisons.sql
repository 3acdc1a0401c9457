{%- set changed_values -%}
    changes.is_changed and coalesce(comparisons.workload_number, 0) = coalesce(scenarios.workload_number, 0)
{%- endset -%}
with scenarios as (

    select * from {{ ref('int_tenant_scenarios') }}

),

comparisons as (

    select comparisons.*
    from {{ ref('int_tenant_comparisons') }} as comparisons
    inner join {{ ref('int_scored_months') }} as scored_months
        on comparisons.month_number = scored_months.month_number
    where scored_months.is_last_scored_month

),

changes as (

    select false as is_changed

    union all

    select true as is_changed

)

select
    scenarios.scenario_key,
    changes.is_changed,
    comparisons.pga_mpn_id,
    comparisons.comparison_id,
    comparisons.customer_tenant_key,
    comparisons.workload_number,
    comparisons.month_number,
    case
        when {{ changed_values }} then scenarios.threshold_value
        else comparisons.current_threshold_value
    end as current_threshold_value,
    case
        when {{ changed_values }} then scenarios.active_value
        else comparisons.current_active_value
    end as current_active_value,
    comparisons.prior_threshold_value,
    comparisons.prior_active_value
from comparisons
inner join scenarios
    on
        comparisons.pga_mpn_id = scenarios.pga_mpn_id
        and comparisons.comparison_id = scenarios.comparison_id
        and comparisons.customer_tenant_key = scenarios.customer_tenant_key
cross join changes
