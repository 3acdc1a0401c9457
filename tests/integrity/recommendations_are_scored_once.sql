-- Every scenario is scored for the last month, and none changes the actual score.
select
    recommendations.pga_mpn_id,
    recommendations.ruleset_id,
    recommendations.kind,
    recommendations.subject_id
from {{ ref('fct_recommendation') }} as recommendations
inner join {{ ref('fct_designation') }} as designations
    on
        recommendations.pga_mpn_id = designations.pga_mpn_id
        and recommendations.ruleset_id = designations.ruleset_id
        and recommendations.as_of_month = designations.as_of_month
where
    recommendations.total_points_then
    != designations.total_points + recommendations.points_gain - recommendations.points_at_risk
