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

affected_comparisons as (

    select
        scenarios.scenario_key,
        comparisons.*,
        coalesce(comparisons.workload, '') = coalesce(scenarios.workload, '') as is_affected,
        scenarios.threshold_value,
        scenarios.active_value,
        scenarios.summed_value
    from scenarios
    inner join comparisons
        on
            scenarios.pga_mpn_id = comparisons.pga_mpn_id
            and scenarios.track = comparisons.track
            and scenarios.eligibility_id = comparisons.eligibility_id
            and scenarios.comparison_months = comparisons.comparison_months
            and scenarios.customer_tenant_key = comparisons.customer_tenant_key

)

{% for is_changed in ['false', 'true'] -%}
    {%- set change = 'is_affected and ' ~ is_changed -%}
    select
        scenario_key,
        {{ is_changed }} as is_changed,
        pga_mpn_id,
        track,
        eligibility_id,
        comparison_months,
        customer_tenant_key,
        workload,
        month_number,
        case when {{ change }} then threshold_value else current_threshold_value end as current_threshold_value,
        case when {{ change }} then active_value else current_active_value end as current_active_value,
        case when {{ change }} then summed_value else current_summed_value end as current_summed_value,
        prior_threshold_value,
        prior_active_value,
        prior_summed_value
    from affected_comparisons
    {{ 'union all' if not loop.last }}
{% endfor %}
