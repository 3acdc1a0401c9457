/* What would raise or save the score most? One row per recommendation with points, best first, for the last scored
   month.

   Each row is one change by itself, scored like the month. `total_points_then` is the total with a change that
   gains points, and the total without one that keeps them. Gains of several rows do not add up where they share
   a metric near its maximum. `missing_value` is what it takes, in `missing_unit`; `deadline` is the day or the
   month in which it is gone if nothing happens. Individuals are pseudonyms: restricted.individuals says who they
   are.

   Set a rule set; empty stands for the rules in force, each partner on its better path. */
{% set ruleset_id = var('ruleset_id', '') %}

select
    recommendations.pga_mpn_id,
    recommendations.ruleset_id,
    recommendations.points_rank,
    recommendations.kind,
    coalesce(customers.customer_name, recommendations.subject_id) as subject,
    recommendations.metric,
    recommendations.track,
    recommendations.detail,
    recommendations.missing_value,
    recommendations.missing_active_value,
    recommendations.missing_unit,
    coalesce(recommendations.deadline_date, recommendations.deadline_month) as deadline,
    recommendations.points_gain,
    recommendations.points_at_risk,
    recommendations.total_points_then,
    recommendations.reaches_designation,
    recommendations.loses_designation
from {{ ref('fct_recommendation') }} as recommendations
inner join {{ ref('fct_designation') }} as designations
    on
        recommendations.pga_mpn_id = designations.pga_mpn_id
        and recommendations.ruleset_id = designations.ruleset_id
        and recommendations.as_of_month = designations.as_of_month
left join {{ ref('dim_customer') }} as customers
    on
        recommendations.pga_mpn_id = customers.pga_mpn_id
        and recommendations.subject_id = customers.customer_tenant_id
where
    {% if ruleset_id -%}
        recommendations.ruleset_id = '{{ ruleset_id }}'
    {%- else -%}
        designations.is_headline
    {%- endif %}
    and recommendations.points_gain + recommendations.points_at_risk > 0
order by
    recommendations.pga_mpn_id asc,
    recommendations.points_rank asc,
    recommendations.kind asc,
    subject asc
