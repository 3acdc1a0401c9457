{{ config(
    materialized='incremental',
    pre_hook=forget_changed_months('history_fingerprint'),
    post_hook='{{ index_filters() }}',
    partition_by='month_number'
) }}
with measures as (

    select * from {{ ref('int_tenant_measures') }}

),

criteria as (

    select * from {{ ref('int_track_criteria') }}

),

scored_months as (

    select * from {{ ref('int_scored_months') }}

),

months as (

    select * from {{ ref('int_month_fingerprints') }}

),

comparisons as (

    select distinct
        track,
        eligibility_id,
        comparison_months
    from criteria
    where comparison_months is not null

),

current_measures as (

    select
        measures.*,
        comparisons.comparison_months,
        -- never null: engines hash-join on equality
        coalesce(measures.workload, '') as workload_key
    from measures
    inner join comparisons
        on
            measures.track = comparisons.track
            and measures.eligibility_id = comparisons.eligibility_id
    where {{ is_changed_month('measures.month_number', 'month_number', 'history_fingerprint') }}

),

-- the month that compares with them; the model again, not its CTE: DuckDB writes down all of a CTE that is used twice
prior_measures as (

    select
        measures.*,
        comparisons.comparison_months,
        coalesce(measures.workload, '') as workload_key,
        scored_months.month_number as compared_month_number
    from {{ ref('int_tenant_measures') }} as measures
    inner join comparisons
        on
            measures.track = comparisons.track
            and measures.eligibility_id = comparisons.eligibility_id
    inner join scored_months
        on measures.month_number + comparisons.comparison_months = scored_months.month_number
    where {{ is_changed_month('scored_months.month_number', 'month_number', 'history_fingerprint') }}

),

{% set keys = ['pga_mpn_id', 'track', 'eligibility_id', 'comparison_months', 'customer_tenant_key', 'workload'] -%}
tenant_comparisons as (

    select
        {% for key in keys -%}
            coalesce(current_measures.{{ key }}, prior_measures.{{ key }}) as {{ key }},
        {% endfor -%}
        coalesce(current_measures.month_number, prior_measures.compared_month_number) as month_number,
        current_measures.threshold_value as current_threshold_value,
        current_measures.active_value as current_active_value,
        current_measures.summed_value as current_summed_value,
        prior_measures.threshold_value as prior_threshold_value,
        prior_measures.active_value as prior_active_value,
        prior_measures.summed_value as prior_summed_value,
        -- of several reasons the one nearest to counting; their names happen to sort that way
        least(current_measures.exclusion_reason, prior_measures.exclusion_reason) as exclusion_reason
    from current_measures
    full outer join prior_measures
        on
            current_measures.pga_mpn_id = prior_measures.pga_mpn_id
            and current_measures.track = prior_measures.track
            and current_measures.eligibility_id = prior_measures.eligibility_id
            and current_measures.comparison_months = prior_measures.comparison_months
            and current_measures.customer_tenant_key = prior_measures.customer_tenant_key
            and current_measures.workload_key = prior_measures.workload_key
            and current_measures.month_number = prior_measures.compared_month_number

)

select
    tenant_comparisons.*,
    months.history_fingerprint
from tenant_comparisons
inner join months
    on tenant_comparisons.month_number = months.month_number
