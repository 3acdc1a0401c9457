{#- A tenant counts when it is inside the band and active enough, or has outgrown a band whose rule keeps it; the month
    of comparison takes the band alone (docs/rules.md, Carry-over). -#}
with standings as (

    select * from {{ ref('int_tenant_standings') }}

),

criteria as (

    select * from {{ ref('int_track_criteria') }}
    where is_first_of_criterion

),

largest_workloads as (

    select * from {{ ref('int_tenant_largest_workloads') }}

),

prior_standings as (

    select
        standings.*,
        scored_months.month_number as later_month_number
    from standings
    inner join criteria
        on standings.criterion_id = criteria.criterion_id
    inner join {{ ref('int_scored_months') }} as scored_months
        on standings.month_number + criteria.comparison_months = scored_months.month_number

),

compared as (

    select
        coalesce(standings.pga_mpn_id, prior_standings.pga_mpn_id) as pga_mpn_id,
        coalesce(standings.criterion_id, prior_standings.criterion_id) as criterion_id,
        coalesce(standings.customer_tenant_key, prior_standings.customer_tenant_key) as customer_tenant_key,
        coalesce(standings.month_number, prior_standings.later_month_number) as month_number,
        criteria.track,
        criteria.measure,
        criteria.eligibility_id,
        criteria.comparison_months,
        coalesce(
            standings.is_counted_by_band
            or (criteria.keeps_outgrown_tenants and {{ has_outgrown_band('standings', 'prior_standings') }}),
            false
        ) as is_counted_current,
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
            standings.pga_mpn_id = prior_standings.pga_mpn_id
            and standings.criterion_id = prior_standings.criterion_id
            and standings.customer_tenant_key = prior_standings.customer_tenant_key
            and standings.month_number = prior_standings.later_month_number
    inner join criteria
        on coalesce(standings.criterion_id, prior_standings.criterion_id) = criteria.criterion_id

)

select
    compared.pga_mpn_id,
    compared.criterion_id,
    compared.customer_tenant_key,
    compared.month_number,
    compared.is_counted_current,
    compared.is_counted_prior,
    compared.is_inside_band,
    compared.is_above_band,
    compared.current_threshold_value,
    compared.prior_threshold_value,
    compared.current_tenant_value,
    compared.prior_tenant_value,
    case
        when compared.track = 'm365' then coalesce(compared.deciding_workload_number, largest_workloads.workload_number)
    end as deciding_workload_number,
    compared.exclusion_rank,
    {{ counted_value('measure', 'is_counted_current', 'current_tenant_value') }} as current_counted_value,
    {{ counted_value('measure', 'is_counted_prior', 'prior_tenant_value') }} as prior_counted_value
from compared
left join largest_workloads
    on
        compared.pga_mpn_id = largest_workloads.pga_mpn_id
        and compared.eligibility_id = largest_workloads.eligibility_id
        and compared.comparison_months = largest_workloads.comparison_months
        and compared.customer_tenant_key = largest_workloads.customer_tenant_key
        and compared.month_number = largest_workloads.month_number
