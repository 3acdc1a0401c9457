{#- From month to month of the outlook, person by person: the steps that the organization meets, and the individuals who
    hold all steps of individuals (step 0). Running counts: macro skilling_values for each would square the people. -#}
{%- set person = ['pga_mpn_id', 'ruleset_id', 'month_number', 'individual_id'] %}
with steps as (

    select
        *,
        case when held_by = 'organization' then step else 0 end as counted_step,
        case when held_by = 'organization' then 1 else count(*) over rulesets end as steps_needed
    from {{ ref('skilling_steps') }}
    window rulesets as (partition by ruleset_id, held_by)

),

holders as (

    select
        steps_held.{{ person | join(', steps_held.') }},
        steps.counted_step
    from {{ ref('int_individual_steps') }} as steps_held
    inner join {{ ref('int_scored_months') }} as scored_months on steps_held.month_number = scored_months.month_number
    inner join steps on {{ equal_keys('steps_held', 'steps', ['ruleset_id', 'step']) }}
    where scored_months.is_last_scored_month or scored_months.is_outlook
    group by steps_held.{{ person | join(', steps_held.') }}, steps.counted_step, steps.steps_needed
    having count(*) = steps.steps_needed

),

-- held in the month, and no more from the month before; the row without individual is all who held it then
gained_and_lost as (

    {% for who, later, change in [('individual_id', 0, 1), ('individual_id', 1, -1), ("'' as individual_id", 1, 1)] -%}
        {{ 'union all' if not loop.first }}
        select
            pga_mpn_id,
            ruleset_id,
            {{ who }},
            counted_step,
            month_number + {{ later }} as month_number,
            {{ change }} as holder_change
        from holders
    {% endfor %}
),

holder_changes as (

    select
        {{ person | join(', ') }},
        counted_step,
        sum(holder_change) as holder_change
    from gained_and_lost
    group by {{ person | join(', ') }}, counted_step
    having sum(holder_change) != 0

),

people as (

    select
        {{ person | join(', ') }},
        case when min(holder_change) < 0 then 'certification_ends' else 'certification_begins' end as kind,
        row_number() over (
            partition by pga_mpn_id, ruleset_id, month_number
            order by case when individual_id = '' then 0 else 1 end, sign(min(holder_change)), individual_id
        ) as person_rank
    from holder_changes
    group by {{ person | join(', ') }}

),

holders_then as (

    select
        people.*,
        steps.held_by,
        steps.points,
        steps.minimum_individuals,
        coalesce(holder_changes.holder_change, 0) as holder_change,
        sum(coalesce(holder_changes.holder_change, 0)) over (
            partition by people.pga_mpn_id, people.ruleset_id, people.month_number, steps.step
            order by people.person_rank
        ) as holders
    from people
    inner join {{ ref('int_scored_months') }} as months
        on people.month_number = months.month_number and months.is_outlook
    inner join steps on people.ruleset_id = steps.ruleset_id
    left join holder_changes
        on {{ equal_keys('people', 'holder_changes', person) }} and steps.counted_step = holder_changes.counted_step

)

select
    {{ person | join(', ') }},
    kind,
    person_rank,
    {{ individuals_counted('holders') }} - {{ individuals_counted('holders - holder_change') }} as value_change,
    {{ step_points_met('holders') }} - {{ step_points_met('holders - holder_change') }} as step_points_change
from holders_then
where individual_id != ''
group by {{ person | join(', ') }}, kind, person_rank
