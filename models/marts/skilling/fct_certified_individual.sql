{#- Grain: PGA, rule set, as-of month, individual who holds any step. Rule: docs/rules.md, Skilling steps;
    individual_id is a pseudonym, restricted.individuals says whose. -#}
with steps_held as (

    select * from {{ ref('int_individual_steps') }}

),

steps as (

    select * from {{ ref('skilling_steps') }}

),

skilling_values as (

    select * from {{ ref('int_skilling_values') }}

),

scored_months as (

    select * from {{ ref('int_scored_months') }}
    where not is_outlook

),

individuals as (

    select distinct
        steps_held.pga_mpn_id,
        steps_held.ruleset_id,
        scored_months.as_of_month,
        steps_held.month_number,
        steps_held.individual_id
    from steps_held
    inner join scored_months
        on steps_held.month_number = scored_months.month_number

),

step_lists as (

    select
        individuals.pga_mpn_id,
        individuals.ruleset_id,
        individuals.as_of_month,
        individuals.month_number,
        individuals.individual_id,
        {% for step in range(1, 4) -%}
            bool_or(steps.step = {{ step }} and steps_held.step is not null) as is_step_{{ step }}_held,
        {% endfor -%}
        {{ join_texts("steps_held.step", "steps.step") }} as held_steps,
        {{ join_texts(
            "case when steps_held.step is null and steps.held_by = 'individual' then steps.step end", "steps.step"
        ) }} as missing_steps,
        {{ join_texts("case when steps.held_by = 'organization' then steps_held.step end", "steps.step") }}
            as organization_steps_filled,
        bool_and(case when steps.held_by = 'individual' then steps_held.step is not null end) as is_complete,
        min(steps_held.end_date) as next_expiration_date
    from individuals
    inner join steps
        on individuals.ruleset_id = steps.ruleset_id
    left join steps_held
        on
            individuals.pga_mpn_id = steps_held.pga_mpn_id
            and individuals.ruleset_id = steps_held.ruleset_id
            and individuals.individual_id = steps_held.individual_id
            and individuals.month_number = steps_held.month_number
            and steps.step = steps_held.step
    group by
        individuals.pga_mpn_id,
        individuals.ruleset_id,
        individuals.as_of_month,
        individuals.month_number,
        individuals.individual_id

)

select
    step_lists.pga_mpn_id,
    step_lists.ruleset_id,
    step_lists.as_of_month,
    step_lists.individual_id,
    {% for step in range(1, 4) -%}
        step_lists.is_step_{{ step }}_held,
    {% endfor -%}
    step_lists.held_steps,
    step_lists.missing_steps,
    step_lists.organization_steps_filled,
    coalesce(step_lists.is_complete and skilling_values.meets_every_step, false) as is_counted,
    step_lists.next_expiration_date
from step_lists
inner join skilling_values
    on
        step_lists.pga_mpn_id = skilling_values.pga_mpn_id
        and step_lists.ruleset_id = skilling_values.ruleset_id
        and step_lists.month_number = skilling_values.month_number
