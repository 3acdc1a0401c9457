with seat_lines as (

    select * from {{ ref('stg_partner_center__cpor_m365_usage') }}

),

spellings as (

    select * from {{ ref('int_text_spellings') }}

),

locations as (

    select * from {{ ref('int_partner_locations') }}

),

lines_with_keys as (

    select
        seat_lines.export_date,
        {{ first_reject_reason('seat_lines.reject_reason', 'locations.pga_mpn_id') }} as reject_reason,
        locations.pga_mpn_id,
        seat_lines.usage_month,
        tenants.text_key as customer_tenant_key,
        workloads.text_key as workload_key,
        associations.text_key as association_key,
        seat_lines.paid_seats,
        seat_lines.active_users,
        seat_lines.source_row
    from seat_lines
    left join locations
        on seat_lines.mpn_id = locations.mpn_id
    inner join spellings as tenants
        on seat_lines.customer_tenant_spelling = tenants.spelling
    inner join spellings as workloads
        on seat_lines.workload_spelling = workloads.spelling
    inner join spellings as associations
        on seat_lines.association_spelling = associations.spelling

)

-- the report has no duplicate flag: claims and locations repeat one workload's seats, so the largest figure counts
select
    export_date,
    reject_reason,
    pga_mpn_id,
    usage_month,
    customer_tenant_key,
    workload_key,
    association_key,
    max(paid_seats) as paid_seats,
    max(active_users) as active_users,
    count(*) as line_count,
    {{ list_source_rows('source_row', 'reject_reason is not null') }} as rejected_rows
from lines_with_keys
group by
    export_date,
    reject_reason,
    pga_mpn_id,
    usage_month,
    customer_tenant_key,
    workload_key,
    association_key
