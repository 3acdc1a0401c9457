{#- Each tenant is judged once, in every month: a month is compared with another only afterwards. A tenant has one
    revenue, and several workloads, of which the best standing counts. -#}
with measures as (

    select * from {{ ref('int_tenant_measures') }}

),

criteria as (

    select * from {{ ref('int_track_criteria') }}
    where is_first_of_criterion

),

measures_against_bands as (

    select
        measures.pga_mpn_id,
        criteria.criterion_id,
        criteria.measure,
        measures.customer_tenant_key,
        measures.month_number,
        measures.workload_number,
        measures.size_rank,
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
    {{ tenant_standing() }},
    -- of the workloads inside the band those that count before others, then the largest
    coalesce(
        {{ first_value_by("case when standing = 'inside' then workload_number end", ['size_rank']) }},
        {{ first_value_by("case when standing = 'inside idle' then workload_number end", ['size_rank']) }}
    ) as deciding_workload_number,
    min(exclusion_rank) as exclusion_rank
from measures_against_bands
group by pga_mpn_id, criterion_id, measure, customer_tenant_key, month_number
