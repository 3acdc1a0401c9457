/* Does the warehouse agree with what Partner Center shows? One row per figure that you fill in.

   Set the figures, read off Partner Center: partner, rule set, month, metric (or `total`) and points, with
   blanks between them. Those that stand here are the sample's, one wrong on purpose. `units_apart` says by how many
   units a metric differs. What to look at when it does: `unknown_offer_acr_usd`, revenue that we count because nobody
   noted its offer (counted_on_unknown_offers.sql); `rows_rejected`, rows of the exports that were set aside
   (audit.rejected_rows); `restated_exports`, exports that changed a month of the comparison
   (restated_months.sql): Partner Center may have scored before the change; `is_history_complete`, without which
   the comparison lacks exports. */
{% set figures = var('figures', [
    '99100000 security_2022_10 2024-06-01 total 72.00',
    '99100000 security_2022_10 2024-06-01 net_customer_adds 12.00',
    '99100000 security_2022_10 2024-06-01 deployments 16.67',
    '99200000 security_2022_10 2024-06-01 total 63.34',
]) %}

with partner_center_figures as (

    select
        figures.pga_mpn_id,
        figures.ruleset_id,
        cast(figures.as_of_month as date) as as_of_month,
        figures.metric,
        cast(figures.points as decimal(5, 2)) as points
    from (
        values
        {% for figure in figures -%}
            {% set pga_mpn_id, ruleset_id, as_of_month, metric, points = figure.split() -%}
            ('{{ pga_mpn_id }}', '{{ ruleset_id }}', '{{ as_of_month }}', '{{ metric }}', '{{ points }}')
            {{- ',' if not loop.last }}
        {% endfor -%}
    ) as figures (pga_mpn_id, ruleset_id, as_of_month, metric, points)

),

warehouse_figures as (

    select
        pga_mpn_id,
        ruleset_id,
        as_of_month,
        'total' as metric,
        total_points as points,
        null as points_of_unit
    from {{ ref('fct_designation') }}

    union all

    select
        scores.pga_mpn_id,
        scores.ruleset_id,
        scores.as_of_month,
        scores.metric,
        scores.points,
        coalesce(ruleset_metrics.points_per_unit, scores.max_points / scores.units_for_max) as points_of_unit
    from {{ ref('fct_metric_score') }} as scores
    inner join {{ ref('ruleset_metrics') }} as ruleset_metrics
        on
            scores.ruleset_id = ruleset_metrics.ruleset_id
            and scores.metric = ruleset_metrics.metric

),

-- two years of usage make the comparison of one month
unknown_offers as (

    select
        figures.pga_mpn_id,
        figures.ruleset_id,
        figures.as_of_month,
        sum(waterfall.unknown_offer_acr_usd) as unknown_offer_acr_usd
    from {{ ref('fct_designation') }} as figures
    inner join {{ ref('eligibility_waterfall') }} as waterfall
        on
            figures.pga_mpn_id = waterfall.pga_mpn_id
            and figures.ruleset_id = waterfall.ruleset_id
            and waterfall.usage_month > figures.as_of_month - interval '24' month
            and figures.as_of_month >= waterfall.usage_month
    group by figures.pga_mpn_id, figures.ruleset_id, figures.as_of_month

),

restatements as (

    select
        figures.pga_mpn_id,
        figures.ruleset_id,
        figures.as_of_month,
        count(*) as restated_exports
    from {{ ref('fct_designation') }} as figures
    inner join {{ ref('export_restatements') }} as restatements
        on
            figures.pga_mpn_id = restatements.pga_mpn_id
            and restatements.usage_month > figures.as_of_month - interval '24' month
            and figures.as_of_month >= restatements.usage_month
    where restatements.value_change != 0
    group by figures.pga_mpn_id, figures.ruleset_id, figures.as_of_month

),

rejections as (

    select sum(rows_rejected) as rows_rejected
    from {{ ref('row_reconciliation') }}

)

select
    partner_center_figures.pga_mpn_id,
    partner_center_figures.ruleset_id,
    partner_center_figures.as_of_month,
    partner_center_figures.metric,
    partner_center_figures.points as points_of_partner_center,
    warehouse_figures.points as points_of_warehouse,
    warehouse_figures.points - partner_center_figures.points as difference,
    round((warehouse_figures.points - partner_center_figures.points) / warehouse_figures.points_of_unit, 2)
        as units_apart,
    designations.is_history_complete,
    coalesce(unknown_offers.unknown_offer_acr_usd, 0) as unknown_offer_acr_usd,
    coalesce(restatements.restated_exports, 0) as restated_exports,
    rejections.rows_rejected
from partner_center_figures
left join warehouse_figures
    on
        partner_center_figures.pga_mpn_id = warehouse_figures.pga_mpn_id
        and partner_center_figures.ruleset_id = warehouse_figures.ruleset_id
        and partner_center_figures.as_of_month = warehouse_figures.as_of_month
        and partner_center_figures.metric = warehouse_figures.metric
left join {{ ref('fct_designation') }} as designations
    on
        partner_center_figures.pga_mpn_id = designations.pga_mpn_id
        and partner_center_figures.ruleset_id = designations.ruleset_id
        and partner_center_figures.as_of_month = designations.as_of_month
left join unknown_offers
    on
        partner_center_figures.pga_mpn_id = unknown_offers.pga_mpn_id
        and partner_center_figures.ruleset_id = unknown_offers.ruleset_id
        and partner_center_figures.as_of_month = unknown_offers.as_of_month
left join restatements
    on
        partner_center_figures.pga_mpn_id = restatements.pga_mpn_id
        and partner_center_figures.ruleset_id = restatements.ruleset_id
        and partner_center_figures.as_of_month = restatements.as_of_month
cross join rejections
order by
    abs(warehouse_figures.points - partner_center_figures.points) desc,
    partner_center_figures.pga_mpn_id asc,
    partner_center_figures.metric asc
