{#- A tenant counts when it is inside the band and active enough. Where the rule keeps tenants that outgrew the band, so
    does one that is above it, and active enough, with nothing left inside, after it was inside in the month of
    comparison; the comparison takes the band alone (spec section 2, carry-over). -#}
with actual_comparisons as (

    select * from {{ ref('int_tenant_comparisons') }}

),

scenario_comparisons as (

    select * from {{ ref('int_scenario_comparisons') }}

),

track_criteria as (

    select * from {{ ref('int_track_criteria') }}

),

comparisons as (

    select
        'actual' as scenario_id,
        'actual' as variant,
        pga_mpn_id,
        track,
        eligibility_id,
        comparison_months,
        customer_tenant_id,
        workload,
        month_number,
        current_threshold_value,
        current_active_value,
        current_summed_value,
        prior_threshold_value,
        prior_active_value,
        prior_summed_value,
        exclusion_reason
    from actual_comparisons

    union all

    select
        scenario_id,
        variant,
        pga_mpn_id,
        track,
        eligibility_id,
        comparison_months,
        customer_tenant_id,
        workload,
        month_number,
        current_threshold_value,
        current_active_value,
        current_summed_value,
        prior_threshold_value,
        prior_active_value,
        prior_summed_value,
        null as exclusion_reason
    from scenario_comparisons

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
        comparisons.scenario_id,
        comparisons.variant,
        comparisons.pga_mpn_id,
        criteria.criterion_id,
        comparisons.customer_tenant_id,
        comparisons.month_number,
        -- the same for every row of a criterion
        min(criteria.measure) as measure,
        min(criteria.minimum_value) as minimum_value,
        coalesce({{ is_counted_current() }}, false) as is_counted_current,
        coalesce(
            bool_or(
                {{ is_inside_band('comparisons.prior_threshold_value') }}
                and {{ has_active_share('comparisons.prior_threshold_value', 'comparisons.prior_active_value') }}
            ),
            false
        ) as is_counted_prior,
        bool_or({{ is_inside_band('comparisons.current_threshold_value') }}) as is_inside_band,
        bool_or({{ is_above_band('comparisons.current_threshold_value') }}) as is_above_band,
        max(comparisons.current_threshold_value) as current_threshold_value,
        max(comparisons.prior_threshold_value) as prior_threshold_value,
        sum(comparisons.current_summed_value) as current_summed_value,
        sum(comparisons.prior_summed_value) as prior_summed_value,
        {{ first_value_by(
            'comparisons.workload',
            [
                "case when " ~ is_inside_band('comparisons.current_threshold_value') ~ " and "
                ~ has_active_share('comparisons.current_threshold_value', 'comparisons.current_active_value')
                ~ " then '0' when " ~ is_inside_band('comparisons.current_threshold_value') ~ " then '1' else '2' end",
                "cast(9000000000 - coalesce(comparisons.current_threshold_value, comparisons.prior_threshold_value, 0) as "
                ~ dbt.type_string() ~ ")",
                "coalesce(comparisons.workload, '')",
            ]
        ) }} as deciding_workload,
        min(comparisons.exclusion_reason) as exclusion_reason
    from comparisons
    inner join criteria
        on
            comparisons.track = criteria.track
            and comparisons.eligibility_id = criteria.eligibility_id
            and comparisons.comparison_months = criteria.comparison_months
    group by
        comparisons.scenario_id,
        comparisons.variant,
        comparisons.pga_mpn_id,
        criteria.criterion_id,
        comparisons.customer_tenant_id,
        comparisons.month_number

)

select
    scenario_id,
    variant,
    pga_mpn_id,
    criterion_id,
    customer_tenant_id,
    month_number,
    measure,
    minimum_value,
    is_counted_current,
    is_counted_prior,
    is_inside_band,
    is_above_band,
    current_threshold_value,
    prior_threshold_value,
    case
        when measure = 'sum' then current_summed_value
        else current_threshold_value
    end as current_tenant_value,
    case
        when measure = 'sum' then prior_summed_value
        else prior_threshold_value
    end as prior_tenant_value,
    deciding_workload,
    exclusion_reason,
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
from tenants_against_band
