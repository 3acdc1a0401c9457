{#- Grain: PGA, rule set, metric, track, as-of month, tenant. A view: rule sets whose tracks measure alike share its
    rows. Rule: spec section 4; contributions sum to the change of fct_metric_track. -#}
with contributions as (

    select * from {{ ref('int_tenant_contributions') }}
    where scenario_key = 0

),

texts as (

    select * from {{ ref('int_texts') }}

),

track_criteria as (

    select * from {{ ref('int_track_criteria') }}

),

scored_months as (

    select * from {{ ref('int_scored_months') }}
    where not is_outlook

)

select
    contributions.pga_mpn_id,
    track_criteria.ruleset_id,
    track_criteria.metric,
    track_criteria.track,
    contributions.as_of_month,
    texts.normalized_text as customer_tenant_id,
    contributions.deciding_workload,
    cast(coalesce(contributions.current_tenant_value, 0) as decimal(28, 10)) as current_value,
    cast(coalesce(contributions.prior_tenant_value, 0) as decimal(28, 10)) as prior_value,
    contributions.is_counted_current,
    contributions.is_counted_prior,
    cast(contributions.current_value - contributions.prior_value as decimal(28, 10)) as contribution,
    case
        when contributions.current_threshold_value is null and contributions.prior_threshold_value is null
            then contributions.exclusion_reason
        when contributions.is_counted_current or contributions.is_counted_prior
            then
                case
                    when contributions.measure = 'sum' and contributions.current_value > contributions.prior_value
                        then 'grew'
                    when contributions.measure = 'sum' and contributions.current_value < contributions.prior_value
                        then 'shrank'
                    when not contributions.is_counted_prior then 'new'
                    when not contributions.is_counted_current then 'lost'
                    else 'kept'
                end
        when contributions.is_inside_band then 'active_share_too_low'
        when contributions.is_above_band then 'above_band'
        else 'below_threshold'
    end as reason,
    cast(contributions.minimum_value - coalesce(contributions.current_threshold_value, 0) as decimal(28, 10))
        as distance_to_threshold
from contributions
-- before the criteria, which make several rows of one
inner join texts
    on contributions.customer_tenant_key = texts.text_key
inner join scored_months
    on contributions.month_number = scored_months.month_number
inner join track_criteria
    on contributions.criterion_id = track_criteria.criterion_id
