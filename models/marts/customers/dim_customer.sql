{#- Grain: PGA and tenant. -#}
with customers as (

    select * from {{ ref('int_customers') }}

)

select
    pga_mpn_id,
    customer_tenant_id,
    coalesce(customer_name, customer_tenant_id) as customer_name,
    customer_market,
    customer_segment,
    first_usage_month,
    last_usage_month
from customers
