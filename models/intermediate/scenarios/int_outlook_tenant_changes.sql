{#- From month to month of the outlook a tenant changes what counts in the month, what counts in the month it is
    compared with, or both (docs/rules.md, Bridge). Changes that are worth no unit each are added up by kind. -#}
{%- set tenant = ['pga_mpn_id', 'criterion_id', 'customer_tenant_key', 'is_of_base'] -%}
{%- set track_month -%}
    changes.pga_mpn_id, criteria.ruleset_id, criteria.metric, criteria.track, changes.month_number
{%- endset -%}
{%- set named_tenant -%}
    case when abs(changes.value_change) >= criteria.unit_size then changes.customer_tenant_key end
{%- endset %}
with outlook_months as (

    select * from {{ ref('int_scored_months') }}
    where is_last_scored_month or is_outlook

),

comparisons as (

    select comparisons.*
    from {{ ref('int_tenant_comparisons') }} as comparisons
    inner join outlook_months
        on comparisons.month_number = outlook_months.month_number

),

-- growth is the value of the month less that of its base
counted_values as (

    {% for is_of_base, value in [('false', 'current_counted_value'), ('true', '-prior_counted_value')] -%}
        {{ 'union all' if not loop.first }}
        select
            pga_mpn_id,
            criterion_id,
            customer_tenant_key,
            month_number,
            {{ is_of_base }} as is_of_base,
            is_above_band and not {{ is_of_base }} as is_above_band,
            {{ value }} as counted_value
        from comparisons
        where {{ value }} != 0 or (is_above_band and not {{ is_of_base }})
    {% endfor %}
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
    from counted_values as later
    full outer join counted_values as earlier
        on {{ equal_keys('later', 'earlier', tenant) }} and later.month_number = earlier.month_number + 1

),

changes as (

    select
        *,
        later_value - earlier_value as value_change,
        case
            when is_of_base and earlier_value = 0 then 'customer_enters_base'
            when is_of_base and later_value = 0 then 'customer_leaves_base'
            when is_of_base and later_value < earlier_value then 'base_rises'
            when is_of_base then 'base_falls'
            when earlier_value = 0 and is_above_band then 'carry_over_begins'
            when earlier_value = 0 then 'customer_comes_in'
            when later_value = 0 and not is_above_band then 'customer_drops_out'
            when later_value = 0 and was_above_band then 'carry_over_ends'
            when later_value = 0 then 'customer_outgrows_band'
            when later_value < earlier_value then 'usage_falls'
            else 'usage_rises'
        end as kind
    from month_pairs
    where later_value != earlier_value

)

select
    {{ track_month }},
    changes.is_of_base,
    changes.kind,
    {{ named_tenant }} as customer_tenant_key,
    cast(count(*) as integer) as customers,
    sum(changes.value_change) as value_change
from changes
inner join outlook_months
    on changes.month_number = outlook_months.month_number and outlook_months.is_outlook
inner join {{ ref('int_track_criteria') }} as criteria
    on changes.criterion_id = criteria.criterion_id
group by {{ track_month }}, changes.is_of_base, changes.kind, {{ named_tenant }}
