{#- What people would change in the month: a certification to pass, or to keep, is there with every step that it
    completes and still earns points for. One that ends after the outlook is taken out of the last month. -#}
with partners as (

    select
        scenarios.*,
        scored_months.month_end_date,
        scenarios.kind = 'certification_expiring' and scored_months.is_last_scored_month as is_taken_out
    from {{ ref('int_scenarios') }} as scenarios
    inner join {{ ref('int_scored_months') }} as scored_months
        on scenarios.month_number = scored_months.month_number
    where scenarios.subject_type = 'individual'

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
            not partners.is_taken_out
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
        not partners.is_taken_out
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
