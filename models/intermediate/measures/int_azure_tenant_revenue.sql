with tenant_months as (

    select * from {{ ref('int_azure_tenant_months').include(database=false) }}

),

scored_months as (

    select * from {{ ref('int_scored_months').include(database=false) }}

)

select
    tenant_months.pga_mpn_id,
    tenant_months.eligibility_id,
    tenant_months.customer_tenant_key,
    scored_months.month_number,
    tenant_months.exclusion_reason,
    tenant_months.counted_acr_usd,
    tenant_months.unlinked_acr_usd
from tenant_months
inner join scored_months
    on tenant_months.month_number = scored_months.usage_month_number
