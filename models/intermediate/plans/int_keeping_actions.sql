{#- An action takes what the outlook lacks in the month of the loss. Seats go on, so a threshold of seats takes what it
    takes now. Of a tenant that drops, people are told all usage that has to come, as in int_scenario_drops; a part of it
    is in the outlook already. -#}
{%- set tenant = ['pga_mpn_id', 'eligibility_id', 'customer_tenant_key'] %}
with scenarios as (

    select * from {{ ref('int_scenarios') }}

),

losses as (

    select * from {{ ref('int_designations_lost_or_won') }}
    where lost_month_number is not null

),

keeping as (

    select
        scenarios.*,
        losses.last_month_number,
        losses.lost_month_number
    from scenarios
    inner join losses
        on {{ equal_keys('scenarios', 'losses', ['pga_mpn_id', 'ruleset_id']) }}
    -- a certification that still holds then is not lost
    where scenarios.kind != 'certification_expiring' or scenarios.deadline_month_number <= losses.lost_month_number

),

trailing_years as (

    select
        keeping.scenario_id,
        sum(case when acr_ttm.month_number = keeping.last_month_number then acr_ttm.ttm_acr_usd end) as acr_now_usd,
        sum(case when acr_ttm.month_number = keeping.lost_month_number then acr_ttm.ttm_acr_usd end) as acr_then_usd,
        sum(case when acr_ttm.month_number = keeping.lost_month_number then acr_ttm.unlinked_ttm_acr_usd end)
            as unlinked_then_usd
    from {{ ref('int_tenant_acr_ttm') }} as acr_ttm
    inner join keeping
        on {{ equal_keys('acr_ttm', 'keeping', tenant) }}
    group by keeping.scenario_id

),

-- months of usage that the trailing year has lost by then
gone_months as (

    select
        keeping.scenario_id,
        sum(tenant_months.counted_acr_usd) as gone_acr_usd
    from {{ ref('int_azure_tenant_months') }} as tenant_months
    inner join keeping
        on {{ equal_keys('tenant_months', 'keeping', tenant) }}
    where
        tenant_months.month_number > keeping.last_month_number - 12
        and tenant_months.month_number <= keeping.lost_month_number - 12
    group by keeping.scenario_id

),

kept_values as (

    select
        keeping.*,
        case
            when keeping.kind = 'association_missing' then coalesce(trailing_years.unlinked_then_usd, 0)
            when keeping.track = 'azure' then criteria.lowest_counted_value - coalesce(trailing_years.acr_then_usd, 0)
            else keeping.missing_value
        end as added_value,
        criteria.lowest_counted_value - least(
            coalesce(trailing_years.acr_now_usd, 0) - coalesce(gone_months.gone_acr_usd, 0),
            coalesce(trailing_years.acr_then_usd, 0)
        ) as all_usage
    from keeping
    left join trailing_years
        on keeping.scenario_id = trailing_years.scenario_id
    left join gone_months
        on keeping.scenario_id = gone_months.scenario_id
    left join {{ ref('int_track_criteria') }} as criteria
        on {{ equal_keys('keeping', 'criteria', ['ruleset_id', 'metric', 'track']) }}

)

select
    scenario_id,
    pga_mpn_id,
    ruleset_id,
    cast(added_value as decimal(28, 10)) as added_value,
    cast(case when kind = 'about_to_drop' then all_usage else added_value end as decimal(28, 10)) as missing_value,
    case when kind = 'certification_expiring' then deadline_month_number else lost_month_number end
        as deadline_month_number
from kept_values
-- a tenant that is there then lacks nothing
where track != 'azure' or added_value > 0
