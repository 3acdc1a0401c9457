{#- A tenant counts when it is inside the band and active enough. Where the rule keeps tenants that outgrew the band, so
    does one that is above it, and active enough, with nothing left inside, after it was inside in the month of
    comparison; the comparison takes the band alone (spec section 2, carry-over). -#}
with comparisons as (

    select * from {{ ref('int_tenant_comparisons') }}

),

track_criteria as (

    select * from {{ ref('int_track_criteria') }}

),

criteria as (

    select distinct
        criterion_id,
        track,
        eligibility_id,
        measure,
        minimum_value,
        is_minimum_included,
        maximum_value,
        is_maximum_included,
        minimum_active_share,
        keeps_outgrown_tenants,
        comparison_months
    from track_criteria

),

tenants_against_band as (

    select
        comparisons.pga_mpn_id,
        criteria.criterion_id,
        criteria.measure,
        criteria.keeps_outgrown_tenants,
        comparisons.customer_tenant_id,
        comparisons.month_number,
        bool_or(
            {{ is_inside_band('comparisons.current_threshold_value') }}
            and {{ has_active_share('comparisons.current_threshold_value', 'comparisons.current_active_value') }}
        ) as is_active_inside_band,
        bool_or({{ is_inside_band('comparisons.current_threshold_value') }}) as is_inside_band,
        bool_or(
            {{ is_above_band('comparisons.current_threshold_value') }}
            and {{ has_active_share('comparisons.current_threshold_value', 'comparisons.current_active_value') }}
        ) as is_active_above_band,
        bool_or(
            {{ is_inside_band('comparisons.prior_threshold_value') }}
            and {{ has_active_share('comparisons.prior_threshold_value', 'comparisons.prior_active_value') }}
        ) as was_active_inside_band,
        bool_or({{ is_inside_band('comparisons.prior_threshold_value') }}) as was_inside_band,
        sum(comparisons.current_summed_value) as current_summed_value,
        sum(comparisons.prior_summed_value) as prior_summed_value
    from comparisons
    inner join criteria
        on
            comparisons.track = criteria.track
            and comparisons.eligibility_id = criteria.eligibility_id
            and comparisons.comparison_months = criteria.comparison_months
    group by
        comparisons.pga_mpn_id,
        criteria.criterion_id,
        criteria.measure,
        criteria.keeps_outgrown_tenants,
        comparisons.customer_tenant_id,
        comparisons.month_number

),

tenants_counted as (

    select
        *,
        is_active_inside_band
        or (keeps_outgrown_tenants and is_active_above_band and not is_inside_band and was_inside_band)
            as is_counted_current,
        was_active_inside_band as is_counted_prior
    from tenants_against_band

)

select
    pga_mpn_id,
    criterion_id,
    customer_tenant_id,
    month_number,
    is_counted_current,
    is_counted_prior,
    case
        when not is_counted_current then 0
        when measure = 'count' then 1
        when measure = 'sum' then current_summed_value
    end as current_value,
    case
        when not is_counted_prior then 0
        when measure = 'count' then 1
        when measure = 'sum' then prior_summed_value
    end as prior_value
from tenants_counted
