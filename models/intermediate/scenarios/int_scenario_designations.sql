{#- The total if it comes to what the scenario is about, and the total if not. Where the scenario keeps what would be
    lost, it is the other way round: the month as it is has lost it. -#}
with scenario_metrics as (

    select * from {{ ref('int_scenario_metrics') }}

),

scenarios as (

    select * from {{ ref('int_scenarios') }}

),

rulesets as (

    select * from {{ ref('int_rulesets') }}

),

designations as (

    select * from {{ ref('int_scored_designations') }}

),

last_months as (

    select * from {{ ref('int_scored_months') }}
    where is_last_scored_month

),

totals as (

    select
        scenario_metrics.scenario_id,
        rulesets.minimum_total_points,
        sum(scenario_metrics.exact_points) as total_exact_points,
        bool_and(scenario_metrics.exact_points >= rulesets.minimum_metric_points) as meets_every_minimum
    from scenario_metrics
    inner join rulesets
        on scenario_metrics.ruleset_id = rulesets.ruleset_id
    group by scenario_metrics.scenario_id, rulesets.minimum_total_points

),

judged as (

    select
        totals.scenario_id,
        coalesce(scenarios.month_number = scenarios.deadline_month_number, false) as is_kept,
        {{ round_up_to_hundredth('totals.total_exact_points') }} as changed_points,
        designations.total_points as actual_points,
        designations.is_history_complete
        -- the inner rounding takes off what ten decimals leave of a third
        and round(totals.total_exact_points, 6) >= totals.minimum_total_points
        and totals.meets_every_minimum as is_qualified_changed,
        designations.is_qualified as is_qualified_actual
    from totals
    inner join scenarios
        on totals.scenario_id = scenarios.scenario_id
    inner join designations
        on
            scenarios.pga_mpn_id = designations.pga_mpn_id
            and scenarios.ruleset_id = designations.ruleset_id
            and scenarios.month_number = designations.month_number

)

select
    judged.scenario_id,
    last_months.as_of_month,
    case when judged.is_kept then judged.actual_points else judged.changed_points end as total_points,
    case when judged.is_kept then judged.changed_points else judged.actual_points end as total_points_now,
    case when judged.is_kept then judged.is_qualified_actual else judged.is_qualified_changed end as is_qualified,
    case when judged.is_kept then judged.is_qualified_changed else judged.is_qualified_actual end as is_qualified_now
from judged
cross join last_months
