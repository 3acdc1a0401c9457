{#- What the last month's skilling would be if one certification expired or one more were passed. -#}
with held_certifications as (

    select
        held_certifications.*,
        scored_months.month_end_date + {{ var('recommendation_expiry_days') }} as horizon_date
    from {{ ref('int_held_certifications') }} as held_certifications
    inner join {{ ref('int_scored_months') }} as scored_months
        on held_certifications.month_number = scored_months.month_number
    where scored_months.is_last_scored_month

),

individual_steps as (

    select individual_steps.*
    from {{ ref('int_individual_steps') }} as individual_steps
    inner join {{ ref('int_scored_months') }} as scored_months
        on individual_steps.month_number = scored_months.month_number
    where scored_months.is_last_scored_month

),

steps as (

    select * from {{ ref('skilling_steps') }}

),

step_certifications as (

    select * from {{ ref('skilling_step_certifications') }}

),

usage_history as (

    select * from {{ ref('int_usage_history') }}

),

rulesets as (

    select * from {{ ref('int_rulesets') }}

),

last_months as (

    select * from {{ ref('int_scored_months') }}
    where is_last_scored_month

),

individuals as (

    select distinct
        pga_mpn_id,
        ruleset_id,
        individual_id,
        month_number
    from individual_steps

),

partners as (

    select distinct
        usage_history.pga_mpn_id,
        rulesets.ruleset_id,
        last_months.month_number
    from usage_history
    cross join rulesets
    cross join last_months

),

certifications_worth_points as (

    select
        step_certifications.ruleset_id,
        step_certifications.certification_id,
        step_certifications.step,
        count(*) over (
            partition by step_certifications.ruleset_id, step_certifications.certification_id
        ) as step_count
    from step_certifications
    cross join last_months
    where
        step_certifications.points_eligible_until is null
        or step_certifications.points_eligible_until >= last_months.month_end_date

),

-- to pass for a step the one that completes no other, where there is one
ranked_choices as (

    select
        *,
        row_number() over (
            partition by ruleset_id, step
            order by step_count asc, certification_id asc
        ) as choice_rank
    from certifications_worth_points

),

choices as (

    select * from ranked_choices
    where choice_rank = 1

),

expiring_certifications as (

    select
        pga_mpn_id,
        ruleset_id,
        individual_id,
        month_number,
        certification_id,
        max(end_date) as end_date
    from held_certifications
    group by pga_mpn_id, ruleset_id, individual_id, month_number, certification_id, horizon_date
    having count(*) = count(end_date) and max(end_date) <= horizon_date

),

individual_gaps as (

    select
        individuals.pga_mpn_id,
        individuals.ruleset_id,
        individuals.individual_id,
        individuals.month_number,
        min(steps.step) as step,
        count(*) as gap_count
    from individuals
    inner join steps
        on individuals.ruleset_id = steps.ruleset_id and steps.held_by = 'individual'
    left join individual_steps
        on
            individuals.pga_mpn_id = individual_steps.pga_mpn_id
            and individuals.ruleset_id = individual_steps.ruleset_id
            and individuals.individual_id = individual_steps.individual_id
            and steps.step = individual_steps.step
    where individual_steps.step is null
    group by individuals.pga_mpn_id, individuals.ruleset_id, individuals.individual_id, individuals.month_number

),

organization_gaps as (

    select
        partners.pga_mpn_id,
        partners.ruleset_id,
        partners.month_number,
        steps.step,
        steps.minimum_individuals - count(individual_steps.step) as gap_count
    from partners
    inner join steps
        on partners.ruleset_id = steps.ruleset_id and steps.held_by = 'organization'
    left join individual_steps
        on
            partners.pga_mpn_id = individual_steps.pga_mpn_id
            and partners.ruleset_id = individual_steps.ruleset_id
            and steps.step = individual_steps.step
    group by
        partners.pga_mpn_id,
        partners.ruleset_id,
        partners.month_number,
        steps.step,
        steps.minimum_individuals

),

scenarios as (

    select
        'certification_expiring' as kind,
        pga_mpn_id,
        ruleset_id,
        individual_id,
        month_number,
        certification_id,
        end_date
    from expiring_certifications

    union all

    select
        'missing_one_step' as kind,
        individual_gaps.pga_mpn_id,
        individual_gaps.ruleset_id,
        individual_gaps.individual_id,
        individual_gaps.month_number,
        choices.certification_id,
        cast(null as date) as end_date
    from individual_gaps
    inner join choices
        on
            individual_gaps.ruleset_id = choices.ruleset_id
            and individual_gaps.step = choices.step
    where individual_gaps.gap_count = 1

    union all

    select
        'missing_one_step' as kind,
        organization_gaps.pga_mpn_id,
        organization_gaps.ruleset_id,
        'any individual' as individual_id,
        organization_gaps.month_number,
        choices.certification_id,
        cast(null as date) as end_date
    from organization_gaps
    inner join choices
        on
            organization_gaps.ruleset_id = choices.ruleset_id
            and organization_gaps.step = choices.step
    where organization_gaps.gap_count = 1

)

select distinct
    kind || '/' || pga_mpn_id || '/' || ruleset_id || '/' || individual_id || '/' || certification_id as scenario_id,
    kind,
    pga_mpn_id,
    ruleset_id,
    individual_id,
    month_number,
    certification_id,
    end_date
from scenarios
