{#- Grain: PGA, rule set, kind, metric, subject and detail, for the last scored month. Points are exact: each row is a
    scenario that was scored like the month itself. -#}
with changed_metrics as (

    select
        scenario_id,
        metric,
        row_number() over (partition by scenario_id order by abs(exact_points - exact_points_now) desc, metric asc)
            as change_rank
    from {{ ref('int_scenario_metrics') }}

),

recommendations as (

    select
        scenarios.*,
        totals.as_of_month,
        -- where a scenario names no metric, the one that it changes most
        coalesce(scenarios.metric, changed_metrics.metric) as changed_metric,
        tracks.value_unit as missing_unit,
        metrics.metric_name,
        customers.customer_name,
        certifications.title as certification_title,
        months.as_of_month as deadline_month,
        totals.total_points - totals.total_points_now as points_change,
        totals.total_points as total_points_then,
        totals.is_qualified and not totals.is_qualified_now as reaches_designation,
        totals.is_qualified_now and not totals.is_qualified as loses_designation
    from {{ ref('int_scenarios') }} as scenarios
    inner join {{ ref('int_scenario_designations') }} as totals on scenarios.scenario_id = totals.scenario_id
    inner join changed_metrics
        on scenarios.scenario_id = changed_metrics.scenario_id and changed_metrics.change_rank = 1
    inner join {{ ref('tracks') }} as tracks on scenarios.track = tracks.track
    left join {{ ref('int_scored_months') }} as months on scenarios.deadline_month_number = months.month_number
    left join {{ ref('dim_metric') }} as metrics on coalesce(scenarios.metric, changed_metrics.metric) = metrics.metric
    left join {{ ref('dim_customer') }} as customers
        on scenarios.pga_mpn_id = customers.pga_mpn_id and scenarios.subject_id = customers.customer_tenant_id
    left join {{ ref('certifications') }} as certifications on scenarios.detail = certifications.certification_id

),

told as (

    select
        *,
        points_change > 0 or (points_change < 0 and deadline_month is not null) as is_next_action,
        rank() over (
            partition by pga_mpn_id, ruleset_id
            -- to do what would cost points is no recommendation: it ranks behind those that gain none
            order by
                case
                    when kind in ('about_to_drop', 'certification_expiring') then greatest(-points_change, 0)
                    else points_change
                end desc
        ) as points_rank,
        {{ recommendation_sentence() }} as sentence
    from recommendations
    -- a certification that expires matters only when points go with it
    where kind != 'certification_expiring' or points_change < 0

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
    cast(points_rank as integer) as points_rank,
    case
        when is_next_action then cast(
            row_number() over (
                partition by pga_mpn_id, ruleset_id, is_next_action
                -- what decides the designation comes first, and of that what ends soonest
                order by
                    case when reaches_designation or loses_designation then 1 else 2 end asc,
                    case when loses_designation then coalesce(deadline_date, deadline_month) end asc nulls last,
                    points_rank asc,
                    sentence asc
            ) as integer
        )
    end as action_rank,
    sentence
from told
