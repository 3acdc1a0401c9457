{#- The one read of the usage lines for the score. Lines of services that no rule set knows keep no subscription and no
    attribution, and fold into a row per tenant. Texts are numbers: to group by them costs a third. -#}
{{ config(materialized='incremental', pre_hook=forget_superseded_months('azure_usage')) }}
with usage_lines as (

    select * from {{ ref('stg_partner_center__azure_usage') }}
    {{ where_export_became_newest('azure_usage') }}

),

locations as (

    select * from {{ ref('int_partner_locations') }}

),

newest_exports as (

    select * from {{ ref('int_newest_exports') }}
    where dataset = 'azure_usage' {{ and_month_is_not_kept('int_newest_exports') }}

),

spellings as (

    select * from {{ ref('int_text_spellings') }}

),

tenant_spellings as (

    select * from spellings
    where normalized_text != ''

),

known_services as (

    select distinct known_name
    from {{ ref('int_rulebook_names') }}
    where kind = 'service'

),

service_spellings as (

    select spellings.*
    from spellings
    inner join known_services
        on spellings.normalized_text = known_services.known_name

),

lines_with_partner as (

    select
        usage_lines.*,
        coalesce(usage_lines.reported_pga_mpn_id, locations.pga_mpn_id) as pga_mpn_id
    from usage_lines
    left join locations
        on usage_lines.mpn_id = locations.mpn_id

),

lines_with_keys as (

    select
        newest_lines.pga_mpn_id,
        newest_lines.usage_month,
        tenants.text_key as customer_tenant_key,
        subscriptions.text_key as subscription_key,
        newest_lines.mpn_id,
        associations.text_key as association_key,
        level_2.text_key as service_level_2_key,
        level_3.text_key as service_level_3_key,
        level_4.text_key as service_level_4_key,
        coalesce(level_2.text_key, level_3.text_key, level_4.text_key) is not null as is_known_service,
        newest_lines.duplicate_flag,
        newest_lines.acr_usd
    from lines_with_partner as newest_lines
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
    left join service_spellings as level_2
        on newest_lines.service_level_2_spelling = level_2.spelling
    left join service_spellings as level_3
        on newest_lines.service_level_3_spelling = level_3.spelling
    left join service_spellings as level_4
        on newest_lines.service_level_4_spelling = level_4.spelling

),

usage_of_pairs as (

    select
        pga_mpn_id,
        usage_month,
        customer_tenant_key,
        case when is_known_service then subscription_key end as subscription_key,
        case when is_known_service then mpn_id end as mpn_id,
        case when is_known_service then association_key end as association_key,
        service_level_2_key,
        service_level_3_key,
        service_level_4_key,
        -- an unreadable flag ranks behind both readable ones
        min(case when acr_usd is not null then coalesce(duplicate_flag, 2) end) as duplicate_flag,
        sum(acr_usd) as acr_usd
    from lines_with_keys
    group by
        pga_mpn_id,
        usage_month,
        customer_tenant_key,
        case when is_known_service then subscription_key end,
        case when is_known_service then mpn_id end,
        case when is_known_service then association_key end,
        service_level_2_key,
        service_level_3_key,
        service_level_4_key
    -- rejected for their figure: they fall out of the folded rows, which is far cheaper than a filter on every line
    having count(acr_usd) > 0

)

select
    usage_of_pairs.*,
    newest_exports.export_fingerprint
from usage_of_pairs
inner join newest_exports
    on
        usage_of_pairs.pga_mpn_id = newest_exports.pga_mpn_id
        and usage_of_pairs.usage_month = newest_exports.usage_month
