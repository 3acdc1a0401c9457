{#- What people would change in the month: a certification that goes is gone, one that comes is there with every
    step that it completes and still earns points for. Scored by the rule of int_skilling_values. -#}
with changes as (

    select * from {{ ref('int_scenario_certification_changes') }}

),

step_certifications as (

    select * from {{ ref('skilling_step_certifications') }}

),

steps as (

    select * from {{ ref('skilling_steps') }}

),

partners as (

    select distinct
        changes.scenario_id,
        changes.pga_mpn_id,
        changes.ruleset_id,
        changes.month_number,
        scored_months.month_end_date
    from changes
    inner join {{ ref('int_scored_months') }} as scored_months
        on changes.month_number = scored_months.month_number

),

steps_held as (

    select
        partners.scenario_id,
        partners.ruleset_id,
        certifications.individual_id,
        certifications.step
    from partners
    inner join {{ ref('int_step_certifications') }} as certifications
        on {{ equal_keys('partners', 'certifications', ['pga_mpn_id', 'ruleset_id']) }}
    left join changes
        on
            partners.scenario_id = changes.scenario_id
            and {{ equal_keys('certifications', 'changes', ['individual_id', 'certification_id']) }}
    where
        certifications.completion_date <= partners.month_end_date
        and (certifications.end_date is null or certifications.end_date > partners.month_end_date)
        and coalesce(changes.certification_change, 0) >= 0

    union

    select
        changes.scenario_id,
        changes.ruleset_id,
        changes.individual_id,
        step_certifications.step
    from changes
    inner join step_certifications
        on {{ equal_keys('changes', 'step_certifications', ['ruleset_id', 'certification_id']) }}
    inner join partners on changes.scenario_id = partners.scenario_id
    where
        changes.certification_change > 0
        and coalesce(step_certifications.points_eligible_until, partners.month_end_date) >= partners.month_end_date

),

{{ skilling_values(['scenario_id']) }}

select
    partners.scenario_id,
    criteria.metric,
    criteria.track,
    skilling_values.individual_count - coalesce(values_now.individual_count, 0) as value_change,
    skilling_values.step_points - coalesce(values_now.step_points, 0) as step_points_change
from partners
inner join {{ ref('int_track_criteria') }} as criteria
    on partners.ruleset_id = criteria.ruleset_id and criteria.track = 'skilling'
inner join skilling_values on partners.scenario_id = skilling_values.scenario_id
left join {{ ref('int_skilling_values') }} as values_now
    on
        {{ equal_keys('partners', 'values_now', ['pga_mpn_id', 'ruleset_id', 'month_number']) }}
