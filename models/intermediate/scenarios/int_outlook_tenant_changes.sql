{#- From month to month of the outlook a tenant changes what counts in the month, what counts in the month it is compared
    with, or both (docs/rules.md, Bridge). Changes that are worth no unit each are added up by kind. -#}
{%- set tenant = ['pga_mpn_id', 'criterion_id', 'customer_tenant_key', 'is_of_base'] -%}
{%- set track_month = ['pga_mpn_id', 'ruleset_id', 'metric', 'track', 'month_number'] %}
with outlook_months as (

    select * from {{ ref('int_scored_months') }}
    where is_last_scored_month or is_outlook

),

-- growth is the value of the month less that of its base
counted_values as (

    select
        comparisons.pga_mpn_id,
        comparisons.criterion_id,
        comparisons.customer_tenant_key,
        comparisons.month_number,
        sides.is_of_base,
        comparisons.is_above_band and not sides.is_of_base as is_above_band,
        case when sides.is_of_base then -prior_counted_value else current_counted_value end as counted_value
    from {{ ref('int_tenant_comparisons') }} as comparisons
    inner join outlook_months
        on comparisons.month_number = outlook_months.month_number
    cross join (select false as is_of_base union all select true as is_of_base) as sides

),

values_or_bands as (

    select * from counted_values
    where counted_value != 0 or is_above_band

),

month_pairs as (

    select
        {% for key in tenant -%}
            coalesce(later.{{ key }}, earlier.{{ key }}) as {{ key }},
        {% endfor -%}
        coalesce(later.month_number, earlier.month_number + 1) as month_number,
        coalesce(earlier.is_above_band, false) as was_above_band,
        coalesce(later.is_above_band, false) as is_above_band,
        coalesce(earlier.counted_value, 0) as earlier_value,
        coalesce(later.counted_value, 0) as later_value
    from values_or_bands as later
    full outer join values_or_bands as earlier
        on {{ equal_keys('later', 'earlier', tenant) }} and later.month_number = earlier.month_number + 1

),

changes as (

    select
        month_pairs.*,
        criteria.ruleset_id,
        criteria.metric,
        criteria.track,
        customers.customer_tenant_id,
        month_pairs.later_value - month_pairs.earlier_value as value_change,
        case
            when is_of_base and earlier_value = 0 then 'customer_enters_base'
            when is_of_base and later_value = 0 then 'customer_leaves_base'
            when is_of_base then case when later_value < earlier_value then 'base_rises' else 'base_falls' end
            when earlier_value = 0 then case when is_above_band then 'carry_over_begins' else 'customer_comes_in' end
            when later_value = 0 and not is_above_band then 'customer_drops_out'
            when later_value = 0 then case when was_above_band then 'carry_over_ends' else 'customer_outgrows_band' end
            else case when later_value < earlier_value then 'usage_falls' else 'usage_rises' end
        end as kind
    from month_pairs
    inner join outlook_months
        on month_pairs.month_number = outlook_months.month_number and outlook_months.is_outlook
    inner join {{ ref('int_track_criteria') }} as criteria
        on month_pairs.criterion_id = criteria.criterion_id
    -- worth a unit, a change is told by name
    left join {{ ref('int_customers') }} as customers
        on
            {{ equal_keys('month_pairs', 'customers', ['pga_mpn_id', 'customer_tenant_key']) }}
            and abs(month_pairs.later_value - month_pairs.earlier_value) >= criteria.unit_size
    where later_value != earlier_value

)

select
    {{ track_month | join(', ') }},
    is_of_base,
    kind,
    customer_tenant_id,
    cast(count(*) as integer) as customers,
    sum(value_change) as value_change
from changes
group by {{ track_month | join(', ') }}, is_of_base, kind, customer_tenant_id
