{#- Units of every case, by the macros of the score. Tracks whose tenants are not judged again, and skilling, are those
    of the score itself. -#}
{%- set judged = ['case_id', 'metric', 'track'] %}
with cases as (

    select * from {{ ref('int_variance_cases') }}

),

standings as (

    select * from {{ ref('int_variance_standings') }}

),

criteria as (

    select * from {{ ref('int_track_criteria') }}

),

-- a tenant that outgrew the band is kept as in int_tenant_comparisons
counted as (

    select
        standings.*,
        criteria.measure,
        standings.is_counted_by_band
        or (
            criteria.keeps_outgrown_tenants
            and not standings.is_prior
            and coalesce({{ has_outgrown_band('standings', 'prior_standings') }}, false)
        ) as is_counted
    from standings
    inner join cases
        on standings.case_id = cases.case_id
    inner join criteria
        on
            cases.ruleset_id = criteria.ruleset_id
            and {{ equal_keys('standings', 'criteria', ['metric', 'track']) }}
    left join standings as prior_standings
        on
            {{ equal_keys('standings', 'prior_standings', judged + ['customer_tenant_key']) }}
            and prior_standings.is_prior

),

judged_values as (

    select
        {{ judged | join(', ') }},
        sum(
            {{ counted_value('measure', 'is_counted', 'tenant_value') }} * case when is_prior then -1 else 1 end
        ) as change_value
    from counted
    group by {{ judged | join(', ') }}

),

case_tracks as (

    select
        cases.*,
        tracks.metric,
        tracks.track,
        tracks.step_points,
        case
            when cases.is_judged_again and tracks.prior_value is not null then coalesce(judged_values.change_value, 0)
            else tracks.current_value - coalesce(tracks.prior_value, 0)
        end as change_value,
        criteria.unit_size,
        criteria.units_cap
    from cases
    inner join {{ ref('int_scored_tracks') }} as tracks
        on {{ equal_keys('cases', 'tracks', ['pga_mpn_id', 'ruleset_id', 'month_number']) }}
    inner join criteria
        on {{ equal_keys('tracks', 'criteria', ['ruleset_id', 'metric', 'track']) }}
    left join judged_values
        on
            cases.case_id = judged_values.case_id
            and {{ equal_keys('tracks', 'judged_values', ['metric', 'track']) }}

)

select
    case_id,
    ruleset_id,
    metric,
    track,
    case
        when counts_whole_units then {{ full_units('change_value', 'unit_size', 'units_cap') }}
        else cast({{ parts_of_units('change_value', 'unit_size', 'units_cap') }} as decimal(18, 10))
    end as earned_units,
    step_points
from case_tracks
