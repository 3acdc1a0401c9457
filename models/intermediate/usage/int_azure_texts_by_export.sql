{{ config(materialized='incremental', pre_hook=forget_exports('azure_usage')) }}
with usage_lines as (

    select * from {{ ref('stg_partner_center__azure_usage') }}
    {{ where_export_is_new('azure_usage') }}

),

exports as (

    select * from {{ ref('int_exports') }}
    where dataset = 'azure_usage'

),

texts as (

    select distinct
        export_date,
        service_level_2_spelling,
        service_level_3_spelling,
        service_level_4_spelling,
        association_spelling
    from usage_lines

)

select
    texts.*,
    exports.export_fingerprint
from texts
inner join exports
    on texts.export_date = exports.export_date
