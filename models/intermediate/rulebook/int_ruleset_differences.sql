{#- Do two rule sets measure a track by the same lists, band and unit? A track that the other does not have differs in
    all that it has. -#}
{%- set band = [
    'minimum_value', 'is_minimum_included', 'maximum_value', 'is_maximum_included', 'minimum_active_share',
    'keeps_outgrown_tenants'
] %}
with track_criteria as (

    select
        *,
        coalesce(minimum_value, maximum_value, minimum_active_share) is not null as has_band,
        ''
        {% for column in band -%}
            || '|' || coalesce(cast({{ column }} as {{ dbt.type_string() }}), '')
        {% endfor -%}
            as band
    from {{ ref('int_track_criteria') }}

),

rulesets as (

    select * from {{ ref('int_rulesets') }}

),

differences as (

    select
        tracks.ruleset_id,
        rulesets.ruleset_id as other_ruleset_id,
        tracks.metric,
        tracks.track,
        coalesce(tracks.unit_size, -1) != coalesce(other_tracks.unit_size, -1) as has_other_unit_size,
        coalesce(tracks.eligibility_id, '') != coalesce(other_tracks.eligibility_id, '') as has_other_lists,
        coalesce(tracks.band != other_tracks.band, tracks.has_band) as has_other_band
    from track_criteria as tracks
    cross join rulesets
    left join track_criteria as other_tracks
        on
            rulesets.ruleset_id = other_tracks.ruleset_id
            and tracks.metric = other_tracks.metric
            and tracks.track = other_tracks.track

)

select
    ruleset_id,
    other_ruleset_id,
    metric,
    track,
    has_other_unit_size,
    case
        when has_other_lists and has_other_band then 'lists_and_bands'
        when has_other_lists then 'lists'
        else 'bands'
    end as what_differs
from differences
