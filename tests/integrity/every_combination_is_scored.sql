-- Scores are complete by construction: every partner, rule set, metric, track and month, measured or not.
with expected as (

    select
        partners.pga_mpn_id,
        ruleset_tracks.ruleset_id,
        ruleset_tracks.metric,
        ruleset_tracks.track,
        months.as_of_month
    from {{ ref('dim_partner') }} as partners
    cross join {{ ref('dim_month') }} as months
    cross join {{ ref('int_track_criteria') }} as ruleset_tracks
    where not months.is_outlook

)

select expected.*
from expected
left join {{ ref('fct_metric_track') }} as tracks
    on
        expected.pga_mpn_id = tracks.pga_mpn_id
        and expected.ruleset_id = tracks.ruleset_id
        and expected.metric = tracks.metric
        and expected.track = tracks.track
        and expected.as_of_month = tracks.as_of_month
where tracks.current_value is null
