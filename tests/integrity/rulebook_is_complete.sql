-- A missing seed row would score 0 in silence: every rule set has every metric's worth, tracks, lists and steps.
with rulesets as (

    select ruleset_id from {{ ref('rulesets') }}

),

ruleset_metrics as (

    select * from {{ ref('ruleset_metrics') }}

),

ruleset_tracks as (

    select * from {{ ref('ruleset_tracks') }}

),

lists as (

    select
        ruleset_id,
        'azure' as track,
        'service' as kind
    from {{ ref('eligible_azure_services') }}
    union
    select
        ruleset_id,
        'm365' as track,
        'workload' as kind
    from {{ ref('eligible_m365_workloads') }}
    union
    select
        ruleset_id,
        track,
        'association' as kind
    from {{ ref('eligible_associations') }}
    union
    select
        ruleset_id,
        'skilling' as track,
        'certification' as kind
    from {{ ref('skilling_step_certifications') }}

),

needed_lists as (

    select distinct
        track,
        kind
    from lists

)

select
    rulesets.ruleset_id,
    cast(null as {{ dbt.type_string() }}) as metric,
    'no metric' as what_is_missing
from rulesets
left join ruleset_metrics
    on rulesets.ruleset_id = ruleset_metrics.ruleset_id
where ruleset_metrics.metric is null

union all

select
    ruleset_metrics.ruleset_id,
    ruleset_metrics.metric,
    'no track for the metric' as what_is_missing
from ruleset_metrics
left join ruleset_tracks
    on
        ruleset_metrics.ruleset_id = ruleset_tracks.ruleset_id
        and ruleset_metrics.metric = ruleset_tracks.metric
where ruleset_tracks.track is null

union all

select
    ruleset_tracks.ruleset_id,
    ruleset_tracks.metric,
    'no worth for the metric of the track' as what_is_missing
from ruleset_tracks
left join ruleset_metrics
    on
        ruleset_tracks.ruleset_id = ruleset_metrics.ruleset_id
        and ruleset_tracks.metric = ruleset_metrics.metric
where ruleset_metrics.metric is null

union all

select
    ruleset_tracks.ruleset_id,
    ruleset_tracks.metric,
    'no list of ' || needed_lists.kind || 's for ' || ruleset_tracks.track as what_is_missing
from ruleset_tracks
inner join needed_lists
    on ruleset_tracks.track = needed_lists.track
left join lists
    on
        ruleset_tracks.ruleset_id = lists.ruleset_id
        and needed_lists.track = lists.track
        and needed_lists.kind = lists.kind
where lists.ruleset_id is null
