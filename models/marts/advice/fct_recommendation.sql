{#- Grain: PGA, rule set, kind, metric, subject and detail, for the last scored month. Points are exact: each row is a
    scenario that was scored like the month itself. -#}
with tenant_scenarios as (

    select * from {{ ref('int_tenant_scenarios') }}

),

skilling_scenarios as (

    select * from {{ ref('int_skilling_scenarios') }}

),

workloads as (

    select * from {{ ref('int_workloads') }}

),

scored_metrics as (

    select * from {{ ref('int_scored_metrics') }}

),

scored_designations as (

    select * from {{ ref('int_scored_designations') }}

),

tracks as (

    select * from {{ ref('tracks') }}

),

track_criteria as (

    select * from {{ ref('int_track_criteria') }}

),

scored_months as (

    select * from {{ ref('int_scored_months') }}

),

skilling_metrics as (

    select
        ruleset_id,
        metric
    from track_criteria
    where track = 'skilling'

),

scenarios as (

    select
        tenant_scenarios.scenario_id,
        tenant_scenarios.kind,
        tenant_scenarios.pga_mpn_id,
        tenant_scenarios.ruleset_id,
        tenant_scenarios.metric,
        tenant_scenarios.track,
        'customer_tenant' as subject_type,
        tenant_scenarios.customer_tenant_id as subject_id,
        workloads.workload as detail,
        tenant_scenarios.missing_value,
        tenant_scenarios.missing_active_value,
        tenant_scenarios.deadline_month_number,
        cast(null as date) as deadline_date
    from tenant_scenarios
    left join workloads
        on tenant_scenarios.workload_number = workloads.workload_number

    union all

    select
        skilling_scenarios.scenario_id,
        skilling_scenarios.kind,
        skilling_scenarios.pga_mpn_id,
        skilling_scenarios.ruleset_id,
        skilling_metrics.metric,
        'skilling' as track,
        'individual' as subject_type,
        skilling_scenarios.individual_id as subject_id,
        skilling_scenarios.certification_id as detail,
        1 as missing_value,
        null as missing_active_value,
        {{ month_number('skilling_scenarios.end_date') }} as deadline_month_number,
        skilling_scenarios.end_date as deadline_date
    from skilling_scenarios
    inner join skilling_metrics
        on skilling_scenarios.ruleset_id = skilling_metrics.ruleset_id

),

metric_changes as (

    select
        scenario_metrics.scenario_id,
        scenario_metrics.metric,
        scenario_metrics.exact_points - actual_metrics.exact_points as points_change,
        row_number() over (
            partition by scenario_metrics.scenario_id
            order by abs(scenario_metrics.exact_points - actual_metrics.exact_points) desc, scenario_metrics.metric asc
        ) as change_rank
    from scored_metrics as scenario_metrics
    inner join scored_metrics as actual_metrics
        on
            actual_metrics.scenario_id = 'actual'
            and scenario_metrics.pga_mpn_id = actual_metrics.pga_mpn_id
            and scenario_metrics.ruleset_id = actual_metrics.ruleset_id
            and scenario_metrics.metric = actual_metrics.metric
            and scenario_metrics.month_number = actual_metrics.month_number
    where scenario_metrics.scenario_id != 'actual'

),

totals as (

    select
        scenario_totals.scenario_id,
        scenario_totals.as_of_month,
        scenario_totals.total_points,
        scenario_totals.total_points - actual_totals.total_points as points_change,
        scenario_totals.is_qualified,
        actual_totals.is_qualified as is_qualified_now
    from scored_designations as scenario_totals
    inner join scored_designations as actual_totals
        on
            actual_totals.scenario_id = 'actual'
            and scenario_totals.pga_mpn_id = actual_totals.pga_mpn_id
            and scenario_totals.ruleset_id = actual_totals.ruleset_id
            and scenario_totals.month_number = actual_totals.month_number
    where scenario_totals.scenario_id != 'actual'

),

recommendations as (

    select
        scenarios.pga_mpn_id,
        scenarios.ruleset_id,
        totals.as_of_month,
        scenarios.kind,
        coalesce(scenarios.metric, metric_changes.metric) as metric,
        scenarios.track,
        scenarios.subject_type,
        scenarios.subject_id,
        scenarios.detail,
        scenarios.missing_value,
        scenarios.missing_active_value,
        tracks.value_unit as missing_unit,
        scored_months.as_of_month as deadline_month,
        scenarios.deadline_date,
        case when totals.points_change > 0 then totals.points_change else 0 end as points_gain,
        case when totals.points_change < 0 then -totals.points_change else 0 end as points_at_risk,
        totals.total_points as total_points_then,
        totals.is_qualified and not totals.is_qualified_now as reaches_designation,
        totals.is_qualified_now and not totals.is_qualified as loses_designation
    from scenarios
    inner join totals
        on scenarios.scenario_id = totals.scenario_id
    inner join metric_changes
        on
            scenarios.scenario_id = metric_changes.scenario_id
            and metric_changes.change_rank = 1
    inner join tracks
        on scenarios.track = tracks.track
    left join scored_months
        on scenarios.deadline_month_number = scored_months.month_number
    -- a certification that expires matters only when points go with it
    where scenarios.kind != 'certification_expiring' or totals.points_change < 0

)

select
    pga_mpn_id,
    ruleset_id,
    as_of_month,
    kind,
    metric,
    track,
    subject_type,
    subject_id,
    detail,
    cast(missing_value as decimal(28, 10)) as missing_value,
    cast(missing_active_value as decimal(18, 4)) as missing_active_value,
    missing_unit,
    deadline_month,
    deadline_date,
    cast(points_gain as decimal(5, 2)) as points_gain,
    cast(points_at_risk as decimal(5, 2)) as points_at_risk,
    total_points_then,
    reaches_designation,
    loses_designation,
    cast(
        rank() over (
            partition by pga_mpn_id, ruleset_id
            -- to do what would cost points is no recommendation: it ranks behind those that gain none
            order by
                case
                    when kind in ('about_to_drop', 'certification_expiring') then points_at_risk
                    else points_gain - points_at_risk
                end desc
        ) as integer
    ) as points_rank
from recommendations
