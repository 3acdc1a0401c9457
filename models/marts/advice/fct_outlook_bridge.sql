{#- Grain: PGA, rule set, outlook month, cause. The points of a month's causes add up to the change of its total: each
    is the difference of two totals, with this cause and all before it, and with all before it. -#}
{%- set cause = ['pga_mpn_id', 'ruleset_id', 'month_number', 'metric', 'track', 'kind', 'subject_type'] -%}
with recommendations as (

    select distinct
        pga_mpn_id,
        ruleset_id,
        metric,
        track,
        subject_id,
        {{ month_number('deadline_month') }} as month_number,
        kind as recommendation_kind,
        case kind when 'about_to_drop' then 'customer_drops_out' else 'certification_ends' end as kind
    from {{ ref('fct_recommendation') }}
    where kind in ('about_to_drop', 'certification_expiring') and points_at_risk > 0

),

causes as (

    select
        causes.*,
        recommendations.recommendation_kind,
        case
            when causes.exact_points_after = causes.exact_points_before and recommendations.kind is null
                then causes.exact_points_after
        end as unmoved_points
    from {{ ref('int_outlook_causes') }} as causes
    left join recommendations
        on {{ equal_keys('causes', 'recommendations', cause[:-1] + ['subject_id']) }}

),

-- causes of a kind that move nothing, with nothing between them that does, are one row
rows_told as (

    select
        {{ cause | join(', ') }},
        recommendation_kind,
        case when sum(subjects) = 1 then max(subject_id) end as subject_id,
        sum(subjects) as subjects,
        min(cause_rank) as cause_rank,
        sum(value_change) as value_change,
        sum(exact_points_after - exact_points_before) as exact_points_change
    from causes
    group by
        {{ cause | join(', ') }}, recommendation_kind, unmoved_points,
        case when unmoved_points is null then cause_rank end

),

numbered as (

    select
        rows_told.*,
        scored_months.as_of_month,
        row_number() over month_causes as cause_number,
        designations.total_exact_points + sum(rows_told.exact_points_change) over month_causes as exact_points_after
    from rows_told
    inner join {{ ref('int_scored_months') }} as scored_months
        on rows_told.month_number = scored_months.month_number
    inner join {{ ref('int_scored_designations') }} as designations
        on
            {{ equal_keys('rows_told', 'designations', ['pga_mpn_id', 'ruleset_id']) }}
            and rows_told.month_number = designations.month_number + 1
    window
        month_causes as (
            partition by rows_told.pga_mpn_id, rows_told.ruleset_id, rows_told.month_number
            order by rows_told.metric, rows_told.track, rows_told.cause_rank
        )

)

select
    pga_mpn_id,
    ruleset_id,
    as_of_month as outlook_month,
    cast(cause_number as integer) as cause_number,
    kind,
    metric,
    track,
    subject_type,
    subject_id,
    cast(subjects as integer) as subjects,
    cast(value_change as decimal(28, 10)) as value_change,
    cast(
        {{ round_up_to_hundredth('exact_points_after') }}
        - {{ round_up_to_hundredth('exact_points_after - exact_points_change') }} as decimal(5, 2)
    ) as points,
    {{ round_up_to_hundredth('exact_points_after') }} as total_points_after,
    recommendation_kind
from numbered
