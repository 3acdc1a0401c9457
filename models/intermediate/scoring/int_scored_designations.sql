with scored_metrics as (

    select * from {{ ref('int_scored_metrics') }}

),

rulesets as (

    select * from {{ ref('int_rulesets') }}

),

scored_months as (

    select * from {{ ref('int_scored_months') }}

),

totals as (

    select
        pga_mpn_id,
        ruleset_id,
        month_number,
        sum(exact_points) as total_exact_points,
        count(*) as metric_count,
        count(case when is_minimum_met then 1 end) as metrics_met,
        bool_and(is_history_complete) as is_history_complete
    from scored_metrics
    group by pga_mpn_id, ruleset_id, month_number

),

judged as (

    select
        totals.pga_mpn_id,
        totals.ruleset_id,
        scored_months.as_of_month,
        totals.month_number,
        scored_months.is_outlook,
        totals.total_exact_points,
        totals.metrics_met,
        totals.is_history_complete,
        rulesets.minimum_total_points,
        rulesets.qualification_window_months,
        totals.is_history_complete
        -- the inner rounding takes off what ten decimals leave of a third
        and round(totals.total_exact_points, 6) >= rulesets.minimum_total_points
        and totals.metrics_met = totals.metric_count as is_qualified,
        row_number() over (
            partition by totals.pga_mpn_id, rulesets.area, rulesets.version, totals.month_number
            order by totals.total_exact_points desc, rulesets.path_priority asc
        ) = 1 as is_best_path,
        -- the rule set of the day the score is for rules the month
        scored_months.month_end_date >= rulesets.effective_from
        and scored_months.month_end_date <= coalesce(rulesets.effective_to, scored_months.month_end_date)
            as is_in_force,
        rulesets.area,
        rulesets.is_default,
        rulesets.effective_from
    from totals
    inner join rulesets
        on totals.ruleset_id = rulesets.ruleset_id
    inner join scored_months
        on totals.month_number = scored_months.month_number

)

select
    pga_mpn_id,
    ruleset_id,
    as_of_month,
    month_number,
    is_outlook,
    total_exact_points,
    {{ round_up_to_hundredth('total_exact_points') }} as total_points,
    metrics_met,
    minimum_total_points,
    qualification_window_months,
    is_history_complete,
    is_qualified,
    case
        when not is_history_complete then 'insufficient_history'
        when is_qualified then 'qualified'
        else 'in_progress'
    end as designation_status,
    is_best_path,
    is_in_force,
    max(case when is_in_force and is_best_path then ruleset_id end) over (partition by pga_mpn_id, area, month_number)
        as ruleset_id_in_force,
    -- where none is in force, the fallback of the rulebook, else the newest
    row_number() over (
        partition by pga_mpn_id, month_number
        order by is_in_force desc, is_default desc, effective_from desc, is_best_path desc, ruleset_id asc
    ) = 1 as is_headline
from judged
