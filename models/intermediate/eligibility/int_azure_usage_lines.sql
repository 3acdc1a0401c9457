{#- The one read of the usage lines for the score. Lines of services that no rule set knows, often half of them, go
    before any is given numbers for its texts: what they are worth int_azure_usage_by_export says. -#}
with usage_lines as (

    select * from {{ ref('stg_partner_center__azure_usage') }}

),

services as (

    select * from {{ ref('int_azure_services') }}

),

locations as (

    select * from {{ ref('int_partner_locations') }}

),

newest_exports as (

    select * from {{ ref('int_newest_exports') }}
    where dataset = 'azure_usage'

),

spellings as (

    select * from {{ ref('int_text_spellings') }}

),

tenant_spellings as (

    select * from spellings
    where normalized_text != ''

),

lines_of_known_services as (

    select
        usage_lines.*,
        services.service_level_2_key,
        services.service_level_3_key,
        services.service_level_4_key,
        coalesce(usage_lines.reported_pga_mpn_id, locations.pga_mpn_id) as pga_mpn_id
    from usage_lines
    inner join services
        on
            usage_lines.service_level_2_spelling = services.service_level_2_spelling
            and usage_lines.service_level_3_spelling = services.service_level_3_spelling
            and usage_lines.service_level_4_spelling = services.service_level_4_spelling
    left join locations
        on usage_lines.mpn_id = locations.mpn_id

)

select
    newest_lines.pga_mpn_id,
    newest_lines.usage_month,
    tenants.text_key as customer_tenant_key,
    subscriptions.text_key as subscription_key,
    coalesce(newest_lines.mpn_id, '') as mpn_id,
    associations.text_key as association_key,
    newest_lines.service_level_2_key,
    newest_lines.service_level_3_key,
    newest_lines.service_level_4_key,
    -- an unreadable flag ranks behind both readable ones
    coalesce(newest_lines.duplicate_flag, 2) as duplicate_flag,
    newest_lines.acr_usd
from lines_of_known_services as newest_lines
inner join newest_exports
    on
        newest_lines.pga_mpn_id = newest_exports.pga_mpn_id
        and newest_lines.usage_month = newest_exports.usage_month
        and newest_lines.export_date = newest_exports.export_date
inner join tenant_spellings as tenants
    on newest_lines.customer_tenant_spelling = tenants.spelling
inner join spellings as subscriptions
    on newest_lines.subscription_spelling = subscriptions.spelling
inner join spellings as associations
    on newest_lines.association_spelling = associations.spelling
where newest_lines.acr_usd is not null
