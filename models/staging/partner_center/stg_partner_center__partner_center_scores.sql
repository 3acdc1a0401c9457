with source as (

    select * from {{ source('partner_center', 'partner_center_scores').include(database=false) }}

),

renamed as (

    select
        -- ids
        export_date,
        {{ partner_id('PGA_MPNID') }} as pga_mpn_id,

        -- what is scored
        {{ normalize_text('SolutionArea') }} as solution_area,
        {{ normalize_text('Metric') }} as metric_name,

        -- measures
        {{ try_cast('Points', 'decimal(9, 4)') }} as points,

        -- dates
        {{ parse_month('AsOfDate') }} as as_of_month,

        {{ source_row('source') }} as source_row
    from source

)

select
    *,
    case
        when as_of_month is null then 'invalid_month'
        when pga_mpn_id is null then 'missing_pga_mpn_id'
        when points is null then 'invalid_points'
    end as reject_reason
from renamed
