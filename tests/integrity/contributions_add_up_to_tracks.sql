-- Every point can be traced to a customer: what tenants add is the track, now, a year ago, and in between; and as many
-- tenants add, take and leave it alone as the track counts.
with contributions as (

    select
        pga_mpn_id,
        ruleset_id,
        metric,
        track,
        as_of_month,
        sum(contribution) as contribution,
        count(case when contribution > 0 then 1 end) as positive_customers,
        count(case when contribution < 0 then 1 end) as negative_customers,
        count(case when contribution = 0 then 1 end) as neutral_customers,
        count(case when is_counted_current then 1 end) as current_tenants,
        count(case when is_counted_prior then 1 end) as prior_tenants,
        sum(case when is_counted_current then current_value else 0 end) as current_sum,
        sum(case when is_counted_prior then prior_value else 0 end) as prior_sum
    from {{ ref('fct_customer_contribution') }}
    group by pga_mpn_id, ruleset_id, metric, track, as_of_month

)

select
    tracks.pga_mpn_id,
    tracks.ruleset_id,
    tracks.metric,
    tracks.track,
    tracks.as_of_month,
    tracks.change_value,
    contributions.contribution,
    tracks.positive_customers,
    tracks.negative_customers,
    tracks.neutral_customers
from {{ ref('fct_metric_track') }} as tracks
inner join {{ ref('int_track_criteria') }} as criteria
    on
        tracks.ruleset_id = criteria.ruleset_id
        and tracks.metric = criteria.metric
        and tracks.track = criteria.track
full outer join contributions
    on
        tracks.pga_mpn_id = contributions.pga_mpn_id
        and tracks.ruleset_id = contributions.ruleset_id
        and tracks.metric = contributions.metric
        and tracks.track = contributions.track
        and tracks.as_of_month = contributions.as_of_month
where
    tracks.pga_mpn_id is null
    or (
        criteria.comparison_months is not null
        and (
            tracks.change_value != coalesce(contributions.contribution, 0)
            or tracks.current_value != coalesce(
                case criteria.measure when 'sum' then contributions.current_sum else contributions.current_tenants end,
                0
            )
            or tracks.prior_value != coalesce(
                case criteria.measure when 'sum' then contributions.prior_sum else contributions.prior_tenants end, 0
            )
            {% for count in ['positive_customers', 'negative_customers', 'neutral_customers'] -%}
                or tracks.{{ count }} != coalesce(contributions.{{ count }}, 0)
            {% endfor %}
        )
    )
    or (criteria.comparison_months is null) != (tracks.positive_customers is null)
