-- A recommendation starts from the actual score: from that of the last month, or, to keep what a month of the outlook
-- would lose, from that month's. A deadline that the outlook does not reach is none of its months.
select
    recommendations.pga_mpn_id,
    recommendations.ruleset_id,
    recommendations.kind,
    recommendations.subject_id
from {{ ref('fct_recommendation') }} as recommendations
left join {{ ref('fct_designation') }} as designations
    on
        recommendations.pga_mpn_id = designations.pga_mpn_id
        and recommendations.ruleset_id = designations.ruleset_id
        and recommendations.as_of_month = designations.as_of_month
left join {{ ref('fct_designation_outlook') }} as outlook
    on
        recommendations.pga_mpn_id = outlook.pga_mpn_id
        and recommendations.ruleset_id = outlook.ruleset_id
        and recommendations.deadline_month = outlook.outlook_month
where
    designations.total_points is null
    or (recommendations.kind = 'about_to_drop' and outlook.total_points is null)
    or recommendations.total_points_then != coalesce(
        outlook.total_points,
        designations.total_points + recommendations.points_gain - recommendations.points_at_risk
    )
