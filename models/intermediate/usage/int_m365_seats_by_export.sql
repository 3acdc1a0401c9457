with seat_lines as (

    select * from {{ ref('stg_partner_center__cpor_m365_usage') }}

),

locations as (

    select * from {{ ref('stg_partner_center__partner_profile') }}
    where is_newest

),

lines_with_partner as (

    select
        seat_lines.*,
        locations.pga_mpn_id,
        {{ first_reject_reason('seat_lines.reject_reason', 'locations.pga_mpn_id') }} as first_reject_reason
    from seat_lines
    left join locations
        on seat_lines.mpn_id = locations.mpn_id

)

-- the report has no duplicate flag: claims and locations repeat one workload's seats, so the largest figure counts
select
    export_date,
    first_reject_reason as reject_reason,
    pga_mpn_id,
    usage_month,
    customer_tenant_key,
    workload_key,
    association_key,
    max(paid_seats) as paid_seats,
    max(active_users) as active_users,
    count(*) as line_count,
    {{ list_source_rows('source_row', 'first_reject_reason is not null') }} as rejected_rows
from lines_with_partner
group by
    export_date,
    first_reject_reason,
    pga_mpn_id,
    usage_month,
    customer_tenant_key,
    workload_key,
    association_key
