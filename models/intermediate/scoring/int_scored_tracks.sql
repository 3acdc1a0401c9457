{#- Tracks are worked out separately, and added up only in the metric (docs/rules.md, Metrics and tracks). -#}
with track_months as (

    select * from {{ ref('int_track_months') }}

),

track_criteria as (

    select * from {{ ref('int_track_criteria') }}

),

comparisons as (

    select * from {{ ref('int_tenant_comparisons') }}

),

skilling_values as (

    select * from {{ ref('int_skilling_values') }}

),

-- tracks of several rule sets share a criterion
criterion_values as (

    select
        pga_mpn_id,
        criterion_id,
        month_number,
        sum(current_counted_value) as current_value,
        sum(prior_counted_value) as prior_value,
        count(case when current_counted_value > prior_counted_value then 1 end) as positive_customers,
        count(case when current_counted_value < prior_counted_value then 1 end) as negative_customers,
        count(*) as customers
    from comparisons
    group by pga_mpn_id, criterion_id, month_number

),

measured as (

    select
        track_months.*,
        track_criteria.unit_size,
        track_criteria.units_cap,
        {% for count in ['positive_customers', 'negative_customers', 'customers'] -%}
            case when track_criteria.comparison_months is not null then coalesce(criterion_values.{{ count }}, 0) end
                as {{ count }},
        {% endfor -%}
        case when track_months.track = 'skilling' then coalesce(skilling_values.step_points, 0) else 0 end
            as step_points,
        case
            when track_months.track = 'skilling' then coalesce(skilling_values.individual_count, 0)
            else coalesce(criterion_values.current_value, 0)
        end as current_value,
        case when track_criteria.comparison_months is not null then coalesce(criterion_values.prior_value, 0) end
            as prior_value
    from track_months
    inner join track_criteria
        on
            track_months.ruleset_id = track_criteria.ruleset_id
            and track_months.metric = track_criteria.metric
            and track_months.track = track_criteria.track
    left join criterion_values
        on
            track_months.pga_mpn_id = criterion_values.pga_mpn_id
            and track_months.criterion_id = criterion_values.criterion_id
            and track_months.month_number = criterion_values.month_number
    left join skilling_values
        on
            track_months.pga_mpn_id = skilling_values.pga_mpn_id
            and track_months.ruleset_id = skilling_values.ruleset_id
            and track_months.month_number = skilling_values.month_number

)

select
    pga_mpn_id,
    ruleset_id,
    metric,
    track,
    as_of_month,
    month_number,
    is_outlook,
    current_value,
    prior_value,
    {{ full_units('current_value - coalesce(prior_value, 0)', 'unit_size', 'units_cap') }} as earned_units,
    step_points,
    positive_customers,
    negative_customers,
    customers - positive_customers - negative_customers as neutral_customers,
    is_history_complete
from measured
