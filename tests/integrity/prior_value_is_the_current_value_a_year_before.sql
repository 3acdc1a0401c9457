-- What a month is compared with is what that month was scored with, under the same rule set.
select
    tracks.pga_mpn_id,
    tracks.ruleset_id,
    tracks.metric,
    tracks.track,
    tracks.as_of_month,
    tracks.prior_value,
    earlier_tracks.current_value
from {{ ref('fct_metric_track') }} as tracks
inner join {{ ref('ruleset_tracks') }} as ruleset_tracks
    on
        tracks.ruleset_id = ruleset_tracks.ruleset_id
        and tracks.metric = ruleset_tracks.metric
        and tracks.track = ruleset_tracks.track
inner join {{ ref('fct_metric_track') }} as earlier_tracks
    on
        tracks.pga_mpn_id = earlier_tracks.pga_mpn_id
        and tracks.ruleset_id = earlier_tracks.ruleset_id
        and tracks.metric = earlier_tracks.metric
        and tracks.track = earlier_tracks.track
        and {{ month_number('tracks.as_of_month') }} - ruleset_tracks.comparison_months
        = {{ month_number('earlier_tracks.as_of_month') }}
where
    tracks.prior_value != earlier_tracks.current_value
    or tracks.change_value != tracks.current_value - earlier_tracks.current_value
