{#- Names come from the last month, and of that from the last export, that gives one. -#}
with azure_usage as (

    select * from {{ ref('int_azure_usage_by_export') }}
    where reject_reason is null

),

seat_lines as (

    select * from {{ ref('stg_partner_center__cpor_m365_usage') }}
    where reject_reason is null

),

locations as (

    select * from {{ ref('stg_partner_center__partner_profile') }}
    where is_newest

),

reported as (

    select
        pga_mpn_id,
        customer_tenant_key,
        customer_tenant_id,
        usage_month,
        export_date,
        customer_name,
        customer_market,
        customer_segment
    from azure_usage

    union all

    select
        locations.pga_mpn_id,
        seat_lines.customer_tenant_key,
        seat_lines.customer_tenant_id,
        seat_lines.usage_month,
        seat_lines.export_date,
        seat_lines.customer_name,
        cast(null as {{ dbt.type_string() }}) as customer_market,
        cast(null as {{ dbt.type_string() }}) as customer_segment
    from seat_lines
    inner join locations
        on seat_lines.mpn_id = locations.mpn_id

)

select
    pga_mpn_id,
    customer_tenant_key,
    max(customer_tenant_id) as customer_tenant_id,
    {% for column in ['customer_name', 'customer_market', 'customer_segment'] -%}
        {{ last_value_by(column, ['usage_month', 'export_date', column]) }} as {{ column }},
    {% endfor -%}
    min(usage_month) as first_usage_month,
    max(usage_month) as last_usage_month
from reported
group by pga_mpn_id, customer_tenant_key
