{#- What people would change in the last month: the certification that expires is gone, the one to pass is there with
    every step that it completes and still earns points for. Scored by the rule of int_skilling_values. -#}
with partners as (

    select
        scenarios.*,
        last_months.month_number,
        last_months.month_end_date
    from {{ ref('int_scenarios') }} as scenarios
    cross join {{ ref('int_scored_months') }} as last_months
    where scenarios.subject_type = 'individual' and last_months.is_last_scored_month

),

certifications as (

    select * from {{ ref('int_step_certifications') }}

),

step_certifications as (

    select * from {{ ref('skilling_step_certifications') }}

),

steps as (

    select * from {{ ref('skilling_steps') }}

),

steps_held as (

    select
        partners.scenario_id,
        partners.ruleset_id,
        certifications.individual_id,
        certifications.step
    from partners
    inner join certifications
        on
            partners.pga_mpn_id = certifications.pga_mpn_id
            and partners.ruleset_id = certifications.ruleset_id
    where
        certifications.completion_date <= partners.month_end_date
        and (certifications.end_date is null or certifications.end_date > partners.month_end_date)
        and (
            partners.kind != 'certification_expiring'
            or partners.subject_id != certifications.individual_id
            or partners.detail != certifications.certification_id
        )

    union

    select
        partners.scenario_id,
        partners.ruleset_id,
        partners.subject_id as individual_id,
        step_certifications.step
    from partners
    inner join step_certifications
        on
            partners.ruleset_id = step_certifications.ruleset_id
            and partners.detail = step_certifications.certification_id
    where
        partners.kind = 'missing_one_step'
        and coalesce(step_certifications.points_eligible_until, partners.month_end_date) >= partners.month_end_date

),

{{ skilling_values(['scenario_id']) }}

select
    partners.scenario_id,
    partners.metric,
    partners.track,
    skilling_values.individual_count - coalesce(values_now.individual_count, 0) as value_change,
    skilling_values.step_points - coalesce(values_now.step_points, 0) as step_points_change
from partners
inner join skilling_values
    on partners.scenario_id = skilling_values.scenario_id
left join {{ ref('int_skilling_values') }} as values_now
    on
        partners.pga_mpn_id = values_now.pga_mpn_id
        and partners.ruleset_id = values_now.ruleset_id
        and partners.month_number = values_now.month_number
