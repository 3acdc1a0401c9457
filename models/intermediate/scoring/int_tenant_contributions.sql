{#- A tenant counts when it is inside the band and active enough. Where the rule keeps tenants that outgrew the band, so
    does one that is above it, and active enough, with nothing left inside, after it was inside in the month of
    comparison; the comparison takes the band alone (docs/rules.md, Carry-over). -#}
{%- set keys = ['pga_mpn_id', 'criterion_id', 'customer_tenant_key', 'month_number'] %}
with comparisons as (

    select * from {{ ref('int_tenant_comparisons') }}

),

criteria as (

    select * from {{ ref('int_criteria') }}

),

-- once per comparison, not once per criterion
comparisons_in_order as (

    select
        *,
        -- Of a tenant's workloads the larger first, then by name, which is the last three digits. 1e4, not 10000: that
        -- is a double to DuckDB, which works a microsecond on a decimal of this width. Billions of seats are no size.
        cast(
            90000000000000 - least(
                1e4 * coalesce(current_threshold_value, prior_threshold_value, 0),
                90000000000000
            ) as bigint
        ) * 1000 + workload_number as workload_order
    from comparisons

),

values_against_band as {{ not_materialized() }} (

    select
        comparisons.*,
        criteria.criterion_id,
        criteria.track,
        {{ band_position('comparisons.current_threshold_value', 'comparisons.current_active_value') }}
            as current_position,
        {{ band_position('comparisons.prior_threshold_value', 'comparisons.prior_active_value') }} as prior_position
    from comparisons_in_order as comparisons
    inner join criteria
        on comparisons.comparison_id = criteria.comparison_id

),

-- A tenant has several workloads. The largest group of all: it keeps little, and what a criterion says is joined again
-- afterwards.
m365_tenants as (

    select
        {{ keys | join(',\n        ') }},
        'm365' as track,
        max(current_position) as current_position,
        max(prior_position) as prior_position,
        max(current_threshold_value) as current_threshold_value,
        max(prior_threshold_value) as prior_threshold_value,
        sum(current_active_value) as current_active_value,
        sum(prior_active_value) as prior_active_value,
        min(
            case current_position when 4 then 0 when 3 then 1 else 2 end * 100000000000000000 + workload_order
        ) as deciding_order,
        min(exclusion_rank) as exclusion_rank
    from values_against_band
    where track = 'm365'
    group by
        {{ keys | join(',\n        ') }}

),

-- and one revenue: there is nothing to group
azure_tenants as (

    select
        {{ keys | join(',\n        ') }},
        'azure' as track,
        current_position,
        prior_position,
        current_threshold_value,
        prior_threshold_value,
        current_active_value,
        prior_active_value,
        cast(null as bigint) as deciding_order,
        exclusion_rank
    from values_against_band
    where track = 'azure'

),

tenants_against_band as (

    select * from m365_tenants

    union all

    select * from azure_tenants

),

tenants_counted as (

    select
        tenants_against_band.*,
        criteria.measure,
        case
            when criteria.measure = 'sum' then tenants_against_band.current_active_value
            else tenants_against_band.current_threshold_value
        end as current_tenant_value,
        case
            when criteria.measure = 'sum' then tenants_against_band.prior_active_value
            else tenants_against_band.prior_threshold_value
        end as prior_tenant_value,
        {{ is_counted_current('tenants_against_band.current_position', 'tenants_against_band.prior_position') }}
            as is_counted_current,
        coalesce(tenants_against_band.prior_position = 4, false) as is_counted_prior
    from tenants_against_band
    -- not the CTE again: around one that is used twice DuckDB works out every column, asked for or not
    inner join {{ ref('int_criteria') }} as criteria
        on tenants_against_band.criterion_id = criteria.criterion_id

)

select
    pga_mpn_id,
    criterion_id,
    customer_tenant_key,
    month_number,
    track,
    is_counted_current,
    is_counted_prior,
    coalesce(current_position >= 3, false) as is_inside_band,
    coalesce(current_position in (1, 2), false) as is_above_band,
    current_threshold_value,
    prior_threshold_value,
    current_tenant_value,
    prior_tenant_value,
    cast(mod(deciding_order, 1000) as integer) as deciding_workload_number,
    exclusion_rank,
    {{ counted_value('measure', 'is_counted_current', 'current_tenant_value') }} as current_value,
    {{ counted_value('measure', 'is_counted_prior', 'prior_tenant_value') }} as prior_value
from tenants_counted
