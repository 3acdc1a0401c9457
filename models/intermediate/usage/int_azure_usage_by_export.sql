with usage_lines as (

    select * from {{ ref('stg_partner_center__azure_usage') }}

),

locations as (

    select * from {{ ref('int_partner_locations') }}

),

lines_with_partner as (

    select
        usage_lines.export_date,
        coalesce(usage_lines.reported_pga_mpn_id, locations.pga_mpn_id) as pga_mpn_id,
        usage_lines.usage_month,
        usage_lines.customer_tenant_id,
        usage_lines.customer_name,
        usage_lines.customer_market,
        usage_lines.customer_segment,
        usage_lines.acr_usd,
        usage_lines.reject_reason as line_reject_reason,
        usage_lines.source_row
    from usage_lines
    left join locations
        on usage_lines.mpn_id = locations.mpn_id

),

lines_with_reject_reason as (

    select
        *,
        {{ first_reject_reason('line_reject_reason', 'pga_mpn_id') }} as reject_reason
    from lines_with_partner

)

select
    export_date,
    reject_reason,
    pga_mpn_id,
    usage_month,
    customer_tenant_id,
    max(customer_name) as customer_name,
    max(customer_market) as customer_market,
    max(customer_segment) as customer_segment,
    sum(acr_usd) as acr_usd,
    count(*) as line_count,
    {{ rejected_rows_list('reject_reason', 'source_row') }} as rejected_rows
from lines_with_reject_reason
group by
    export_date,
    reject_reason,
    pga_mpn_id,
    usage_month,
    customer_tenant_id
