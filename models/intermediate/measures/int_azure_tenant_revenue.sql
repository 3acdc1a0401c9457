with tenant_months as (

    select * from {{ ref('int_azure_tenant_months') }}

),

scored_months as (

    select * from {{ ref('int_scored_months') }}

),

last_scored_months as (

    select * from scored_months
    where is_last_scored_month

),

outlook_months as (

    select * from scored_months
    where is_outlook

)

select
    tenant_months.pga_mpn_id,
    tenant_months.eligibility_id,
    tenant_months.customer_tenant_key,
    tenant_months.month_number,
    tenant_months.exclusion_reason,
    tenant_months.counted_acr_usd,
    tenant_months.unlinked_acr_usd
from tenant_months
inner join scored_months
    on tenant_months.month_number = scored_months.month_number
where not scored_months.is_outlook

union all

-- the outlook lets the last month go on
select
    tenant_months.pga_mpn_id,
    tenant_months.eligibility_id,
    tenant_months.customer_tenant_key,
    outlook_months.month_number,
    tenant_months.exclusion_reason,
    tenant_months.counted_acr_usd,
    tenant_months.unlinked_acr_usd
from tenant_months
inner join last_scored_months
    on tenant_months.month_number = last_scored_months.month_number
cross join outlook_months
