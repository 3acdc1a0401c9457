with measures as (

    select * from {{ ref('int_tenant_measures') }}

),

criteria as (

    select * from {{ ref('int_track_criteria') }}

),

scored_months as (

    select * from {{ ref('int_scored_months') }}

),

comparisons as (

    select distinct
        track,
        eligibility_id,
        comparison_months
    from criteria
    where comparison_months is not null

),

-- a row of a month is its own current value and the prior value of the month that compares with it
both_sides as (

    select
        measures.pga_mpn_id,
        measures.track,
        measures.eligibility_id,
        comparisons.comparison_months,
        measures.customer_tenant_id,
        measures.workload,
        measures.month_number,
        measures.threshold_value as current_threshold_value,
        measures.active_value as current_active_value,
        measures.summed_value as current_summed_value,
        null as prior_threshold_value,
        null as prior_active_value,
        null as prior_summed_value,
        measures.exclusion_reason
    from measures
    inner join comparisons
        on
            measures.track = comparisons.track
            and measures.eligibility_id = comparisons.eligibility_id

    union all

    select
        measures.pga_mpn_id,
        measures.track,
        measures.eligibility_id,
        comparisons.comparison_months,
        measures.customer_tenant_id,
        measures.workload,
        measures.month_number + comparisons.comparison_months as month_number,
        null as current_threshold_value,
        null as current_active_value,
        null as current_summed_value,
        measures.threshold_value as prior_threshold_value,
        measures.active_value as prior_active_value,
        measures.summed_value as prior_summed_value,
        measures.exclusion_reason
    from measures
    inner join comparisons
        on
            measures.track = comparisons.track
            and measures.eligibility_id = comparisons.eligibility_id
    inner join scored_months
        on measures.month_number + comparisons.comparison_months = scored_months.month_number

)

select
    pga_mpn_id,
    track,
    eligibility_id,
    comparison_months,
    customer_tenant_id,
    workload,
    month_number,
    max(current_threshold_value) as current_threshold_value,
    max(current_active_value) as current_active_value,
    max(current_summed_value) as current_summed_value,
    max(prior_threshold_value) as prior_threshold_value,
    max(prior_active_value) as prior_active_value,
    max(prior_summed_value) as prior_summed_value,
    min(exclusion_reason) as exclusion_reason
from both_sides
group by
    pga_mpn_id,
    track,
    eligibility_id,
    comparison_months,
    customer_tenant_id,
    workload,
    month_number
