{#- What the tracks of the month would differ by: a scenario changes one tenant, or the people of one partner. -#}
with criteria as (

    select * from {{ ref('int_track_criteria') }}

),

scenario_standings as (

    select * from {{ ref('int_scenario_standings') }}

),

standings as (

    select * from {{ ref('int_tenant_standings') }}

),

comparisons as (

    select * from {{ ref('int_tenant_comparisons') }}

),

-- a tenant that outgrew the band is kept as in int_tenant_comparisons
counted as (

    select
        scenario_standings.*,
        criteria.measure,
        scenario_standings.is_counted_by_band
        or (
            criteria.keeps_outgrown_tenants
            and coalesce({{ has_outgrown_band('scenario_standings', 'prior_standings') }}, false)
        ) as is_counted
    from scenario_standings
    inner join criteria
        on
            scenario_standings.ruleset_id = criteria.ruleset_id
            and scenario_standings.metric = criteria.metric
            and scenario_standings.track = criteria.track
    left join standings as prior_standings
        on
            scenario_standings.pga_mpn_id = prior_standings.pga_mpn_id
            and scenario_standings.criterion_id = prior_standings.criterion_id
            and scenario_standings.customer_tenant_key = prior_standings.customer_tenant_key
            and scenario_standings.month_number - criteria.comparison_months = prior_standings.month_number

)

select
    counted.scenario_id,
    counted.metric,
    counted.track,
    {{ counted_value('counted.measure', 'counted.is_counted', 'counted.tenant_value') }}
    - coalesce(comparisons.current_counted_value, 0) as value_change,
    0 as step_points_change
from counted
left join comparisons
    on
        counted.pga_mpn_id = comparisons.pga_mpn_id
        and counted.criterion_id = comparisons.criterion_id
        and counted.customer_tenant_key = comparisons.customer_tenant_key
        and counted.month_number = comparisons.month_number

union all

select
    scenario_id,
    metric,
    track,
    value_change,
    step_points_change
from {{ ref('int_scenario_skilling_changes') }}
