{#- Lines of services that no list names have no row here: int_azure_tenant_months finds their revenue as what remains
    of the tenant's total. -#}
with newest_exports as (

    select * from {{ ref('int_newest_exports').include(database=false) }}
    where dataset = 'azure_usage'

),

{{ azure_usage_listed('newest_exports') }}

select
    pga_mpn_id,
    eligibility_id,
    usage_month,
    customer_tenant_key,
    subscription_key,
    service_number,
    attribution_rank,
    duplicate_flag,
    is_unknown_offer,
    acr_usd,
    exclusion_reason
from usage_listed
