{#- Grain: file of a report. -#}
with files as (

    select * from {{ ref('stg_partner_center__intake') }}

)

select
    source_file,
    dataset,
    export_date,
    whence,
    format,
    encoding,
    delimiter,
    date_order,
    cast(row_count as bigint) as row_count,
    remarks,
    content_fingerprint
from files
