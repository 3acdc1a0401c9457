{#- Grain: PGA, month, metric or total that Partner Center's points were noted for. The first case that gives them
    explains them; a total that none gives may be that of metrics that differ. -#}
{%- set figure = ['pga_mpn_id', 'area', 'as_of_month', 'metric'] %}
with figures as (

    select * from {{ ref('int_partner_center_scores') }}
    where is_newest

),

candidates as (

    select * from {{ ref('int_variance_points') }}

),

-- cases are numbered in the order of the hypotheses, and the first is the score itself
explained as (

    select
        {% for key in figure %}figures.{{ key }}, {% endfor %}
        figures.points as partner_center_points,
        min(candidates.case_id) as own_case_id,
        min(case when candidates.points = figures.points then candidates.case_id end) as explaining_case_id
    from figures
    left join candidates
        on {{ equal_keys('figures', 'candidates', figure) }}
    group by
        {% for key in figure -%}
            figures.{{ key }},
        {% endfor -%}
        figures.points

),

beside_ours as (

    select
        explained.*,
        own.ruleset_id,
        own.points,
        own.points_of_unit,
        explaining.hypothesis_id,
        explaining.ruleset_id as explaining_ruleset_id,
        explaining.scored_month as explaining_month,
        explaining.known_on as explaining_export_date,
        -- of a total: what it would be if each metric had the exact points of what explains it
        {{ round_up_to_hundredth(
            "own.exact_points + sum(case when explained.metric != 'total' then "
            ~ "coalesce(explaining.exact_points, explained.partner_center_points) - own.exact_points else 0 end) over ("
            ~ "partition by explained.pga_mpn_id, explained.area, explained.as_of_month)"
        ) }} as points_of_metrics
    from explained
    left join candidates as own
        on explained.own_case_id = own.case_id and explained.metric = own.metric
    left join candidates as explaining
        on explained.explaining_case_id = explaining.case_id and explained.metric = explaining.metric

),

named as (

    select
        *,
        case
            when points is null then 'not_scored'
            when hypothesis_id is not null then hypothesis_id
            when metric = 'total' and points_of_metrics = partner_center_points then 'metrics_differ'
            else 'unexplained'
        end as explanation
    from beside_ours

)

select
    {% for key in figure %}named.{{ key }}, {% endfor %}
    named.ruleset_id,
    named.partner_center_points,
    named.points,
    cast(named.partner_center_points - named.points as decimal(9, 4)) as points_difference,
    cast(round((named.partner_center_points - named.points) / named.points_of_unit, 2) as decimal(9, 2))
        as units_difference,
    named.explanation,
    {{ filled_sentence('hypotheses.sentence', {
        'microsoft': 'cast(named.partner_center_points as decimal(9, 2))',
        'ours': 'named.points',
        'ruleset': 'rulesets.ruleset_name',
        'month': "left(cast(named.explaining_month as " ~ dbt.type_string() ~ "), 7)",
        'export': 'named.explaining_export_date',
    }) }} as evidence,
    named.explaining_ruleset_id,
    named.explaining_month,
    named.explaining_export_date
from named
inner join {{ ref('variance_hypotheses') }} as hypotheses
    on named.explanation = hypotheses.hypothesis_id
left join {{ ref('rulesets') }} as rulesets
    on named.explaining_ruleset_id = rulesets.ruleset_id
