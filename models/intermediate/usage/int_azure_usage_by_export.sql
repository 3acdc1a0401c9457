{#- Summed first, and only then given a partner: a lookup on every line would cost more than all the rest. -#}
with usage_lines as (

    select * from {{ ref('stg_partner_center__azure_usage') }}

),

locations as (

    select * from {{ ref('stg_partner_center__partner_profile') }}
    where is_newest

),

tenant_totals as (

    select
        export_date,
        reject_reason as line_reject_reason,
        reported_pga_mpn_id,
        case when reported_pga_mpn_id is null then mpn_id end as mpn_id,
        usage_month,
        customer_tenant_key,
        max(customer_tenant_id) as customer_tenant_id,
        max(customer_name) as customer_name,
        max(customer_market) as customer_market,
        max(customer_segment) as customer_segment,
        sum(acr_usd) as acr_usd,
        count(*) as line_count,
        {{ list_source_rows('source_row', 'reject_reason is not null or reported_pga_mpn_id is null') }} as source_rows
    from usage_lines
    group by
        export_date,
        reject_reason,
        reported_pga_mpn_id,
        case when reported_pga_mpn_id is null then mpn_id end,
        usage_month,
        customer_tenant_key

),

totals_with_partner as (

    select
        tenant_totals.*,
        coalesce(tenant_totals.reported_pga_mpn_id, locations.pga_mpn_id) as pga_mpn_id
    from tenant_totals
    left join locations
        on tenant_totals.mpn_id = locations.mpn_id

),

totals_with_reject_reason as (

    select
        *,
        {{ first_reject_reason('line_reject_reason', 'pga_mpn_id') }} as reject_reason
    from totals_with_partner

)

select
    export_date,
    reject_reason,
    pga_mpn_id,
    usage_month,
    customer_tenant_key,
    customer_tenant_id,
    customer_name,
    customer_market,
    customer_segment,
    acr_usd,
    line_count,
    case when reject_reason is not null then source_rows end as rejected_rows
from totals_with_reject_reason
