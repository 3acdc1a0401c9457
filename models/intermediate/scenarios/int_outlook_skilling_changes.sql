{#- From month to month of the outlook, person by person: what becomes of the steps that the organization meets, and of
    the individuals who hold all steps of individuals. Running counts: macro skilling_values, asked anew for every person,
    would take the square of the people. -#}
{%- set person = ['pga_mpn_id', 'ruleset_id', 'month_number', 'individual_id'] %}
with scored_months as (

    select * from {{ ref('int_scored_months') }}

),

-- all steps of individuals count as one, here step 0
steps as (

    select
        *,
        case when held_by = 'organization' then step else 0 end as counted_step,
        case when held_by = 'organization' then 1 else count(*) over (partition by ruleset_id, held_by) end as steps_needed
    from {{ ref('skilling_steps') }}

),

holders as (

    select
        {% for key in person %}steps_held.{{ key }}, {% endfor %}
        steps.counted_step
    from {{ ref('int_individual_steps') }} as steps_held
    inner join scored_months on steps_held.month_number = scored_months.month_number
    inner join steps on {{ equal_keys('steps_held', 'steps', ['ruleset_id', 'step']) }}
    where scored_months.is_last_scored_month or scored_months.is_outlook
    group by {% for key in person %}steps_held.{{ key }}, {% endfor %} steps.counted_step, steps.steps_needed
    having count(*) = steps.steps_needed

),

-- a row without individual stands for all who held the step the month before
holder_changes as (

    select
        {{ person | join(', ') }},
        counted_step,
        sum(holder_change) as holder_change
    from (
        select *, 1 as holder_change from holders
        union all
        select pga_mpn_id, ruleset_id, month_number + 1, individual_id, counted_step, -1 from holders
        union all
        select pga_mpn_id, ruleset_id, month_number + 1, '', counted_step, 1 from holders
    ) as gained_and_lost
    where month_number in (select scored_months.month_number from scored_months where scored_months.is_outlook)
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
