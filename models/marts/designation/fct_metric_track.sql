{#- Grain: PGA, rule set, metric, track, as-of month. Every combination is a row, whether or not anything was measured.
    Rule: docs/rules.md, Metrics and tracks; tracks of a metric are worked out separately, then added (fct_metric_score). -#}
with scored_tracks as (

    select * from {{ ref('int_scored_tracks') }}
    where not is_outlook

)

select
    pga_mpn_id,
    ruleset_id,
    metric,
    track,
    as_of_month,
    cast(current_value as decimal(28, 10)) as current_value,
    cast(prior_value as decimal(28, 10)) as prior_value,
    cast(current_value - prior_value as decimal(28, 10)) as change_value,
    earned_units,
    cast(step_points as decimal(5, 2)) as step_points,
    cast(positive_customers as integer) as positive_customers,
    cast(negative_customers as integer) as negative_customers,
    cast(neutral_customers as integer) as neutral_customers,
    is_history_complete
from scored_tracks
