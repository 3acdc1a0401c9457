{#- Grain: PGA and tenant. -#}
with azure_usage as (

    select * from {{ ref('int_azure_usage_by_export') }}
    where reject_reason is null

),

m365_seats as (

    select * from {{ ref('int_m365_seats_by_export') }}
    where reject_reason is null

),

reported as (

    select
        pga_mpn_id,
        customer_tenant_id,
        usage_month,
        export_date,
        customer_name,
        customer_market,
        customer_segment
    from azure_usage

    union all

    select
        pga_mpn_id,
        customer_tenant_id,
        usage_month,
        export_date,
        customer_name,
        cast(null as {{ dbt.type_string() }}) as customer_market,
        cast(null as {{ dbt.type_string() }}) as customer_segment
    from m365_seats

)

select
    pga_mpn_id,
    customer_tenant_id,
    coalesce({{ last_value_by('customer_name', ['usage_month', 'export_date', 'customer_name']) }}, customer_tenant_id)
        as customer_name,
    {{ last_value_by('customer_market', ['usage_month', 'export_date', 'customer_market']) }} as customer_market,
    {{ last_value_by('customer_segment', ['usage_month', 'export_date', 'customer_segment']) }} as customer_segment,
    min(usage_month) as first_usage_month,
    max(usage_month) as last_usage_month
from reported
group by pga_mpn_id, customer_tenant_id
