{#- Grain: PGA, rule set, kind, metric, subject and detail, for the last scored month. Points are exact: each row is a
    scenario that was scored like the month itself. -#}
with scenarios as (

    select * from {{ ref('int_scenarios') }}

),

-- where a scenario names no metric, the one that it changes most
metrics_by_change as (

    select
        scenario_id,
        metric,
        row_number() over (
            partition by scenario_id
            order by abs(exact_points - exact_points_now) desc, metric asc
        ) as change_rank
    from {{ ref('int_scenario_metrics') }}

),

recommendations as (

    select
        scenarios.*,
        scenario_designations.as_of_month,
        coalesce(scenarios.metric, metrics_by_change.metric) as changed_metric,
        tracks.value_unit as missing_unit,
        metrics.metric_name,
        customers.customer_name,
        certifications.title as certification_title,
        scored_months.as_of_month as deadline_month,
        scenario_designations.total_points - scenario_designations.total_points_now as points_change,
        scenario_designations.total_points as total_points_then,
        scenario_designations.is_qualified and not scenario_designations.is_qualified_now as reaches_designation,
        scenario_designations.is_qualified_now and not scenario_designations.is_qualified as loses_designation
    from scenarios
    inner join {{ ref('int_scenario_designations') }} as scenario_designations
        on scenarios.scenario_id = scenario_designations.scenario_id
    inner join metrics_by_change
        on
            scenarios.scenario_id = metrics_by_change.scenario_id
            and metrics_by_change.change_rank = 1
    inner join {{ ref('tracks') }} as tracks
        on scenarios.track = tracks.track
    left join {{ ref('int_scored_months') }} as scored_months
        on scenarios.deadline_month_number = scored_months.month_number
    left join {{ ref('dim_metric') }} as metrics
        on coalesce(scenarios.metric, metrics_by_change.metric) = metrics.metric
    left join {{ ref('dim_customer') }} as customers
        on scenarios.pga_mpn_id = customers.pga_mpn_id and scenarios.subject_id = customers.customer_tenant_id
    left join {{ ref('certifications') }} as certifications
        on scenarios.detail = certifications.certification_id

)

select
    pga_mpn_id,
    ruleset_id,
    as_of_month,
    kind,
    changed_metric as metric,
    track,
    subject_type,
    subject_id,
    detail,
    cast(missing_value as decimal(28, 10)) as missing_value,
    cast(missing_active_value as decimal(18, 4)) as missing_active_value,
    missing_unit,
    deadline_month,
    deadline_date,
    cast(greatest(points_change, 0) as decimal(5, 2)) as points_gain,
    cast(greatest(-points_change, 0) as decimal(5, 2)) as points_at_risk,
    total_points_then,
    reaches_designation,
    loses_designation,
    cast(
        rank() over (
            partition by pga_mpn_id, ruleset_id
            -- to do what would cost points is no recommendation: it ranks behind those that gain none
            order by
                case
                    when kind in ('about_to_drop', 'certification_expiring') then greatest(-points_change, 0)
                    else points_change
                end desc
        ) as integer
    ) as points_rank,
    {{ recommendation_sentence() }} as sentence
from recommendations
-- a certification that expires matters only when points go with it
where kind != 'certification_expiring' or points_change < 0
