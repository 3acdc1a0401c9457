{%- set keys = ['comparison_id', 'pga_mpn_id', 'customer_tenant_key', 'workload_number', 'month_number'] %}
with criteria as (

    select * from {{ ref('int_track_criteria') }}

),

scored_months as (

    select * from {{ ref('int_scored_months') }}

),

comparisons as (

    select distinct
        comparison_id,
        track,
        eligibility_id,
        comparison_months
    from criteria
    where comparison_id is not null

),

current_measures as (

    select
        comparisons.comparison_id,
        measures.pga_mpn_id,
        measures.customer_tenant_key,
        -- never null: engines hash-join on equality
        coalesce(measures.workload_number, 0) as workload_number,
        measures.month_number,
        measures.threshold_value,
        measures.active_value,
        measures.exclusion_rank
    from {{ ref('int_tenant_measures') }} as measures
    inner join comparisons
        on
            measures.track = comparisons.track
            and measures.eligibility_id = comparisons.eligibility_id

),

-- The months that compare with them. The model again, not a CTE: DuckDB writes down all of one that is used twice.
prior_measures as (

    select
        comparisons.comparison_id,
        measures.pga_mpn_id,
        measures.customer_tenant_key,
        coalesce(measures.workload_number, 0) as workload_number,
        scored_months.month_number,
        measures.threshold_value,
        measures.active_value,
        measures.exclusion_rank
    from {{ ref('int_tenant_measures') }} as measures
    inner join comparisons
        on
            measures.track = comparisons.track
            and measures.eligibility_id = comparisons.eligibility_id
    inner join scored_months
        on measures.month_number + comparisons.comparison_months = scored_months.month_number

),

tenant_comparisons as (

    select
        {% for key in keys -%}
            coalesce(current_measures.{{ key }}, prior_measures.{{ key }}) as {{ key }},
        {% endfor -%}
        current_measures.threshold_value as current_threshold_value,
        current_measures.active_value as current_active_value,
        prior_measures.threshold_value as prior_threshold_value,
        prior_measures.active_value as prior_active_value,
        -- of several reasons the one nearest to counting
        least(current_measures.exclusion_rank, prior_measures.exclusion_rank) as exclusion_rank
    from current_measures
    full outer join prior_measures
        on
            {% for key in keys -%}
                {{ 'and ' if not loop.first }}current_measures.{{ key }} = prior_measures.{{ key }}
            {% endfor -%}

)

select
    pga_mpn_id,
    comparison_id,
    customer_tenant_key,
    nullif(workload_number, 0) as workload_number,
    month_number,
    current_threshold_value,
    current_active_value,
    prior_threshold_value,
    prior_active_value,
    exclusion_rank
from tenant_comparisons
