{#- Grain: dataset and export. -#}
with exports as (

    select * from {{ ref('stg_partner_center__exports') }}

),

reconciled as (

    select * from {{ ref('row_reconciliation') }}

)

select
    exports.dataset,
    exports.export_date,
    exports.file_count,
    exports.byte_count,
    exports.content_fingerprint,
    exports.export_fingerprint,
    reconciled.rows_in as row_count
from exports
inner join reconciled
    on
        exports.dataset = reconciled.dataset
        and exports.export_date = reconciled.export_date
