{#- A tenant counts when it is inside the band and active enough. Where the rule keeps tenants that outgrew the band, so
    does one that is above it, and active enough, with nothing left inside, after it was inside in the month of
    comparison; the comparison takes the band alone (spec section 2, carry-over). -#}
with actual_comparisons as (

    select * from {{ ref('int_tenant_comparisons') }}

),

scenario_comparisons as (

    select * from {{ ref('int_scenario_comparisons') }}

),

criteria as (

    select * from {{ ref('int_criteria') }}

),

scored_months as (

    select * from {{ ref('int_scored_months') }}

),

comparisons as (

    select
        0 as scenario_key,
        false as is_changed,
        pga_mpn_id,
        track,
        eligibility_id,
        comparison_months,
        customer_tenant_key,
        workload,
        month_number,
        current_threshold_value,
        current_active_value,
        prior_threshold_value,
        prior_active_value,
        exclusion_reason
    from actual_comparisons

    union all

    select
        scenario_key,
        is_changed,
        pga_mpn_id,
        track,
        eligibility_id,
        comparison_months,
        customer_tenant_key,
        workload,
        month_number,
        current_threshold_value,
        current_active_value,
        prior_threshold_value,
        prior_active_value,
        null as exclusion_reason
    from scenario_comparisons

),

values_against_band as (

    select
        comparisons.*,
        -- joined below the aggregate, so that a query for one month reads one month
        scored_months.as_of_month,
        criteria.criterion_id,
        {{ band_position('comparisons.current_threshold_value', 'comparisons.current_active_value') }}
            as current_position,
        {{ band_position('comparisons.prior_threshold_value', 'comparisons.prior_active_value') }} as prior_position
    from comparisons
    inner join criteria
        on
            comparisons.track = criteria.track
            and comparisons.eligibility_id = criteria.eligibility_id
            and comparisons.comparison_months = criteria.comparison_months
    inner join scored_months
        on comparisons.month_number = scored_months.month_number

),

-- the largest group of all: it keeps little, and what a criterion says is joined again afterwards
tenants_against_band as (

    select
        scenario_key,
        is_changed,
        pga_mpn_id,
        criterion_id,
        customer_tenant_key,
        as_of_month,
        max(current_position) as current_position,
        max(prior_position) as prior_position,
        max(current_threshold_value) as current_threshold_value,
        max(prior_threshold_value) as prior_threshold_value,
        sum(current_active_value) as current_active_value,
        sum(prior_active_value) as prior_active_value,
        {{ first_value_by(
            'workload',
            [
                "case current_position when 4 then '0' when 3 then '1' else '2' end",
                "cast(9000000000 - coalesce(current_threshold_value, prior_threshold_value, 0) as "
                ~ dbt.type_string() ~ ")",
                "coalesce(workload, '')",
            ]
        ) }} as deciding_workload,
        min(exclusion_reason) as exclusion_reason
    from values_against_band
    group by
        scenario_key,
        is_changed,
        pga_mpn_id,
        criterion_id,
        customer_tenant_key,
        as_of_month

),

tenants_counted as (

    select
        tenants_against_band.*,
        criteria.measure,
        criteria.minimum_value,
        {{ is_counted_current('tenants_against_band.current_position', 'tenants_against_band.prior_position') }}
            as is_counted_current,
        coalesce(tenants_against_band.prior_position = 4, false) as is_counted_prior
    from tenants_against_band
    -- not the CTE again: around one that is used twice DuckDB works out every column, asked for or not
    inner join {{ ref('int_criteria') }} as criteria
        on tenants_against_band.criterion_id = criteria.criterion_id

)

select
    scenario_key,
    is_changed,
    pga_mpn_id,
    criterion_id,
    customer_tenant_key,
    as_of_month,
    {{ month_number('as_of_month') }} as month_number,
    measure,
    minimum_value,
    is_counted_current,
    is_counted_prior,
    coalesce(current_position >= 3, false) as is_inside_band,
    coalesce(current_position in (1, 2), false) as is_above_band,
    current_threshold_value,
    prior_threshold_value,
    case
        when measure = 'sum' then current_active_value
        else current_threshold_value
    end as current_tenant_value,
    case
        when measure = 'sum' then prior_active_value
        else prior_threshold_value
    end as prior_tenant_value,
    deciding_workload,
    exclusion_reason,
    case
        when not is_counted_current then 0
        when measure = 'count' then 1
        when measure = 'sum' then current_active_value
    end as current_value,
    case
        when not is_counted_prior then 0
        when measure = 'count' then 1
        when measure = 'sum' then prior_active_value
    end as prior_value
from tenants_counted
