{#- Tenants judged again where a hypothesis reads other usage, or reads it otherwise, by the macros that judge them for
    the score. Seats are those of one month, revenue that of a trailing year: what a track's history has beyond the month of
    comparison. -#}
{%- set measured = ['case_id', 'metric', 'track', 'is_prior'] %}
with cases as (

    select * from {{ ref('int_variance_cases') }}
    where is_judged_again

),

sides as (

    select false as is_prior
    union all
    select true as is_prior

),

criteria as (

    select
        cases.case_id,
        sides.is_prior,
        cases.month_number - case when sides.is_prior then criteria.comparison_months else 0 end as last_month_number,
        criteria.*
    from cases
    inner join {{ ref('int_track_criteria') }} as criteria
        on cases.ruleset_id = criteria.ruleset_id and criteria.eligibility_id is not null
    cross join sides

),

-- of a month that was restated since, the older report alone
case_usage as (

    select
        cases.case_id,
        usage_of_exports.*,
        case when not cases.sums_workloads then usage_of_exports.workload_number end as judged_workload_number,
        case when cases.counts_unlinked_revenue then usage_of_exports.unlinked_acr_usd else 0 end
        - case when cases.counts_unknown_offers then 0 else usage_of_exports.unknown_offer_acr_usd end
            as value_change
    from {{ ref('int_variance_usage') }} as usage_of_exports
    inner join cases
        on usage_of_exports.pga_mpn_id = cases.pga_mpn_id
    left join {{ ref('int_variance_exports') }} as exports
        on
            {{ equal_keys('cases', 'exports', ['pga_mpn_id', 'as_of_month', 'known_on']) }}
            and {{ equal_keys('usage_of_exports', 'exports', ['track', 'usage_month']) }}
    where usage_of_exports.export_date is not distinct from exports.export_date

),

measures as (

    select
        criteria.{{ measured | join(', criteria.') }},
        case_usage.customer_tenant_key,
        case_usage.judged_workload_number,
        cast(sum(coalesce(case_usage.usage_value, 0) + case_usage.value_change) as decimal(28, 10)) as threshold_value,
        cast(sum(coalesce(case_usage.active_value, 0) + case_usage.value_change) as decimal(28, 10)) as active_value
    from case_usage
    inner join criteria
        on
            {{ equal_keys('case_usage', 'criteria', ['case_id', 'track', 'eligibility_id']) }}
            and {{ month_number('case_usage.usage_month') }}
            between criteria.last_month_number - criteria.history_months + criteria.comparison_months
            and criteria.last_month_number
    -- what has no eligible usage is in no band
    where case_usage.usage_value is not null or case_usage.value_change != 0
    group by
        criteria.{{ measured | join(', criteria.') }},
        case_usage.customer_tenant_key,
        case_usage.judged_workload_number

),

standings as (

    select
        measures.*,
        criteria.measure,
        {{ band_standing('measures.threshold_value', 'measures.active_value') }} as standing
    from measures
    inner join criteria
        on {{ equal_keys('measures', 'criteria', measured) }}

)

select
    {{ measured | join(', ') }},
    customer_tenant_key,
    {{ tenant_standing() }}
from standings
group by {{ measured | join(', ') }}, measure, customer_tenant_key
