{#- Grain: PGA and tenant. -#}
with azure_usage as (

    select * from {{ ref('int_azure_usage_by_export') }}
    where reject_reason is null

),

m365_customers as (

    select * from {{ ref('int_m365_customers_by_export') }}

),

texts as (

    select * from {{ ref('int_texts') }}

),

reported as (

    select
        pga_mpn_id,
        customer_tenant_key,
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
        customer_tenant_key,
        first_usage_month,
        last_usage_month,
        last_named_month as named_month,
        export_date,
        customer_name,
        cast(null as {{ dbt.type_string() }}) as customer_market,
        cast(null as {{ dbt.type_string() }}) as customer_segment
    from m365_customers

),

customers as (

    select
        pga_mpn_id,
        customer_tenant_key,
        {% for column in ['customer_name', 'customer_market', 'customer_segment'] -%}
            {{ last_value_by(column, ['named_month', 'export_date', column]) }} as {{ column }},
        {% endfor -%}
        min(first_usage_month) as first_usage_month,
        max(last_usage_month) as last_usage_month
    from reported
    group by pga_mpn_id, customer_tenant_key

)

select
    customers.pga_mpn_id,
    texts.normalized_text as customer_tenant_id,
    coalesce(customers.customer_name, texts.normalized_text) as customer_name,
    customers.customer_market,
    customers.customer_segment,
    customers.first_usage_month,
    customers.last_usage_month
from customers
inner join texts
    on customers.customer_tenant_key = texts.text_key
