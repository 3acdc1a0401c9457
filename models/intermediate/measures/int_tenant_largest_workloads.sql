{#- Of a tenant without a workload inside a band, the largest decides: by the seats of the month, or, where it is gone,
    by those of the month it compares with. -#}
with measures as (

    select * from {{ ref('int_tenant_measures') }}
    where track = 'm365' and threshold_value is not null

),

comparisons as (

    select distinct
        eligibility_id,
        comparison_months
    from {{ ref('int_criteria') }}
    where track = 'm365'

),

seats_beside_a_year_before as (

    select
        measures.*,
        comparisons.comparison_months,
        measures.month_number as compared_month_number,
        true as is_current
    from measures
    inner join comparisons
        on measures.eligibility_id = comparisons.eligibility_id

    union all

    select
        measures.*,
        comparisons.comparison_months,
        measures.month_number + comparisons.comparison_months as compared_month_number,
        false as is_current
    from measures
    inner join comparisons
        on measures.eligibility_id = comparisons.eligibility_id

),

workloads as (

    select
        pga_mpn_id,
        eligibility_id,
        comparison_months,
        customer_tenant_key,
        compared_month_number as month_number,
        workload_number,
        coalesce(
            max(case when is_current then threshold_value end), max(case when not is_current then threshold_value end)
        ) as threshold_value
    from seats_beside_a_year_before
    group by
        pga_mpn_id, eligibility_id, comparison_months, customer_tenant_key, compared_month_number, workload_number

)

select
    pga_mpn_id,
    eligibility_id,
    comparison_months,
    customer_tenant_key,
    month_number,
    {{ first_value_by('workload_number', ['-threshold_value', 'workload_number']) }} as workload_number
from workloads
group by pga_mpn_id, eligibility_id, comparison_months, customer_tenant_key, month_number
