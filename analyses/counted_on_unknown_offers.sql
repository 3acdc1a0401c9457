/* What is counted although nobody noted the offer of its subscription? One row per partner, rule set and customer.

   An offer is excluded by name, so a subscription without one counts. `unknown_offer_ttm_acr_usd` is what rests
   on such subscriptions in the trailing year, `share_of_counted` its part of all that counts for the customer.
   Where it is large, look the subscription up and add it to your azure_subscription_offers export.
   `is_decisive` says that some count of the month would lose the customer if none of it counted: those come
   first.

   Set a month and a rule set; empty stands for the last scored month and for all rule sets. */
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

eligibility as (

    select distinct
        ruleset_id,
        eligibility_id
    from {{ ref('int_rulebook_names') }}
    where track = 'azure'

),

-- no mart tells known from unknown offers by customer
unknown_offer_revenue as (

    select
        chosen_months.as_of_month,
        eligibility.ruleset_id,
        tenant_months.pga_mpn_id,
        customers.customer_tenant_id,
        sum(tenant_months.unknown_offer_acr_usd) as unknown_offer_ttm_acr_usd,
        sum(tenant_months.counted_acr_usd) as counted_ttm_acr_usd
    from chosen_months
    inner join {{ ref('int_azure_tenant_months') }} as tenant_months
        on
            chosen_months.month_number >= tenant_months.month_number
            and tenant_months.month_number > chosen_months.month_number - 12
    inner join eligibility
        on tenant_months.eligibility_id = eligibility.eligibility_id
    inner join {{ ref('int_customers') }} as customers
        on
            tenant_months.pga_mpn_id = customers.pga_mpn_id
            and tenant_months.customer_tenant_key = customers.customer_tenant_key
    where eligibility.ruleset_id like '{{ ruleset_id or "%" }}'
    group by
        chosen_months.as_of_month,
        eligibility.ruleset_id,
        tenant_months.pga_mpn_id,
        customers.customer_tenant_id

),

decisive_customers as (

    select distinct
        unknown_offer_revenue.ruleset_id,
        unknown_offer_revenue.pga_mpn_id,
        unknown_offer_revenue.customer_tenant_id
    from unknown_offer_revenue
    inner join {{ ref('fct_customer_contribution') }} as contributions
        on
            unknown_offer_revenue.pga_mpn_id = contributions.pga_mpn_id
            and unknown_offer_revenue.ruleset_id = contributions.ruleset_id
            and unknown_offer_revenue.as_of_month = contributions.as_of_month
            and unknown_offer_revenue.customer_tenant_id = contributions.customer_tenant_id
    inner join {{ ref('int_track_criteria') }} as criteria
        on
            contributions.ruleset_id = criteria.ruleset_id
            and contributions.metric = criteria.metric
            and contributions.track = criteria.track
    where
        contributions.track = 'azure'
        and contributions.is_counted_current
        and (
            -contributions.distance_to_threshold < unknown_offer_revenue.unknown_offer_ttm_acr_usd
            -- what is left lies at a threshold that must be exceeded
            or (
                -contributions.distance_to_threshold = unknown_offer_revenue.unknown_offer_ttm_acr_usd
                and not criteria.is_minimum_included
            )
        )

)

select
    unknown_offer_revenue.as_of_month,
    unknown_offer_revenue.ruleset_id,
    unknown_offer_revenue.pga_mpn_id,
    customers.customer_name,
    unknown_offer_revenue.customer_tenant_id,
    unknown_offer_revenue.unknown_offer_ttm_acr_usd,
    unknown_offer_revenue.counted_ttm_acr_usd,
    round(
        unknown_offer_revenue.unknown_offer_ttm_acr_usd / nullif(unknown_offer_revenue.counted_ttm_acr_usd, 0), 4
    ) as share_of_counted,
    decisive_customers.customer_tenant_id is not null as is_decisive
from unknown_offer_revenue
inner join {{ ref('dim_customer') }} as customers
    on
        unknown_offer_revenue.pga_mpn_id = customers.pga_mpn_id
        and unknown_offer_revenue.customer_tenant_id = customers.customer_tenant_id
left join decisive_customers
    on
        unknown_offer_revenue.pga_mpn_id = decisive_customers.pga_mpn_id
        and unknown_offer_revenue.ruleset_id = decisive_customers.ruleset_id
        and unknown_offer_revenue.customer_tenant_id = decisive_customers.customer_tenant_id
where unknown_offer_revenue.unknown_offer_ttm_acr_usd != 0
order by
    is_decisive desc,
    unknown_offer_revenue.unknown_offer_ttm_acr_usd desc,
    unknown_offer_revenue.pga_mpn_id asc,
    unknown_offer_revenue.customer_tenant_id asc,
    unknown_offer_revenue.ruleset_id asc
