{#- Grain: PGA, rule set, metric, as-of month. The rule set in force is that of the month's last day, on the path that
    is best for the partner. -#}
{%- set metric_month = ['pga_mpn_id', 'metric', 'as_of_month'] %}
with metric_scores as (

    select * from {{ ref('fct_metric_score') }}

),

metric_tracks as (

    select * from {{ ref('fct_metric_track') }}

),

rulesets as (

    select * from {{ ref('int_rulesets') }}

),

scores as (

    select
        metric_scores.*,
        rulesets.version,
        rulesets.path,
        designations.ruleset_id_in_force,
        scores_in_force.points as points_in_force,
        metric_scores.points - scores_in_force.points as points_difference
    from metric_scores
    inner join rulesets
        on metric_scores.ruleset_id = rulesets.ruleset_id
    inner join {{ ref('int_scored_designations') }} as designations
        on {{ equal_keys('metric_scores', 'designations', ['pga_mpn_id', 'ruleset_id', 'as_of_month']) }}
    left join metric_scores as scores_in_force
        on
            {{ equal_keys('metric_scores', 'scores_in_force', metric_month) }}
            and designations.ruleset_id_in_force = scores_in_force.ruleset_id

),

ranked_tracks as (

    select
        scores.*,
        tracks.track,
        differences.has_other_unit_size,
        differences.what_differs,
        tracks.earned_units - coalesce(tracks_in_force.earned_units, 0) as units_difference,
        coalesce(tracks.current_value, 0) != coalesce(tracks_in_force.current_value, 0)
        or coalesce(tracks.prior_value, 0) != coalesce(tracks_in_force.prior_value, 0) as has_other_values,
        row_number() over (
            partition by scores.pga_mpn_id, scores.ruleset_id, scores.metric, scores.as_of_month
            order by abs(tracks.earned_units - coalesce(tracks_in_force.earned_units, 0)) desc, tracks.track asc
        ) as difference_rank
    from scores
    inner join metric_tracks as tracks
        on {{ equal_keys('scores', 'tracks', metric_month + ['ruleset_id']) }}
    left join metric_tracks as tracks_in_force
        on
            {{ equal_keys('tracks', 'tracks_in_force', metric_month + ['track']) }}
            and scores.ruleset_id_in_force = tracks_in_force.ruleset_id
    left join {{ ref('int_ruleset_differences') }} as differences
        on
            {{ equal_keys('tracks', 'differences', ['ruleset_id', 'metric', 'track']) }}
            and scores.ruleset_id_in_force = differences.other_ruleset_id

)

select
    pga_mpn_id,
    ruleset_id,
    version,
    path,
    metric,
    as_of_month,
    ruleset_id_in_force,
    points,
    points_in_force,
    cast(points_difference as decimal(5, 2)) as points_difference,
    case when points_difference != 0 and units_difference != 0 then track end as deciding_track,
    case
        when ruleset_id_in_force is null then 'no_rule_set_in_force'
        when points_difference = 0 then 'none'
        when units_difference = 0 then 'points_per_unit'
        when track = 'skilling' then 'steps'
        when not has_other_values and has_other_unit_size then 'unit_size'
        -- what grew alike, in units of one size, is cut at another maximum
        when not has_other_values then 'units_for_max'
        else what_differs
    end as driver,
    coalesce(
        abs(points_difference) > 0
        and abs(points_difference)
        = max(abs(points_difference)) over (partition by pga_mpn_id, ruleset_id, as_of_month),
        false
    ) as is_largest_difference
from ranked_tracks
where difference_rank = 1
