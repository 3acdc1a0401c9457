{#- A metric and a solution area are known by their own names and by every alias. -#}
with scores as (

    select * from {{ ref('stg_partner_center__partner_center_scores') }}

),

score_aliases as (

    select * from {{ ref('score_aliases') }}

),

known_names as (

    select
        'metric' as kind,
        metric as meaning,
        {{ normalize_text('metric') }} as known_name
    from {{ ref('metrics') }}

    union

    select
        'metric' as kind,
        metric as meaning,
        {{ normalize_text('metric_name') }} as known_name
    from {{ ref('metrics') }}

    union

    select
        'area' as kind,
        area as meaning,
        {{ normalize_text('area') }} as known_name
    from {{ ref('rulesets') }}

    union

    select
        kind,
        meaning,
        {{ normalize_text('alias') }} as known_name
    from score_aliases

),

named as (

    select
        scores.*,
        areas.meaning as area,
        metrics.meaning as metric,
        case
            when scores.reject_reason is not null then scores.reject_reason
            when areas.meaning is null then 'unknown_solution_area'
            when metrics.meaning is null then 'unknown_metric'
        end as first_reject_reason
    from scores
    left join known_names as areas
        on scores.solution_area = areas.known_name and areas.kind = 'area'
    left join known_names as metrics
        on scores.metric_name = metrics.known_name and metrics.kind = 'metric'

),

ranked as (

    select
        *,
        row_number() over (
            partition by pga_mpn_id, area, as_of_month, metric, first_reject_reason
            order by export_date desc, points asc
        ) as newest_rank
    from named

)

select
    export_date,
    pga_mpn_id,
    area,
    as_of_month,
    metric,
    points,
    first_reject_reason as reject_reason,
    first_reject_reason is null and newest_rank = 1 as is_newest,
    {{ rejected_row_list('first_reject_reason', 'source_row') }} as rejected_rows
from ranked
