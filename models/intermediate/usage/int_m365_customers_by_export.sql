{#- Not in int_m365_seats_by_export: DuckDB cannot write the names of many million groups to disk while it sums. -#}
with seat_lines as (

    select * from {{ ref('stg_partner_center__cpor_m365_usage') }}

),

spellings as (

    select * from {{ ref('int_text_spellings') }}

),

locations as (

    select * from {{ ref('int_partner_locations') }}

)

select
    seat_lines.export_date,
    locations.pga_mpn_id,
    tenants.text_key as customer_tenant_key,
    min(seat_lines.usage_month) as first_usage_month,
    max(seat_lines.usage_month) as last_usage_month,
    max(case when seat_lines.customer_name is not null then seat_lines.usage_month end) as last_named_month,
    {{ last_value_by('seat_lines.customer_name', ['seat_lines.usage_month', 'seat_lines.customer_name']) }}
        as customer_name
from seat_lines
inner join locations
    on seat_lines.mpn_id = locations.mpn_id
inner join spellings as tenants
    on seat_lines.customer_tenant_spelling = tenants.spelling
where seat_lines.reject_reason is null
group by seat_lines.export_date, locations.pga_mpn_id, tenants.text_key
