-- What one action keeps is lost by a cause of that month, and a cause that one action averts is recommended. Where the
-- cause is the only one of its metric in the month, both change the metric by as many points.
{%- set keys = ['pga_mpn_id', 'ruleset_id', 'metric', 'track', 'subject_id'] %}
with kept as (

    select
        recommendations.pga_mpn_id,
        recommendations.ruleset_id,
        recommendations.metric,
        recommendations.track,
        recommendations.kind,
        recommendations.subject_id,
        recommendations.deadline_month,
        {{ month_number('recommendations.deadline_month') }} as month_number,
        recommendations.points_at_risk,
        scenario_metrics.exact_points - scenario_metrics.exact_points_now as exact_points_kept
    from {{ ref('fct_recommendation') }} as recommendations
    inner join {{ ref('int_scenarios') }} as scenarios
        on
            {{ equal_keys('recommendations', 'scenarios', keys + ['kind']) }}
            and coalesce(recommendations.detail, '') = coalesce(scenarios.detail, '')
            and scenarios.month_number = scenarios.deadline_month_number
    inner join {{ ref('int_scenario_metrics') }} as scenario_metrics
        on {{ equal_keys('scenarios', 'scenario_metrics', ['scenario_id', 'metric']) }}

),

causes as (

    select
        *,
        case kind
            when 'customer_drops_out' then 'about_to_drop'
            when 'certification_ends' then 'certification_expiring'
        end as recommendation_kind,
        count(*) over (partition by pga_mpn_id, ruleset_id, metric, month_number) as causes_of_metric
    from {{ ref('int_outlook_causes') }}

),

last_months as (

    select * from {{ ref('int_scored_months') }}
    where is_last_scored_month

),

standings as (

    select standings.*
    from {{ ref('int_tenant_standings') }} as standings
    inner join last_months
        on standings.month_number = last_months.month_number

),

-- certifications that the month ends, and that would still be worth points in it
ends as (

    select
        certifications.pga_mpn_id,
        certifications.ruleset_id,
        certifications.individual_id,
        {{ month_number('certifications.end_date') }} as month_number,
        count(distinct certifications.certification_id) as certifications,
        max(certifications.end_date) as end_date,
        bool_and(
            worth.points_eligible_until is null
            or {{ month_number('worth.points_eligible_until') }} > {{ month_number('certifications.end_date') }}
        ) as is_worth_points
    from {{ ref('int_step_certifications') }} as certifications
    inner join {{ ref('skilling_step_certifications') }} as worth
        on {{ equal_keys('certifications', 'worth', ['ruleset_id', 'step', 'certification_id']) }}
    group by
        certifications.pga_mpn_id, certifications.ruleset_id, certifications.individual_id,
        {{ month_number('certifications.end_date') }}

)

select
    'at risk without a cause' as finding,
    kept.pga_mpn_id,
    kept.ruleset_id,
    kept.metric,
    kept.subject_id,
    kept.month_number
from kept
left join {{ ref('fct_outlook_bridge') }} as bridge
    on
        {{ equal_keys('kept', 'bridge', keys) }}
        and kept.kind = bridge.recommendation_kind
        and kept.deadline_month = bridge.outlook_month
-- it was lost before, to another cause: a tenant that outgrew the band, an individual who held the step only later
left join causes as earlier_causes
    on
        {{ equal_keys('kept', 'earlier_causes', keys) }}
        and earlier_causes.kind in ('customer_outgrows_band', 'carry_over_ends', 'certification_begins')
        and kept.month_number >= earlier_causes.month_number
where kept.points_at_risk > 0 and bridge.cause_number is null and earlier_causes.cause_rank is null

union all

select
    'a cause without advice' as finding,
    causes.pga_mpn_id,
    causes.ruleset_id,
    causes.metric,
    causes.subject_id,
    causes.month_number
from causes
cross join last_months
inner join {{ ref('int_track_criteria') }} as criteria
    on {{ equal_keys('causes', 'criteria', ['ruleset_id', 'metric', 'track']) }}
left join {{ ref('int_customers') }} as customers
    on causes.pga_mpn_id = customers.pga_mpn_id and causes.subject_id = customers.customer_tenant_id
left join standings
    on
        customers.pga_mpn_id = standings.pga_mpn_id
        and customers.customer_tenant_key = standings.customer_tenant_key
        and criteria.criterion_id = standings.criterion_id
left join ends
    on
        causes.pga_mpn_id = ends.pga_mpn_id
        and causes.ruleset_id = ends.ruleset_id
        and causes.subject_id = ends.individual_id
        and causes.month_number = ends.month_number
left join kept
    on
        {{ equal_keys('causes', 'kept', keys) }}
        and causes.recommendation_kind = kept.kind
        and causes.month_number >= kept.month_number
where
    kept.kind is null
    and causes.exact_points_after < causes.exact_points_before
    and (
        (
            causes.kind = 'customer_drops_out'
            and criteria.measure = 'count'
            and standings.is_inside_band
            and causes.month_number <= last_months.month_number + {{ var('recommendation_drop_months') }}
        )
        or (
            causes.kind = 'certification_ends'
            and causes.causes_of_metric = 1
            and ends.certifications = 1
            and ends.is_worth_points
            and ends.end_date <= last_months.month_end_date + {{ var('recommendation_expiry_days') }}
        )
    )

union all

select
    'points that differ' as finding,
    causes.pga_mpn_id,
    causes.ruleset_id,
    causes.metric,
    causes.subject_id,
    causes.month_number
from causes
inner join kept
    on
        {{ equal_keys('causes', 'kept', keys + ['month_number']) }}
        and causes.recommendation_kind = kept.kind
where
    causes.causes_of_metric = 1
    and causes.exact_points_before - causes.exact_points_after != kept.exact_points_kept
