with source as (

    select * from {{ source('partner_center_exports', 'intake').include(database=false) }}

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
    row_count,
    remarks,
    content_fingerprint
from source
