{#- Kind missing_one_step: an individual lacks one step, or the organization one holder. -#}
with last_months as (

    select * from {{ ref('int_scored_months') }}
    where is_last_scored_month

),

steps_held as (

    select individual_steps.*
    from {{ ref('int_individual_steps') }} as individual_steps
    inner join last_months on individual_steps.month_number = last_months.month_number

),

steps as (

    select * from {{ ref('skilling_steps') }}

),

certifications_worth_points as (

    select
        certifications.*,
        count(*) over (partition by certifications.ruleset_id, certifications.certification_id) as step_count
    from {{ ref('skilling_step_certifications') }} as certifications
    cross join last_months
    where coalesce(certifications.points_eligible_until, last_months.month_end_date) >= last_months.month_end_date

),

choices as (

    select
        *,
        row_number() over (partition by ruleset_id, step order by step_count asc, certification_id asc) as choice_rank
    from certifications_worth_points

),

individuals as (

    select distinct
        pga_mpn_id,
        ruleset_id,
        individual_id
    from steps_held

),

gaps as (

    select
        individuals.pga_mpn_id,
        individuals.ruleset_id,
        individuals.individual_id,
        min(steps.step) as step
    from individuals
    inner join steps
        on individuals.ruleset_id = steps.ruleset_id and steps.held_by = 'individual'
    left join steps_held
        on
            {{ equal_keys('individuals', 'steps_held', ['pga_mpn_id', 'ruleset_id', 'individual_id']) }}
            and steps.step = steps_held.step
    where steps_held.step is null
    group by individuals.pga_mpn_id, individuals.ruleset_id, individuals.individual_id
    having count(*) = 1

    union all

    select
        partners.pga_mpn_id,
        steps.ruleset_id,
        'any individual' as individual_id,
        steps.step
    from {{ ref('int_partners') }} as partners
    cross join steps
    inner join {{ ref('int_rulesets') }} as rulesets on steps.ruleset_id = rulesets.ruleset_id
    left join steps_held
        on
            partners.pga_mpn_id = steps_held.pga_mpn_id
            and {{ equal_keys('steps', 'steps_held', ['ruleset_id', 'step']) }}
    where steps.held_by = 'organization'
    group by partners.pga_mpn_id, steps.ruleset_id, steps.step, steps.minimum_individuals
    having steps.minimum_individuals - count(steps_held.step) = 1

)

select distinct
    'missing_one_step' as kind,
    gaps.pga_mpn_id,
    gaps.ruleset_id,
    gaps.individual_id,
    choices.certification_id,
    cast(null as date) as end_date
from gaps
inner join choices on {{ equal_keys('gaps', 'choices', ['ruleset_id', 'step']) }}
where choices.choice_rank = 1
