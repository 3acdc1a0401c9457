{%- set workload = ['pga_mpn_id', 'eligibility_id', 'comparison_months', 'customer_tenant_key', 'workload_number'] %}
with comparisons as (

    select distinct
        eligibility_id,
        comparison_months
    from {{ ref('int_track_criteria') }}
    where track = 'm365'

),

workloads as (

    select
        measures.*,
        comparisons.comparison_months
    from {{ ref('int_tenant_measures') }} as measures
    inner join comparisons
        on measures.eligibility_id = comparisons.eligibility_id
    where measures.track = 'm365' and measures.threshold_value is not null

),

scored_months as (

    select * from {{ ref('int_scored_months') }}

),

gone_workloads as (

    select
        {% for key in workload -%}
            workloads.{{ key }},
        {% endfor -%}
        workloads.month_number + workloads.comparison_months as month_number,
        workloads.threshold_value,
        row_number() over (
            partition by
                workloads.pga_mpn_id,
                workloads.eligibility_id,
                workloads.comparison_months,
                workloads.customer_tenant_key,
                workloads.month_number
            order by workloads.threshold_value desc, workloads.workload_number asc
        ) as size_rank
    from workloads
    inner join scored_months
        on workloads.month_number + workloads.comparison_months = scored_months.month_number
    left join workloads as later_workloads
        on
            {{ equal_keys('workloads', 'later_workloads', workload) }}
            and workloads.month_number + workloads.comparison_months = later_workloads.month_number
    where later_workloads.month_number is null

)

select
    {% for key in workload -%}
        {{ key }},
    {% endfor -%}
    month_number,
    threshold_value
from gone_workloads
where size_rank = 1
