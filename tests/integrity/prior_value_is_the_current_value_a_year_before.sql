-- What a month is compared with is what that month was scored with, under the same rule set. Where a rule keeps tenants
-- that outgrew its band, the comparison takes the band alone, and is at most that.
select
    tracks.pga_mpn_id,
    tracks.ruleset_id,
    tracks.metric,
    tracks.track,
    tracks.as_of_month,
    tracks.prior_value,
    earlier_tracks.current_value
from {{ ref('fct_metric_track') }} as tracks
inner join {{ ref('int_track_criteria') }} as criteria
    on
        tracks.ruleset_id = criteria.ruleset_id
        and tracks.metric = criteria.metric
        and tracks.track = criteria.track
inner join {{ ref('fct_metric_track') }} as earlier_tracks
    on
        tracks.pga_mpn_id = earlier_tracks.pga_mpn_id
        and tracks.ruleset_id = earlier_tracks.ruleset_id
        and tracks.metric = earlier_tracks.metric
        and tracks.track = earlier_tracks.track
        and {{ month_number('tracks.as_of_month') }} - criteria.comparison_months
        = {{ month_number('earlier_tracks.as_of_month') }}
where
    tracks.prior_value > earlier_tracks.current_value
    or (tracks.prior_value != earlier_tracks.current_value and not criteria.keeps_outgrown_tenants)
