{#- Grain: PGA, rule set, metric, as-of month. The rule set in force is that of the month's last day, on the path that
    is best for the partner. -#}
with designations as (

    select * from {{ ref('fct_designation') }}

),

metric_scores as (

    select * from {{ ref('fct_metric_score') }}

),

metric_tracks as (

    select * from {{ ref('fct_metric_track') }}

),

track_criteria as (

    select * from {{ ref('int_track_criteria') }}

),

rulesets as (

    select * from {{ ref('int_rulesets') }}

),

rulesets_in_force as (

    select
        designations.pga_mpn_id,
        designations.as_of_month,
        rulesets.area,
        designations.ruleset_id
    from designations
    inner join rulesets
        on designations.ruleset_id = rulesets.ruleset_id
    where designations.is_in_force and designations.is_best_path

),

scores_beside_in_force as (

    select
        metric_scores.pga_mpn_id,
        metric_scores.ruleset_id,
        rulesets.version,
        rulesets.path,
        metric_scores.metric,
        metric_scores.as_of_month,
        rulesets_in_force.ruleset_id as ruleset_id_in_force,
        metric_scores.points,
        scores_in_force.points as points_in_force,
        metric_scores.points - scores_in_force.points as points_difference
    from metric_scores
    inner join rulesets
        on metric_scores.ruleset_id = rulesets.ruleset_id
    left join rulesets_in_force
        on
            metric_scores.pga_mpn_id = rulesets_in_force.pga_mpn_id
            and metric_scores.as_of_month = rulesets_in_force.as_of_month
            and rulesets.area = rulesets_in_force.area
    left join metric_scores as scores_in_force
        on
            metric_scores.pga_mpn_id = scores_in_force.pga_mpn_id
            and metric_scores.as_of_month = scores_in_force.as_of_month
            and metric_scores.metric = scores_in_force.metric
            and rulesets_in_force.ruleset_id = scores_in_force.ruleset_id

),

tracks_with_criteria as (

    select
        metric_tracks.*,
        track_criteria.eligibility_id,
        track_criteria.minimum_value,
        track_criteria.is_minimum_included,
        track_criteria.maximum_value,
        track_criteria.is_maximum_included,
        track_criteria.minimum_active_share,
        track_criteria.keeps_outgrown_tenants,
        track_criteria.unit_size
    from metric_tracks
    inner join track_criteria
        on
            metric_tracks.ruleset_id = track_criteria.ruleset_id
            and metric_tracks.metric = track_criteria.metric
            and metric_tracks.track = track_criteria.track

),

track_differences as (

    select
        scores_beside_in_force.pga_mpn_id,
        scores_beside_in_force.ruleset_id,
        scores_beside_in_force.metric,
        scores_beside_in_force.as_of_month,
        tracks.track,
        tracks.earned_units - coalesce(tracks_in_force.earned_units, 0) as units_difference,
        coalesce(tracks.current_value, 0) != coalesce(tracks_in_force.current_value, 0)
        or coalesce(tracks.prior_value, 0) != coalesce(tracks_in_force.prior_value, 0) as has_other_values,
        coalesce(tracks.unit_size, -1) != coalesce(tracks_in_force.unit_size, -1) as has_other_unit_size,
        coalesce(tracks.eligibility_id, '') != coalesce(tracks_in_force.eligibility_id, '') as has_other_lists,
        coalesce(tracks.minimum_value, -1) != coalesce(tracks_in_force.minimum_value, -1)
        or tracks.is_minimum_included != coalesce(tracks_in_force.is_minimum_included, tracks.is_minimum_included)
        or coalesce(tracks.maximum_value, -1) != coalesce(tracks_in_force.maximum_value, -1)
        or tracks.is_maximum_included != coalesce(tracks_in_force.is_maximum_included, tracks.is_maximum_included)
        or coalesce(tracks.minimum_active_share, -1) != coalesce(tracks_in_force.minimum_active_share, -1)
        or tracks.keeps_outgrown_tenants
        != coalesce(tracks_in_force.keeps_outgrown_tenants, tracks.keeps_outgrown_tenants) as has_other_band
    from scores_beside_in_force
    inner join tracks_with_criteria as tracks
        on
            scores_beside_in_force.pga_mpn_id = tracks.pga_mpn_id
            and scores_beside_in_force.ruleset_id = tracks.ruleset_id
            and scores_beside_in_force.metric = tracks.metric
            and scores_beside_in_force.as_of_month = tracks.as_of_month
    left join tracks_with_criteria as tracks_in_force
        on
            scores_beside_in_force.pga_mpn_id = tracks_in_force.pga_mpn_id
            and scores_beside_in_force.ruleset_id_in_force = tracks_in_force.ruleset_id
            and scores_beside_in_force.metric = tracks_in_force.metric
            and scores_beside_in_force.as_of_month = tracks_in_force.as_of_month
            and tracks.track = tracks_in_force.track

),

ranked_tracks as (

    select
        *,
        row_number() over (
            partition by pga_mpn_id, ruleset_id, metric, as_of_month
            order by abs(units_difference) desc, track asc
        ) as difference_rank
    from track_differences

),

deciding_tracks as (

    select * from ranked_tracks
    where difference_rank = 1 and units_difference != 0

)

select
    scores_beside_in_force.pga_mpn_id,
    scores_beside_in_force.ruleset_id,
    scores_beside_in_force.version,
    scores_beside_in_force.path,
    scores_beside_in_force.metric,
    scores_beside_in_force.as_of_month,
    scores_beside_in_force.ruleset_id_in_force,
    scores_beside_in_force.points,
    scores_beside_in_force.points_in_force,
    cast(scores_beside_in_force.points_difference as decimal(5, 2)) as points_difference,
    case when scores_beside_in_force.points_difference != 0 then deciding_tracks.track end as deciding_track,
    case
        when scores_beside_in_force.ruleset_id_in_force is null then 'no_rule_set_in_force'
        when scores_beside_in_force.points_difference = 0 then 'none'
        when deciding_tracks.track is null then 'points_per_unit'
        when deciding_tracks.track = 'skilling' then 'steps'
        when not deciding_tracks.has_other_values and deciding_tracks.has_other_unit_size then 'unit_size'
        -- what grew alike, in units of one size, is cut at another maximum
        when not deciding_tracks.has_other_values then 'units_for_max'
        when deciding_tracks.has_other_lists and deciding_tracks.has_other_band then 'lists_and_bands'
        when deciding_tracks.has_other_lists then 'lists'
        else 'bands'
    end as driver,
    coalesce(
        abs(scores_beside_in_force.points_difference) > 0
        and abs(scores_beside_in_force.points_difference) = max(abs(scores_beside_in_force.points_difference)) over (
            partition by
                scores_beside_in_force.pga_mpn_id,
                scores_beside_in_force.ruleset_id,
                scores_beside_in_force.as_of_month
        ),
        false
    ) as is_largest_difference
from scores_beside_in_force
left join deciding_tracks
    on
        scores_beside_in_force.pga_mpn_id = deciding_tracks.pga_mpn_id
        and scores_beside_in_force.ruleset_id = deciding_tracks.ruleset_id
        and scores_beside_in_force.metric = deciding_tracks.metric
        and scores_beside_in_force.as_of_month = deciding_tracks.as_of_month
