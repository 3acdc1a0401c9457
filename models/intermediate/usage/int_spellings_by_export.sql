{{ config(materialized='incremental', pre_hook=forget_exports('azure_usage', 'cpor_m365_usage')) }}
with exports as (

    select * from {{ ref('int_exports') }}

),

-- Columns that repeat each other together, then one row per column. No CTE of the lines: around one that is used twice
-- DuckDB works out every column, asked for or not.
azure_ids as (

    select distinct
        export_date,
        customer_tenant_spelling,
        subscription_spelling
    from {{ ref('stg_partner_center__azure_usage') }}
    {{ where_export_is_new('azure_usage') }}

),

azure_texts as (

    select * from {{ ref('int_azure_texts_by_export') }}
    {{ where_export_is_new('azure_usage') }}

),

m365_ids as (

    select distinct
        export_date,
        customer_tenant_spelling
    from {{ ref('stg_partner_center__cpor_m365_usage') }}
    {{ where_export_is_new('cpor_m365_usage') }}

),

m365_texts as (

    select distinct
        export_date,
        workload_spelling,
        association_spelling
    from {{ ref('stg_partner_center__cpor_m365_usage') }}
    {{ where_export_is_new('cpor_m365_usage') }}

),

spellings as (

    {% for dataset, texts, columns in [
        ('azure_usage', 'azure_ids', ['customer_tenant', 'subscription']),
        ('azure_usage', 'azure_texts', ['service_level_2', 'service_level_3', 'service_level_4', 'association']),
        ('cpor_m365_usage', 'm365_ids', ['customer_tenant']),
        ('cpor_m365_usage', 'm365_texts', ['workload', 'association']),
    ] -%}
        {%- set is_last = loop.last -%}
        {%- for column in columns -%}
            select
                '{{ dataset }}' as dataset,
                export_date,
                {{ column }}_spelling as spelling
            from {{ texts }}
            {{ 'union' if not (is_last and loop.last) }}
        {% endfor -%}
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
