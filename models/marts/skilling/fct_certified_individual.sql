{#- Grain: PGA, rule set, as-of month, individual who holds any step. Rule: docs/rules.md, Skilling steps;
    individual_id is a pseudonym, restricted.individuals says whose. -#}
with individual_steps as (

    select * from {{ ref('int_individual_steps') }}

),

steps as (

    select * from {{ ref('skilling_steps') }}

),

counted_individuals as (

    select * from {{ ref('int_certified_individuals') }}

),

scored_months as (

    select * from {{ ref('int_scored_months') }}
    where not is_outlook

),

individuals as (

    select distinct
        pga_mpn_id,
        ruleset_id,
        individual_id,
        month_number
    from individual_steps

),

individuals_beside_steps as (

    select
        individuals.pga_mpn_id,
        individuals.ruleset_id,
        individuals.individual_id,
        individuals.month_number,
        steps.step,
        steps.held_by,
        individual_steps.step is not null as is_held,
        individual_steps.end_date
    from individuals
    inner join steps
        on individuals.ruleset_id = steps.ruleset_id
    left join individual_steps
        on
            individuals.pga_mpn_id = individual_steps.pga_mpn_id
            and individuals.ruleset_id = individual_steps.ruleset_id
            and individuals.individual_id = individual_steps.individual_id
            and individuals.month_number = individual_steps.month_number
            and steps.step = individual_steps.step

),

step_lists as (

    select
        pga_mpn_id,
        ruleset_id,
        individual_id,
        month_number,
        {% for step in range(1, 4) -%}
            bool_or(step = {{ step }} and is_held) as is_step_{{ step }}_held,
        {% endfor -%}
        {{ join_texts("case when is_held then step end", "step") }} as held_steps,
        {{ join_texts("case when not is_held and held_by = 'individual' then step end", "step") }} as missing_steps,
        {{ join_texts("case when is_held and held_by = 'organization' then step end", "step") }}
            as organization_steps_filled,
        min(end_date) as next_expiration_date
    from individuals_beside_steps
    group by pga_mpn_id, ruleset_id, individual_id, month_number

)

select
    step_lists.pga_mpn_id,
    step_lists.ruleset_id,
    scored_months.as_of_month,
    step_lists.individual_id,
    {% for step in range(1, 4) -%}
        step_lists.is_step_{{ step }}_held,
    {% endfor -%}
    step_lists.held_steps,
    step_lists.missing_steps,
    step_lists.organization_steps_filled,
    counted_individuals.individual_id is not null as is_counted,
    step_lists.next_expiration_date
from step_lists
inner join scored_months
    on step_lists.month_number = scored_months.month_number
left join counted_individuals
    on
        step_lists.pga_mpn_id = counted_individuals.pga_mpn_id
        and step_lists.ruleset_id = counted_individuals.ruleset_id
        and step_lists.individual_id = counted_individuals.individual_id
        and step_lists.month_number = counted_individuals.month_number
