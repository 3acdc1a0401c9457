{#- Grain: PGA and tenant. -#}
with azure_usage as (

    select * from {{ ref('int_azure_usage_by_export') }}
    where reject_reason is null

),

m365_customers as (

    select * from {{ ref('int_m365_customers_by_export') }}

),

reported as (

    select
        pga_mpn_id,
        customer_tenant_id,
        usage_month as first_usage_month,
        usage_month as last_usage_month,
        usage_month as named_month,
        export_date,
        customer_name,
        customer_market,
        customer_segment
    from azure_usage

    union all

    select
        pga_mpn_id,
        customer_tenant_id,
        first_usage_month,
        last_usage_month,
        last_named_month as named_month,
        export_date,
        customer_name,
        cast(null as {{ dbt.type_string() }}) as customer_market,
        cast(null as {{ dbt.type_string() }}) as customer_segment
    from m365_customers

)

select
    pga_mpn_id,
    customer_tenant_id,
    coalesce({{ last_value_by('customer_name', ['named_month', 'export_date', 'customer_name']) }}, customer_tenant_id)
        as customer_name,
    {{ last_value_by('customer_market', ['named_month', 'export_date', 'customer_market']) }} as customer_market,
    {{ last_value_by('customer_segment', ['named_month', 'export_date', 'customer_segment']) }} as customer_segment,
    min(first_usage_month) as first_usage_month,
    max(last_usage_month) as last_usage_month
from reported
group by pga_mpn_id, customer_tenant_id
