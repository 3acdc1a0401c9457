with scenarios as (

    select * from {{ ref('int_tenant_scenarios') }}

),

comparisons as (

    select comparisons.*
    from {{ ref('int_tenant_comparisons') }} as comparisons
    inner join {{ ref('int_scored_months') }} as scored_months
        on comparisons.month_number = scored_months.month_number
    where scored_months.is_last_scored_month

)

select
    scenarios.scenario_id,
    comparisons.pga_mpn_id,
    comparisons.track,
    comparisons.eligibility_id,
    comparisons.comparison_months,
    comparisons.customer_tenant_id,
    comparisons.workload,
    comparisons.month_number,
    case
        when coalesce(comparisons.workload, '') = coalesce(scenarios.workload, '') then scenarios.threshold_value
        else comparisons.current_threshold_value
    end as current_threshold_value,
    case
        when coalesce(comparisons.workload, '') = coalesce(scenarios.workload, '') then scenarios.active_value
        else comparisons.current_active_value
    end as current_active_value,
    case
        when coalesce(comparisons.workload, '') = coalesce(scenarios.workload, '') then scenarios.summed_value
        else comparisons.current_summed_value
    end as current_summed_value,
    comparisons.prior_threshold_value,
    comparisons.prior_active_value,
    comparisons.prior_summed_value
from scenarios
inner join comparisons
    on
        scenarios.pga_mpn_id = comparisons.pga_mpn_id
        and scenarios.track = comparisons.track
        and scenarios.eligibility_id = comparisons.eligibility_id
        and scenarios.comparison_months = comparisons.comparison_months
        and scenarios.customer_tenant_id = comparisons.customer_tenant_id
