-- Every skilling unit can be traced to a person.
with counted as (

    select
        pga_mpn_id,
        ruleset_id,
        as_of_month,
        count(case when is_counted then 1 end) as individual_count
    from {{ ref('fct_certified_individual') }}
    group by pga_mpn_id, ruleset_id, as_of_month

)

select
    tracks.pga_mpn_id,
    tracks.ruleset_id,
    tracks.as_of_month,
    tracks.current_value,
    counted.individual_count
from {{ ref('fct_metric_track') }} as tracks
left join counted
    on
        tracks.pga_mpn_id = counted.pga_mpn_id
        and tracks.ruleset_id = counted.ruleset_id
        and tracks.as_of_month = counted.as_of_month
where
    tracks.track = 'skilling'
    and tracks.current_value != coalesce(counted.individual_count, 0)
