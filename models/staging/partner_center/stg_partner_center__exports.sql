{%- set fingerprinted -%}
    content_fingerprint || '|' || logic_fingerprint || '|{{ var('rulesets') | join(',') }}'
{%- endset -%}
with source as (

    select * from {{ source('partner_center_exports', 'exports').include(database=false) }}

)

select
    dataset,
    export_date,
    file_count,
    byte_count,
    content_fingerprint,
    logic_fingerprint,
    left(md5({{ fingerprinted }}), 12) as export_fingerprint
from source
