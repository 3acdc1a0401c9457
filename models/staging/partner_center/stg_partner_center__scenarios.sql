with source as (

    select * from {{ source('partner_center_exports', 'scenarios').include(database=false) }}

),

renamed as (

    select
        -- line
        line_number,
        source_file,
        {{ clean_text('scenario') }} as scenario,
        {{ partner_id('pga_mpn_id') }} as pga_mpn_id,
        {{ clean_text('change') }} as change_text,
        {{ normalize_text('change') }} as change_name,

        -- what changes
        {{ clean_text('subject') }} as subject,
        nullif({{ normalize_text('subject') }}, '') as subject_id,
        {{ text_key('subject') }} as subject_key,
        {{ clean_text('detail') }} as detail,
        nullif({{ normalize_text('detail') }}, '') as detail_name,
        {{ text_key('detail') }} as detail_key,
        {{ try_cast('detail', 'decimal(10, 4)') }} as detail_number,

        -- by how much: up to a size that sums and products of it fit into
        {{ clean_text('amount') }} as amount_text,
        {{ try_cast('amount', 'decimal(22, 10)') }} as amount,
        {{ clean_text('active_amount') }} as active_amount_text,
        {{ try_cast('active_amount', 'decimal(22, 10)') }} as active_amount
    from source

),

counted as (

    select
        *,
        case
            when change_name in ('azure_revenue', 'm365_seats', 'customer_lost', 'certification') then change_name
        end as change_kind,
        -- how many new tenants a line of revenue is about
        case
            when detail is null or change_name != 'azure_revenue' then 1
            when detail_number >= 1 and floor(detail_number) = detail_number then cast(detail_number as integer)
        end as tenant_count,
        (amount_text is not null and amount is null) or (active_amount_text is not null and active_amount is null)
            as has_unreadable_number
    from renamed

)

select
    *,
    min(tenant_count) over lines_of_tenant != max(tenant_count) over lines_of_tenant as has_two_tenant_counts
from counted
window lines_of_tenant as (partition by scenario, pga_mpn_id, change_name, subject_key)
