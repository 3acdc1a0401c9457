{{ config(materialized='incremental', pre_hook=forget_exports('azure_usage', 'cpor_m365_usage')) }}
with azure_usage as (

    select * from {{ ref('stg_partner_center__azure_usage') }}
    {{ where_export_is_new('azure_usage') }}

),

m365_usage as (

    select * from {{ ref('stg_partner_center__cpor_m365_usage') }}
    {{ where_export_is_new('cpor_m365_usage') }}

),

exports as (

    select * from {{ ref('int_exports') }}

),

-- one pass over each report: the columns together, then one row per column
azure_texts as (

    select distinct
        export_date,
        service_level_2_spelling,
        service_level_3_spelling,
        service_level_4_spelling,
        association_spelling
    from azure_usage

),

m365_texts as (

    select distinct
        export_date,
        workload_spelling,
        association_spelling
    from m365_usage

),

spellings as (

    {% for column in ['service_level_2', 'service_level_3', 'service_level_4', 'association'] -%}
        select
            'azure_usage' as dataset,
            export_date,
            {{ column }}_spelling as spelling
        from azure_texts
        union
    {% endfor -%}
    {% for column in ['workload', 'association'] -%}
        select
            'cpor_m365_usage' as dataset,
            export_date,
            {{ column }}_spelling as spelling
        from m365_texts
        {{ 'union' if not loop.last }}
    {% endfor %}

)

select
    spellings.dataset,
    spellings.export_date,
    exports.export_fingerprint,
    spellings.spelling
from spellings
inner join exports
    on
        spellings.dataset = exports.dataset
        and spellings.export_date = exports.export_date
