with tenant_values as (

    select * from {{ ref('int_tenant_track_values') }}

),

certified_individuals as (

    select * from {{ ref('int_certified_individuals') }}

),

ruleset_tracks as (

    select * from {{ ref('ruleset_tracks') }}

)

select
    pga_mpn_id,
    ruleset_id,
    metric,
    track,
    month_number,
    sum(measured_value) as measured_value
from tenant_values
group by pga_mpn_id, ruleset_id, metric, track, month_number

union all

select
    certified_individuals.pga_mpn_id,
    ruleset_tracks.ruleset_id,
    ruleset_tracks.metric,
    ruleset_tracks.track,
    certified_individuals.month_number,
    count(*) as measured_value
from certified_individuals
inner join ruleset_tracks
    on
        certified_individuals.ruleset_id = ruleset_tracks.ruleset_id
        and ruleset_tracks.track = 'skilling'
group by
    certified_individuals.pga_mpn_id,
    ruleset_tracks.ruleset_id,
    ruleset_tracks.metric,
    ruleset_tracks.track,
    certified_individuals.month_number
