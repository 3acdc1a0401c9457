/* Why does a customer count, or not? One row per partner, rule set, metric and track, for one month.

   Read `reason` first: new, kept and grew bring something; lost and shrank take it away; anything else says why
   the customer is not counted. `distance_to_threshold` is what it lacks, in USD or seats (negative: that much
   above). `contribution` is its part of `track_change`; full units of that change are `track_units`, and the
   tracks of a metric together earn `metric_points`. `reason_month_before` shows what changed.

   Set the customer (a name or a tenant id), and, if you like, a month and a rule set; empty stands for the last
   scored month and for all rule sets. From the command line: dbt show --select explain_one_tenant --vars
   '{customer: ...}' */
{% set customer = var('customer', 'Ironbark Timber') %}
{% set as_of_month = var('as_of_month', '') %}
{% set ruleset_id = var('ruleset_id', '') %}

with chosen_months as (

    select
        as_of_month,
        month_number
    from {{ ref('dim_month') }}
    where
        {% if as_of_month -%}
            as_of_month = cast('{{ as_of_month }}' as date)
        {%- else -%}
            is_last_scored_month
        {%- endif %}

),

months_before as (

    select
        earlier_months.as_of_month as month_before,
        chosen_months.as_of_month
    from chosen_months
    inner join {{ ref('dim_month') }} as earlier_months
        on chosen_months.month_number - 1 = earlier_months.month_number

),

chosen_customers as (

    select *
    from {{ ref('dim_customer') }}
    where
        lower(customer_name) = lower('{{ customer | replace("'", "''") }}')
        or customer_tenant_id = lower('{{ customer | replace("'", "''") }}')

),

contributions as (

    select contributions.*
    from {{ ref('fct_customer_contribution') }} as contributions
    where contributions.ruleset_id like '{{ ruleset_id or "%" }}'

)

select
    chosen_customers.customer_name,
    contributions.pga_mpn_id,
    contributions.ruleset_id,
    contributions.as_of_month,
    contributions.metric,
    contributions.track,
    contributions.reason,
    contributions_before.reason as reason_month_before,
    contributions.deciding_workload,
    contributions.current_value,
    contributions.prior_value,
    contributions.distance_to_threshold,
    contributions.contribution,
    tracks.change_value as track_change,
    tracks.earned_units as track_units,
    scores.points as metric_points,
    scores.max_points as metric_max_points
from contributions
inner join chosen_months
    on contributions.as_of_month = chosen_months.as_of_month
inner join chosen_customers
    on
        contributions.pga_mpn_id = chosen_customers.pga_mpn_id
        and contributions.customer_tenant_id = chosen_customers.customer_tenant_id
inner join {{ ref('fct_metric_track') }} as tracks
    on
        contributions.pga_mpn_id = tracks.pga_mpn_id
        and contributions.ruleset_id = tracks.ruleset_id
        and contributions.metric = tracks.metric
        and contributions.track = tracks.track
        and contributions.as_of_month = tracks.as_of_month
inner join {{ ref('fct_metric_score') }} as scores
    on
        contributions.pga_mpn_id = scores.pga_mpn_id
        and contributions.ruleset_id = scores.ruleset_id
        and contributions.metric = scores.metric
        and contributions.as_of_month = scores.as_of_month
left join months_before
    on contributions.as_of_month = months_before.as_of_month
left join contributions as contributions_before
    on
        contributions.pga_mpn_id = contributions_before.pga_mpn_id
        and contributions.ruleset_id = contributions_before.ruleset_id
        and contributions.metric = contributions_before.metric
        and contributions.track = contributions_before.track
        and contributions.customer_tenant_id = contributions_before.customer_tenant_id
        and months_before.month_before = contributions_before.as_of_month
order by
    contributions.pga_mpn_id asc,
    contributions.ruleset_id asc,
    contributions.metric asc,
    contributions.track asc
