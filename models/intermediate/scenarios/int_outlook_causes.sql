{#- The causes of the outlook, laid over the month before one after the other: by metric and track, the month itself
    before its base, losses before gains. What each changes the exact points by depends on those before it. -#}
{%- set track_months = ['pga_mpn_id', 'ruleset_id', 'metric', 'track', 'month_number'] -%}
{%- set units_before = full_units('value_after - value_change', 'unit_size', 'units_cap') -%}
{%- set units_after = full_units('value_after', 'unit_size', 'units_cap') %}
with causes as (

    select
        tenants.{{ track_months | join(', tenants.') }},
        'customer_tenant' as subject_type,
        customers.customer_tenant_id as subject_id,
        tenants.customers as subjects,
        tenants.kind,
        row_number() over (
            partition by tenants.{{ track_months | join(', tenants.') }}
            order by
                tenants.is_of_base, tenants.value_change, tenants.kind, coalesce(customers.customer_tenant_id, '')
        ) as cause_rank,
        tenants.value_change,
        0 as step_points_change
    from {{ ref('int_outlook_tenant_changes') }} as tenants
    left join {{ ref('int_customers') }} as customers
        on {{ equal_keys('tenants', 'customers', ['pga_mpn_id', 'customer_tenant_key']) }}

    union all

    select
        people.pga_mpn_id,
        people.ruleset_id,
        criteria.metric,
        criteria.track,
        people.month_number,
        'individual' as subject_type,
        people.individual_id as subject_id,
        1 as subjects,
        people.kind,
        people.person_rank as cause_rank,
        people.value_change,
        people.step_points_change
    from {{ ref('int_outlook_skilling_changes') }} as people
    inner join {{ ref('int_track_criteria') }} as criteria
        on people.ruleset_id = criteria.ruleset_id and criteria.track = 'skilling'

),

tracks as (

    select
        *,
        sum(earned_units) over (partition by pga_mpn_id, ruleset_id, metric, month_number) as metric_units
    from {{ ref('int_scored_tracks') }}

),

laid_over as (

    select
        causes.*,
        criteria.unit_size,
        criteria.units_cap,
        tracks.metric_units,
        tracks.current_value - coalesce(tracks.prior_value, 0)
        + sum(causes.value_change) over track_order as value_after,
        tracks.step_points + sum(causes.step_points_change) over track_order as step_points_after
    from causes
    inner join tracks
        on
            {{ equal_keys('causes', 'tracks', ['pga_mpn_id', 'ruleset_id', 'metric', 'track']) }}
            and causes.month_number = tracks.month_number + 1
    inner join {{ ref('int_track_criteria') }} as criteria
        on {{ equal_keys('causes', 'criteria', ['ruleset_id', 'metric', 'track']) }}
    window track_order as (partition by causes.{{ track_months | join(', causes.') }} order by causes.cause_rank)

),

counted as (

    select
        *,
        {{ units_after }} - {{ units_before }} as units_change,
        metric_units + sum({{ units_after }} - {{ units_before }}) over (
            partition by pga_mpn_id, ruleset_id, metric, month_number
            order by track, cause_rank
        ) as units_after
    from laid_over

)

select
    counted.*,
    {{ metric_points('least(units_after - units_change, units_for_max)', 'step_points_after - step_points_change') }}
        as exact_points_before,
    {{ metric_points('least(counted.units_after, units_for_max)', 'counted.step_points_after') }} as exact_points_after
from counted
inner join {{ ref('ruleset_metrics') }} as metrics
    on {{ equal_keys('counted', 'metrics', ['ruleset_id', 'metric']) }}
