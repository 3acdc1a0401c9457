{{ config(materialized='incremental', pre_hook=forget_exports('cpor_m365_usage')) }}
with seat_lines as (

    select * from {{ ref('stg_partner_center__cpor_m365_usage') }}
    {{ where_export_is_new('cpor_m365_usage') }}

),

exports as (

    select * from {{ ref('int_exports') }}
    where dataset = 'cpor_m365_usage'

),

spellings as (

    select * from {{ ref('int_text_spellings') }}

),

locations as (

    select * from {{ ref('int_partner_locations') }}

),

lines_with_names as (

    select
        seat_lines.export_date,
        {{ first_reject_reason('seat_lines.reject_reason', 'locations.pga_mpn_id') }} as reject_reason,
        locations.pga_mpn_id,
        seat_lines.usage_month,
        seat_lines.customer_tenant_id,
        seat_lines.customer_name,
        workloads.normalized_text as workload,
        associations.normalized_text as association,
        seat_lines.paid_seats,
        seat_lines.active_users,
        seat_lines.source_row
    from seat_lines
    left join locations
        on seat_lines.mpn_id = locations.mpn_id
    left join spellings as workloads
        on seat_lines.workload_spelling = workloads.spelling
    left join spellings as associations
        on seat_lines.association_spelling = associations.spelling

),

-- the report has no duplicate flag: claims and locations repeat one workload's seats, so the largest figure counts
seats_folded as (

    select
        export_date,
        reject_reason,
        pga_mpn_id,
        usage_month,
        customer_tenant_id,
        workload,
        association,
        max(customer_name) as customer_name,
        max(paid_seats) as paid_seats,
        max(active_users) as active_users,
        count(*) as line_count,
        {{ list_source_rows('source_row', 'reject_reason is not null') }} as rejected_rows
    from lines_with_names
    group by
        export_date,
        reject_reason,
        pga_mpn_id,
        usage_month,
        customer_tenant_id,
        workload,
        association

)

select
    seats_folded.export_date,
    exports.export_fingerprint,
    seats_folded.reject_reason,
    seats_folded.pga_mpn_id,
    seats_folded.usage_month,
    seats_folded.customer_tenant_id,
    seats_folded.workload,
    seats_folded.association,
    seats_folded.customer_name,
    seats_folded.paid_seats,
    seats_folded.active_users,
    seats_folded.line_count,
    seats_folded.rejected_rows
from seats_folded
inner join exports
    on seats_folded.export_date = exports.export_date
