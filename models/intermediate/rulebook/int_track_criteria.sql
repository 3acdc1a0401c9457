with ruleset_tracks as (

    select * from {{ ref('ruleset_tracks') }}

),

ruleset_metrics as (

    select * from {{ ref('ruleset_metrics') }}

),

rulesets as (

    select * from {{ ref('int_rulesets') }}

),

ruleset_eligibility as (

    select distinct
        ruleset_id,
        track,
        eligibility_id
    from {{ ref('int_rulebook_names') }}

),

tracks as (

    select * from {{ ref('tracks') }}

),

track_criteria as (

    select
        ruleset_tracks.ruleset_id,
        ruleset_tracks.metric,
        ruleset_tracks.track,
        tracks.dataset,
        ruleset_eligibility.eligibility_id,
        ruleset_tracks.measure,
        cast(ruleset_tracks.minimum_value as decimal(28, 10)) as minimum_value,
        ruleset_tracks.is_minimum_included,
        cast(
            ruleset_tracks.minimum_value
            + case when ruleset_tracks.is_minimum_included then 0 else tracks.smallest_step end
            as decimal(28, 10)
        ) as lowest_counted_value,
        cast(ruleset_tracks.maximum_value as decimal(28, 10)) as maximum_value,
        ruleset_tracks.is_maximum_included,
        ruleset_tracks.minimum_active_share,
        ruleset_tracks.keeps_outgrown_tenants,
        ruleset_tracks.comparison_months,
        ruleset_tracks.history_months,
        ruleset_tracks.unit_size,
        ruleset_metrics.units_for_max,
        case when ruleset_tracks.caps_units then ruleset_metrics.units_for_max end as units_cap,
        cast(
            dense_rank() over (
                order by
                    ruleset_tracks.track,
                    ruleset_eligibility.eligibility_id,
                    ruleset_tracks.measure,
                    ruleset_tracks.minimum_value,
                    ruleset_tracks.is_minimum_included,
                    ruleset_tracks.maximum_value,
                    ruleset_tracks.is_maximum_included,
                    ruleset_tracks.minimum_active_share,
                    ruleset_tracks.keeps_outgrown_tenants,
                    ruleset_tracks.comparison_months
            ) as integer
        ) as criterion_id
    from ruleset_tracks
    inner join rulesets
        on ruleset_tracks.ruleset_id = rulesets.ruleset_id
    inner join ruleset_metrics
        on
            ruleset_tracks.ruleset_id = ruleset_metrics.ruleset_id
            and ruleset_tracks.metric = ruleset_metrics.metric
    inner join tracks
        on ruleset_tracks.track = tracks.track
    left join ruleset_eligibility
        on
            ruleset_tracks.ruleset_id = ruleset_eligibility.ruleset_id
            and ruleset_tracks.track = ruleset_eligibility.track

)

select
    *,
    row_number() over (partition by criterion_id order by ruleset_id, metric) = 1 as is_first_of_criterion
from track_criteria
