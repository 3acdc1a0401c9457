{% macro skilling_values(keys) -%}
    {#- The CTEs of the skilling rule (docs/rules.md, Skilling steps), of months as they are and of scenarios alike: they read
        `partners` (the keys and ruleset_id), `steps_held` (the keys, ruleset_id, individual and step) and `steps`. -#}
    organization_steps as (

        select
            {% for key in keys %}partners.{{ key }}, {% endfor %}
            steps.step,
            steps.points,
            count(steps_held.step) >= steps.minimum_individuals as is_met
        from partners
        inner join steps
            on partners.ruleset_id = steps.ruleset_id and steps.held_by = 'organization'
        left join steps_held
            on
                {% for key in keys %}partners.{{ key }} = steps_held.{{ key }} and {% endfor %}
                steps.step = steps_held.step
        group by {% for key in keys %}partners.{{ key }}, {% endfor %} steps.step, steps.points, steps.minimum_individuals

    ),

    organizations as (

        select
            {{ keys | join(', ') }},
            bool_and(is_met) as meets_every_step,
            sum(case when is_met then points else 0 end) as step_points
        from organization_steps
        group by {{ keys | join(', ') }}

    ),

    required_steps as (

        select
            ruleset_id,
            count(*) as step_count
        from steps
        where held_by = 'individual'
        group by ruleset_id

    ),

    complete_individuals as (

        select
            {% for key in keys %}steps_held.{{ key }}, {% endfor %}
            steps_held.individual_id
        from steps_held
        inner join steps
            on
                steps_held.ruleset_id = steps.ruleset_id
                and steps_held.step = steps.step
                and steps.held_by = 'individual'
        inner join required_steps
            on steps_held.ruleset_id = required_steps.ruleset_id
        group by
            {% for key in keys %}steps_held.{{ key }}, {% endfor %} steps_held.individual_id, required_steps.step_count
        having count(*) = required_steps.step_count

    ),

    individual_counts as (

        select
            {{ keys | join(', ') }},
            count(*) as individual_count
        from complete_individuals
        group by {{ keys | join(', ') }}

    ),

    skilling_values as (

        select
            {% for key in keys %}partners.{{ key }}, {% endfor %}
            coalesce(organizations.meets_every_step, true) as meets_every_step,
            case when coalesce(organizations.meets_every_step, true) then coalesce(individual_counts.individual_count, 0)
                else 0 end as individual_count,
            coalesce(organizations.step_points, 0) as step_points
        from partners
        left join organizations
            on {% for key in keys %}{{ 'and ' if not loop.first }}partners.{{ key }} = organizations.{{ key }} {% endfor %}
        left join individual_counts
            on {% for key in keys %}{{ 'and ' if not loop.first }}partners.{{ key }} = individual_counts.{{ key }} {% endfor %}

    )
{%- endmacro %}


{% macro step_points_met(holders) -%}
    {#- Of a partner's counts: one row per step, with the number of its holders. -#}
    sum(case when held_by = 'organization' and {{ holders }} >= minimum_individuals then points else 0 end)
{%- endmacro %}


{% macro individuals_counted(holders) -%}
    {#- As above. The holders of a step of individuals are those who hold all of them. -#}
    case
        when bool_and(held_by = 'individual' or {{ holders }} >= minimum_individuals)
            then coalesce(max(case when held_by = 'individual' then {{ holders }} end), 0)
        else 0
    end
{%- endmacro %}
