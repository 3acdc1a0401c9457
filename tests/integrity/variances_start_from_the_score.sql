-- The first case of every figure is scored by the macros anew, and must be what the marts say.
with scores as (

    select
        pga_mpn_id,
        ruleset_id,
        as_of_month,
        'total' as metric,
        total_points as points
    from {{ ref('fct_designation') }}
    where is_headline

    union all

    select
        metric_scores.pga_mpn_id,
        metric_scores.ruleset_id,
        metric_scores.as_of_month,
        metric_scores.metric,
        metric_scores.points
    from {{ ref('fct_metric_score') }} as metric_scores
    inner join {{ ref('fct_designation') }} as designations
        on
            metric_scores.pga_mpn_id = designations.pga_mpn_id
            and metric_scores.ruleset_id = designations.ruleset_id
            and metric_scores.as_of_month = designations.as_of_month
    where designations.is_headline

)

select
    variances.pga_mpn_id,
    variances.as_of_month,
    variances.metric,
    variances.points,
    scores.points as points_of_marts
from {{ ref('score_variance') }} as variances
left join scores
    on
        variances.pga_mpn_id = scores.pga_mpn_id
        and variances.as_of_month = scores.as_of_month
        and variances.metric = scores.metric
where
    variances.points is distinct from scores.points
    or variances.ruleset_id is distinct from scores.ruleset_id
