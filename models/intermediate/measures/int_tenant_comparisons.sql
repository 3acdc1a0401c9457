{#- A tenant counts when it is inside the band and active enough. Where the rule keeps tenants that outgrew the band, so
    does one with nothing left inside it and enough active above it, after it was inside in the month of comparison; that
    month takes the band alone (docs/rules.md, Carry-over). -#}
{%- set keys = ['pga_mpn_id', 'criterion_id', 'customer_tenant_key', 'month_number'] %}
with standings as (

    select * from {{ ref('int_tenant_standings') }}

),

criteria as (

    select * from {{ ref('int_criteria') }}

),

scored_months as (

    select * from {{ ref('int_scored_months') }}

),

largest_workloads as (

    select * from {{ ref('int_tenant_largest_workloads') }}

),

prior_standings as (

    select
        standings.pga_mpn_id,
        standings.criterion_id,
        standings.customer_tenant_key,
        scored_months.month_number,
        standings.is_counted_by_band,
        standings.is_inside_band,
        standings.threshold_value,
        standings.tenant_value,
        standings.exclusion_rank
    from standings
    inner join criteria
        on standings.criterion_id = criteria.criterion_id
    inner join scored_months
        on standings.month_number + criteria.comparison_months = scored_months.month_number

),

compared_standings as (

    select
        {% for key in keys -%}
            coalesce(standings.{{ key }}, prior_standings.{{ key }}) as {{ key }},
        {% endfor -%}
        coalesce(standings.is_counted_by_band, false) as is_counted_by_band,
        coalesce(
            not standings.is_inside_band and standings.has_active_above_band and prior_standings.is_inside_band, false
        ) as has_outgrown_band,
        coalesce(prior_standings.is_counted_by_band, false) as is_counted_prior,
        coalesce(standings.is_inside_band, false) as is_inside_band,
        coalesce(standings.has_above_band and not standings.is_inside_band, false) as is_above_band,
        standings.threshold_value as current_threshold_value,
        prior_standings.threshold_value as prior_threshold_value,
        standings.tenant_value as current_tenant_value,
        prior_standings.tenant_value as prior_tenant_value,
        standings.deciding_workload_number,
        -- of several reasons the one nearest to counting
        least(standings.exclusion_rank, prior_standings.exclusion_rank) as exclusion_rank
    from standings
    full outer join prior_standings
        on
            {% for key in keys -%}
                {{ 'and ' if not loop.first }}standings.{{ key }} = prior_standings.{{ key }}
            {% endfor -%}

),

counted as (

    select
        compared_standings.*,
        criteria.track,
        criteria.measure,
        criteria.eligibility_id,
        criteria.comparison_months,
        compared_standings.is_counted_by_band
        or (criteria.keeps_outgrown_tenants and compared_standings.has_outgrown_band) as is_counted_current
    from compared_standings
    inner join criteria
        on compared_standings.criterion_id = criteria.criterion_id

)

select
    {% for key in keys -%}
        counted.{{ key }},
    {% endfor -%}
    counted.track,
    counted.is_counted_current,
    counted.is_counted_prior,
    counted.is_inside_band,
    counted.is_above_band,
    counted.current_threshold_value,
    counted.prior_threshold_value,
    counted.current_tenant_value,
    counted.prior_tenant_value,
    case
        when counted.track = 'm365'
            then coalesce(counted.deciding_workload_number, largest_workloads.workload_number)
    end as deciding_workload_number,
    counted.exclusion_rank,
    {{ counted_value('counted.measure', 'counted.is_counted_current', 'counted.current_tenant_value') }}
        as current_value,
    {{ counted_value('counted.measure', 'counted.is_counted_prior', 'counted.prior_tenant_value') }} as prior_value
from counted
left join largest_workloads
    on
        counted.pga_mpn_id = largest_workloads.pga_mpn_id
        and counted.eligibility_id = largest_workloads.eligibility_id
        and counted.comparison_months = largest_workloads.comparison_months
        and counted.customer_tenant_key = largest_workloads.customer_tenant_key
        and counted.month_number = largest_workloads.month_number
