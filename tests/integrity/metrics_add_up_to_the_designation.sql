-- Total and categories round up the exact points of the metrics; rounding one metric adds less than a hundredth.
with metric_points as (

    select
        pga_mpn_id,
        ruleset_id,
        as_of_month,
        sum(exact_points) as exact_points,
        sum(points) as points,
        count(*) as metric_count,
        count(case when is_minimum_met then 1 end) as metrics_met
    from {{ ref('fct_metric_score') }}
    group by pga_mpn_id, ruleset_id, as_of_month

)

select
    designations.pga_mpn_id,
    designations.ruleset_id,
    designations.as_of_month,
    designations.total_points,
    metric_points.exact_points
from {{ ref('fct_designation') }} as designations
full outer join metric_points
    on
        designations.pga_mpn_id = metric_points.pga_mpn_id
        and designations.ruleset_id = metric_points.ruleset_id
        and designations.as_of_month = metric_points.as_of_month
where
    designations.total_points is null
    or metric_points.exact_points is null
    or designations.metrics_met != metric_points.metrics_met
    or designations.total_points - metric_points.exact_points not between -0.000001 and 0.01
    or (
        {% for metric in var('metrics') -%}
            designations.{{ metric }}_points + {# #}
        {%- endfor -%}
        0 != metric_points.points
    )
    or metric_points.points - designations.total_points not between 0 and 0.01 * metric_points.metric_count
    or (
        {% for category in var('categories') -%}
            designations.{{ category }}_points + {# #}
        {%- endfor -%}
        0 - designations.total_points not between 0 and 0.01 * metric_points.metric_count
    )
