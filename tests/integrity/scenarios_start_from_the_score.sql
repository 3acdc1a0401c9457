-- A scenario has every metric of every rule set, and its changes lead from the score of the month. Its total rounds up
-- the exact points of its metrics.
with scenarios as (

    select distinct
        scenario,
        pga_mpn_id
    from {{ ref('int_scenario_lines') }}
    where is_sound

),

metric_scores as (

    select scores.*
    from {{ ref('fct_metric_score') }} as scores
    inner join {{ ref('dim_month') }} as months on scores.as_of_month = months.as_of_month
    where months.is_last_scored_month

),

expected as (

    select
        scenarios.scenario,
        metric_scores.*
    from scenarios
    inner join metric_scores on scenarios.pga_mpn_id = metric_scores.pga_mpn_id

),

totals as (

    select
        scenario,
        pga_mpn_id,
        ruleset_id,
        sum(exact_points) as exact_points
    from {{ ref('fct_scenario') }}
    group by scenario, pga_mpn_id, ruleset_id

)

select
    expected.scenario,
    expected.pga_mpn_id,
    expected.ruleset_id,
    expected.metric
from expected
left join {{ ref('fct_scenario') }} as metrics
    on {{ equal_keys('expected', 'metrics', ['scenario', 'pga_mpn_id', 'ruleset_id', 'metric']) }}
left join {{ ref('fct_scenario_designation') }} as designations
    on {{ equal_keys('expected', 'designations', ['scenario', 'pga_mpn_id', 'ruleset_id']) }}
left join totals
    on {{ equal_keys('expected', 'totals', ['scenario', 'pga_mpn_id', 'ruleset_id']) }}
left join {{ ref('fct_designation') }} as scores
    on {{ equal_keys('designations', 'scores', ['pga_mpn_id', 'ruleset_id', 'as_of_month']) }}
where
    not coalesce(
        metrics.earned_units - metrics.earned_units_change = expected.earned_units
        and metrics.points - metrics.points_change = expected.points
        and designations.total_points - designations.total_points_change = scores.total_points
        and designations.total_points - totals.exact_points between -0.000001 and 0.01,
        false
    )
