{#- Grain: PGA, rule set, as-of month. Rule: spec sections 2 to 4; the total rounds up the sum of the exact points,
    and passing is decided on exact points. Of the paths of a version the higher total is best, never a mix of metrics. -#}
with metric_scores as (

    select * from {{ ref('fct_metric_score') }}

),

metric_tracks as (

    select * from {{ ref('fct_metric_track') }}

),

rulesets as (

    select * from {{ ref('int_rulesets') }}

),

months as (

    select * from {{ ref('dim_month') }}

),

totals as (

    select
        pga_mpn_id,
        ruleset_id,
        as_of_month,
        {% for metric in var('metrics') -%}
            sum(case when metric = '{{ metric }}' then points else 0 end) as {{ metric }}_points,
        {% endfor -%}
        {% for category in var('categories') -%}
            sum(case when category = '{{ category }}' then exact_points else 0 end) as {{ category }}_exact_points,
        {% endfor -%}
        sum(exact_points) as total_exact_points,
        count(*) as metric_count,
        count(case when is_minimum_met then 1 end) as metrics_met
    from metric_scores
    group by pga_mpn_id, ruleset_id, as_of_month

),

history as (

    select
        pga_mpn_id,
        ruleset_id,
        as_of_month,
        bool_and(is_history_complete) as is_history_complete
    from metric_tracks
    group by pga_mpn_id, ruleset_id, as_of_month

),

judged as (

    select
        totals.*,
        months.month_number,
        months.month_end_date,
        history.is_history_complete,
        rulesets.minimum_total_points,
        rulesets.qualification_window_months,
        rulesets.effective_from,
        rulesets.effective_to,
        history.is_history_complete
        and totals.total_exact_points >= rulesets.minimum_total_points
        and totals.metrics_met = totals.metric_count as is_qualified,
        row_number() over (
            partition by totals.pga_mpn_id, rulesets.area, rulesets.version, totals.as_of_month
            order by totals.total_exact_points desc, rulesets.path_priority asc
        ) as path_rank
    from totals
    inner join history
        on
            totals.pga_mpn_id = history.pga_mpn_id
            and totals.ruleset_id = history.ruleset_id
            and totals.as_of_month = history.as_of_month
    inner join rulesets
        on totals.ruleset_id = rulesets.ruleset_id
    inner join months
        on totals.as_of_month = months.as_of_month

),

qualified_windows as (

    select
        judged.pga_mpn_id,
        judged.ruleset_id,
        judged.as_of_month,
        count(case when earlier.is_qualified then 1 end) as qualified_months
    from judged
    inner join judged as earlier
        on
            judged.pga_mpn_id = earlier.pga_mpn_id
            and judged.ruleset_id = earlier.ruleset_id
            and earlier.month_number > judged.month_number - judged.qualification_window_months
            and judged.month_number >= earlier.month_number
    group by judged.pga_mpn_id, judged.ruleset_id, judged.as_of_month

)

select
    judged.pga_mpn_id,
    judged.ruleset_id,
    judged.as_of_month,
    {% for metric in var('metrics') -%}
        cast(judged.{{ metric }}_points as decimal(5, 2)) as {{ metric }}_points,
    {% endfor -%}
    {% for category in var('categories') -%}
        {{ round_up_to_hundredth('judged.' ~ category ~ '_exact_points') }} as {{ category }}_points,
    {% endfor -%}
    {{ round_up_to_hundredth('judged.total_exact_points') }} as total_points,
    cast(judged.metrics_met as integer) as metrics_met,
    cast(
        greatest(0, judged.minimum_total_points - {{ round_up_to_hundredth('judged.total_exact_points') }})
        as decimal(5, 2)
    ) as points_short,
    judged.is_history_complete,
    judged.is_qualified,
    case
        when not judged.is_history_complete then 'insufficient_history'
        when judged.is_qualified then 'qualified'
        else 'in_progress'
    end as designation_status,
    cast(qualified_windows.qualified_months as integer) as qualified_months_in_window,
    qualified_windows.qualified_months > 0 as is_eligible_to_enroll,
    {{ round_up_to_hundredth('previous_month.total_exact_points') }} as total_points_previous_month,
    {{ round_up_to_hundredth('previous_year.total_exact_points') }} as total_points_previous_year,
    judged.path_rank = 1 as is_best_path,
    -- the rule set of the day the score is for rules the month
    judged.month_end_date >= judged.effective_from
    and judged.month_end_date <= coalesce(judged.effective_to, judged.month_end_date) as is_in_force
from judged
inner join qualified_windows
    on
        judged.pga_mpn_id = qualified_windows.pga_mpn_id
        and judged.ruleset_id = qualified_windows.ruleset_id
        and judged.as_of_month = qualified_windows.as_of_month
left join judged as previous_month
    on
        judged.pga_mpn_id = previous_month.pga_mpn_id
        and judged.ruleset_id = previous_month.ruleset_id
        and judged.month_number - 1 = previous_month.month_number
left join judged as previous_year
    on
        judged.pga_mpn_id = previous_year.pga_mpn_id
        and judged.ruleset_id = previous_year.ruleset_id
        and judged.month_number - 12 = previous_year.month_number
