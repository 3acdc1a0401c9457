{#- Of a tenant without a workload inside a band, the largest decides: by the seats of the month, or, where it is gone,
    by those of the month it compares with. -#}
{%- set tenant = ['pga_mpn_id', 'eligibility_id', 'comparison_months', 'customer_tenant_key'] %}
with comparisons as (

    select distinct
        eligibility_id,
        comparison_months
    from {{ ref('int_track_criteria') }}
    where track = 'm365'

),

measures as (

    select
        measures.*,
        comparisons.comparison_months
    from {{ ref('int_tenant_measures') }} as measures
    inner join comparisons
        on measures.eligibility_id = comparisons.eligibility_id
    where measures.track = 'm365' and measures.threshold_value is not null

),

largest_workloads as (

    select * from measures
    where size_rank = 1

),

gone_workloads as (

    select
        {% for key in tenant -%}
            measures.{{ key }},
        {% endfor -%}
        measures.month_number + measures.comparison_months as month_number,
        measures.workload_number,
        measures.threshold_value,
        row_number() over (
            partition by
                measures.pga_mpn_id,
                measures.eligibility_id,
                measures.comparison_months,
                measures.customer_tenant_key,
                measures.month_number
            order by measures.threshold_value desc, measures.workload_number asc
        ) as size_rank
    from measures
    left join measures as later_measures
        on
            {{ equal_keys('measures', 'later_measures', tenant + ['workload_number']) }}
            and measures.month_number + measures.comparison_months = later_measures.month_number
    where later_measures.month_number is null

),

largest_gone_workloads as (

    select * from gone_workloads
    where size_rank = 1

)

select
    {% for key in tenant + ['month_number'] -%}
        coalesce(largest.{{ key }}, gone.{{ key }}) as {{ key }},
    {% endfor -%}
    case
        when
            gone.threshold_value > largest.threshold_value
            or (gone.threshold_value = largest.threshold_value and gone.workload_number < largest.workload_number)
            then gone.workload_number
        else coalesce(largest.workload_number, gone.workload_number)
    end as workload_number
from largest_workloads as largest
full outer join largest_gone_workloads as gone
    on {{ equal_keys('largest', 'gone', tenant + ['month_number']) }}
