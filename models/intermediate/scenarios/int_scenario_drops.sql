{#- Kind about_to_drop: a tenant that is out of the band within months if nothing more is used. Its month is the first
    in which the outlook has it out; where usage that goes on keeps it in, the first in which it is out without. -#}
{%- set tenant = ['pga_mpn_id', 'eligibility_id', 'customer_tenant_key'] %}
with scored_months as (

    select * from {{ ref('int_scored_months') }}

),

acr_ttm as (

    select * from {{ ref('int_tenant_acr_ttm') }}

),

criteria as (

    select * from {{ ref('int_track_criteria') }}
    where track = 'azure' and measure = 'count'

),

-- what is left of the trailing year after one month more, and two, and three, without usage and with the last month's
remaining_acr as (

    select
        acr_ttm.pga_mpn_id,
        acr_ttm.eligibility_id,
        acr_ttm.customer_tenant_key,
        acr_ttm.ttm_acr_usd,
        outlook_months.month_number,
        acr_ttm.ttm_acr_usd - coalesce(sum(tenant_months.counted_acr_usd), 0) as remaining_acr_usd,
        coalesce(max(outlook_acr.ttm_acr_usd), 0) as outlook_acr_usd
    from acr_ttm
    inner join scored_months as last_months
        on acr_ttm.month_number = last_months.month_number and last_months.is_last_scored_month
    inner join scored_months as outlook_months
        on
            acr_ttm.month_number < outlook_months.month_number
            and acr_ttm.month_number + {{ var('recommendation_drop_months') }} >= outlook_months.month_number
    left join acr_ttm as outlook_acr
        on
            {{ equal_keys('acr_ttm', 'outlook_acr', tenant) }}
            and outlook_months.month_number = outlook_acr.month_number
    left join {{ ref('int_azure_tenant_months') }} as tenant_months
        on
            {{ equal_keys('acr_ttm', 'tenant_months', tenant) }}
            and tenant_months.month_number > acr_ttm.month_number - 12
            and tenant_months.month_number <= outlook_months.month_number - 12
    where acr_ttm.has_eligible_usage
    group by
        acr_ttm.pga_mpn_id,
        acr_ttm.eligibility_id,
        acr_ttm.customer_tenant_key,
        acr_ttm.ttm_acr_usd,
        outlook_months.month_number

),

drops as (

    select
        remaining_acr.*,
        criteria.ruleset_id,
        criteria.metric,
        criteria.lowest_counted_value,
        row_number() over (
            partition by
                criteria.ruleset_id, criteria.metric, remaining_acr.pga_mpn_id, remaining_acr.customer_tenant_key
            order by
                remaining_acr.outlook_acr_usd < criteria.lowest_counted_value desc, remaining_acr.month_number asc
        ) as drop_rank
    from remaining_acr
    inner join criteria
        on remaining_acr.eligibility_id = criteria.eligibility_id
    where
        -- credits that go on are worse than silence
        least(remaining_acr.remaining_acr_usd, remaining_acr.outlook_acr_usd) < criteria.lowest_counted_value
        and {{ band_standing('remaining_acr.ttm_acr_usd', 'remaining_acr.ttm_acr_usd') }} like 'inside%'

)

select
    'about_to_drop' as kind,
    pga_mpn_id,
    ruleset_id,
    metric,
    'azure' as track,
    eligibility_id,
    customer_tenant_key,
    cast(null as integer) as workload_number,
    lowest_counted_value - least(remaining_acr_usd, outlook_acr_usd) as missing_value,
    cast(null as decimal(18, 4)) as missing_active_value,
    month_number as deadline_month_number,
    month_number,
    greatest(lowest_counted_value, outlook_acr_usd) as threshold_value,
    greatest(lowest_counted_value, outlook_acr_usd) as active_value
from drops
where drop_rank = 1
