{#- Grain: PGA, rule set, as-of month. Rule: docs/rules.md, Passing; the total rounds up the sum of the exact points,
    and passing is decided on exact points. Of the paths of a version the higher total is best, never a mix of metrics. -#}
with designations as (

    select * from {{ ref('int_scored_designations') }}
    where not is_outlook

),

metric_scores as (

    select * from {{ ref('fct_metric_score') }}

),

wide_points as (

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
        count(*) as metric_count
    from metric_scores
    group by pga_mpn_id, ruleset_id, as_of_month

),

qualified_windows as (

    select
        designations.pga_mpn_id,
        designations.ruleset_id,
        designations.as_of_month,
        count(case when earlier.is_qualified then 1 end) as qualified_months
    from designations
    inner join designations as earlier
        on
            designations.pga_mpn_id = earlier.pga_mpn_id
            and designations.ruleset_id = earlier.ruleset_id
            and designations.month_number >= earlier.month_number
            and designations.month_number - designations.qualification_window_months < earlier.month_number
    group by designations.pga_mpn_id, designations.ruleset_id, designations.as_of_month

)

select
    designations.pga_mpn_id,
    designations.ruleset_id,
    designations.as_of_month,
    {% for metric in var('metrics') -%}
        cast(wide_points.{{ metric }}_points as decimal(5, 2)) as {{ metric }}_points,
    {% endfor -%}
    {% for category in var('categories') -%}
        {{ round_up_to_hundredth('wide_points.' ~ category ~ '_exact_points') }} as {{ category }}_points,
    {% endfor -%}
    designations.total_points,
    cast(designations.metrics_met as integer) as metrics_met,
    cast(greatest(0, designations.minimum_total_points - designations.total_points) as decimal(5, 2)) as points_short,
    designations.is_history_complete,
    designations.is_qualified,
    designations.designation_status,
    cast(qualified_windows.qualified_months as integer) as qualified_months_in_window,
    qualified_windows.qualified_months > 0 as is_eligible_to_enroll,
    previous_month.total_points as total_points_previous_month,
    previous_year.total_points as total_points_previous_year,
    designations.is_best_path,
    designations.is_in_force,
    designations.is_headline,
    missing_reports.missing_reports
from designations
cross join {{ ref('int_missing_reports') }} as missing_reports
inner join wide_points
    on
        designations.pga_mpn_id = wide_points.pga_mpn_id
        and designations.ruleset_id = wide_points.ruleset_id
        and designations.as_of_month = wide_points.as_of_month
inner join qualified_windows
    on
        designations.pga_mpn_id = qualified_windows.pga_mpn_id
        and designations.ruleset_id = qualified_windows.ruleset_id
        and designations.as_of_month = qualified_windows.as_of_month
left join designations as previous_month
    on
        designations.pga_mpn_id = previous_month.pga_mpn_id
        and designations.ruleset_id = previous_month.ruleset_id
        and designations.month_number - 1 = previous_month.month_number
left join designations as previous_year
    on
        designations.pga_mpn_id = previous_year.pga_mpn_id
        and designations.ruleset_id = previous_year.ruleset_id
        and designations.month_number - 12 = previous_year.month_number
