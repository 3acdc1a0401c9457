with scenario_metrics as (

    select * from {{ ref('int_scenario_metrics') }}

),

rulesets as (

    select * from {{ ref('int_rulesets') }}

),

designations as (

    select * from {{ ref('int_scored_designations') }}

),

totals as (

    select
        scenario_metrics.scenario_id,
        scenario_metrics.pga_mpn_id,
        scenario_metrics.ruleset_id,
        scenario_metrics.month_number,
        rulesets.minimum_total_points,
        sum(scenario_metrics.exact_points) as total_exact_points,
        bool_and(scenario_metrics.exact_points >= rulesets.minimum_metric_points) as meets_every_minimum
    from scenario_metrics
    inner join rulesets
        on scenario_metrics.ruleset_id = rulesets.ruleset_id
    group by
        scenario_metrics.scenario_id,
        scenario_metrics.pga_mpn_id,
        scenario_metrics.ruleset_id,
        scenario_metrics.month_number,
        rulesets.minimum_total_points

)

select
    totals.scenario_id,
    totals.pga_mpn_id,
    totals.ruleset_id,
    designations.as_of_month,
    {{ round_up_to_hundredth('totals.total_exact_points') }} as total_points,
    designations.total_points as total_points_now,
    designations.is_history_complete
    -- the inner rounding takes off what ten decimals leave of a third
    and round(totals.total_exact_points, 6) >= totals.minimum_total_points
    and totals.meets_every_minimum as is_qualified,
    designations.is_qualified as is_qualified_now
from totals
inner join designations
    on
        totals.pga_mpn_id = designations.pga_mpn_id
        and totals.ruleset_id = designations.ruleset_id
        and totals.month_number = designations.month_number
