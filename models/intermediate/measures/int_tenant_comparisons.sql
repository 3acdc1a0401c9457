{#- A tenant counts when it is inside the band and active enough, or has outgrown a band whose rule keeps it; the month
    of comparison takes the band alone (docs/rules.md, Carry-over). -#}
with criteria as (

    select * from {{ ref('int_track_criteria') }}
    where is_first_of_criterion

),

-- the standings are named twice: a CTE that two others read DuckDB would write to disk first
prior_standings as (

    select
        standings.*,
        scored_months.month_number as later_month_number
    from {{ ref('int_tenant_standings') }} as standings
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
        standings.tenant_value as current_tenant_value,
        prior_standings.tenant_value as prior_tenant_value,
        standings.deciding_workload_number,
        -- of several reasons the one nearest to counting
        least(standings.exclusion_rank, prior_standings.exclusion_rank) as exclusion_rank
    from {{ ref('int_tenant_standings') }} as standings
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
    compared.current_tenant_value,
    compared.prior_tenant_value,
    -- outside the band the largest decides: of the month, or of the month of comparison where it is gone
    case
        when compared.track = 'azure' then null
        when compared.is_inside_band then compared.deciding_workload_number
        when
            gone_workloads.threshold_value > compared.current_threshold_value
            or (
                gone_workloads.threshold_value = compared.current_threshold_value
                and gone_workloads.workload_number < compared.deciding_workload_number
            )
            then gone_workloads.workload_number
        else coalesce(compared.deciding_workload_number, gone_workloads.workload_number)
    end as deciding_workload_number,
    compared.exclusion_rank,
    {{ counted_value('measure', 'is_counted_current', 'current_tenant_value') }} as current_counted_value,
    {{ counted_value('measure', 'is_counted_prior', 'prior_tenant_value') }} as prior_counted_value
from compared
left join {{ ref('int_tenant_gone_workloads') }} as gone_workloads
    on
        compared.pga_mpn_id = gone_workloads.pga_mpn_id
        and compared.eligibility_id = gone_workloads.eligibility_id
        and compared.comparison_months = gone_workloads.comparison_months
        and compared.customer_tenant_key = gone_workloads.customer_tenant_key
        and compared.month_number = gone_workloads.month_number
