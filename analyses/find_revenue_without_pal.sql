/* Which eligible usage counts for nothing because no association links it to the partner? One row per partner,
   rule set and customer, for the last scored month.

   `unlinked_ttm_acr_usd` is the customer's revenue of the trailing year, on listed services and allowed offers,
   that no eligible association covers. Had it been linked (PAL), the total would be `total_points_then`. A link
   works forward only: these points are what a full year of linked usage is worth. Points can also be at risk: a
   customer that outgrows the upper threshold of a rule set for small customers. `share_of_reported` sets all
   such revenue of the partner's last month beside all that it reported then.

   Set a rule set; empty stands for all. */
{% set ruleset_id = var('ruleset_id', '') %}

with unlinked as (

    select *
    from {{ ref('fct_recommendation') }}
    where
        kind = 'association_missing'
        and ruleset_id like '{{ ruleset_id or "%" }}'

),

eligibility as (

    select distinct
        ruleset_id,
        eligibility_id
    from {{ ref('int_rulebook_names') }}
    where track = 'azure'

),

-- no mart tells usage that is linked by another line of it from usage that is not
partner_months as (

    select
        eligibility.ruleset_id,
        tenant_months.pga_mpn_id,
        tenant_months.usage_month,
        sum(tenant_months.unlinked_acr_usd) as unlinked_acr_usd,
        sum(tenant_months.acr_usd) as acr_usd
    from {{ ref('int_azure_tenant_months') }} as tenant_months
    inner join eligibility
        on tenant_months.eligibility_id = eligibility.eligibility_id
    group by eligibility.ruleset_id, tenant_months.pga_mpn_id, tenant_months.usage_month

)

select
    unlinked.pga_mpn_id,
    unlinked.ruleset_id,
    unlinked.as_of_month,
    customers.customer_name,
    unlinked.subject_id as customer_tenant_id,
    customers.customer_market,
    customers.customer_segment,
    unlinked.missing_value as unlinked_ttm_acr_usd,
    unlinked.points_gain,
    unlinked.points_at_risk,
    unlinked.total_points_then,
    unlinked.reaches_designation,
    round(partner_months.unlinked_acr_usd / nullif(partner_months.acr_usd, 0), 4) as share_of_reported
from unlinked
inner join {{ ref('dim_customer') }} as customers
    on
        unlinked.pga_mpn_id = customers.pga_mpn_id
        and unlinked.subject_id = customers.customer_tenant_id
left join partner_months
    on
        unlinked.pga_mpn_id = partner_months.pga_mpn_id
        and unlinked.ruleset_id = partner_months.ruleset_id
        and unlinked.as_of_month = partner_months.usage_month
order by
    unlinked.points_gain desc,
    unlinked.missing_value desc,
    unlinked.pga_mpn_id asc,
    unlinked.ruleset_id asc,
    unlinked.subject_id asc
