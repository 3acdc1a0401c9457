{#- Each tenant is judged once, in every month: a month is compared with another only afterwards. A tenant has one
    revenue, and several workloads, of which the best standing counts. -#}
with measures as (

    select * from {{ ref('int_tenant_measures') }}

),

criteria as (

    select * from {{ ref('int_criteria') }}

),

measures_against_bands as (

    select
        measures.pga_mpn_id,
        criteria.criterion_id,
        criteria.measure,
        measures.customer_tenant_key,
        measures.month_number,
        measures.workload_number,
        measures.threshold_value,
        measures.active_value,
        measures.exclusion_rank,
        {{ band_standing('measures.threshold_value', 'measures.active_value') }} as standing
    from measures
    inner join criteria
        on
            measures.track = criteria.track
            and measures.eligibility_id = criteria.eligibility_id

)

select
    pga_mpn_id,
    criterion_id,
    customer_tenant_key,
    month_number,
    coalesce(bool_or(standing = 'inside'), false) as is_counted_by_band,
    coalesce(bool_or(standing in ('inside', 'inside idle')), false) as is_inside_band,
    coalesce(bool_or(standing = 'above'), false) as has_active_above_band,
    coalesce(bool_or(standing in ('above', 'above idle')), false) as has_above_band,
    max(threshold_value) as threshold_value,
    case when measure = 'sum' then sum(active_value) else max(threshold_value) end as tenant_value,
    -- of the workloads inside the band those that count before others, then the largest
    {{ first_value_by(
        "case when standing in ('inside', 'inside idle') then workload_number end",
        ['standing', '-threshold_value', 'workload_number']
    ) }} as deciding_workload_number,
    min(exclusion_rank) as exclusion_rank
from measures_against_bands
group by pga_mpn_id, criterion_id, measure, customer_tenant_key, month_number
