{#- Lines of services that no list names have no row here: int_azure_tenant_months finds their revenue as what remains
    of the tenant's total. The partner's own list says the offer before the line does (docs/rules.md). -#}
with usage_lines as (

    select * from {{ ref('stg_partner_center__azure_usage').include(database=false) }}
    where reject_reason is null

),

locations as (

    select * from {{ ref('stg_partner_center__partner_profile').include(database=false) }}
    where is_newest

),

newest_exports as (

    select * from {{ ref('int_newest_exports').include(database=false) }}
    where dataset = 'azure_usage'

),

services as (

    select * from {{ ref('int_azure_services').include(database=false) }}

),

attributions as (

    select * from {{ ref('int_azure_attributions').include(database=false) }}

),

excluded_offers as (

    select * from {{ ref('int_rulebook_names').include(database=false) }}
    where track = 'azure' and kind = 'offer' and is_first_of_eligibility

),

subscriptions as (

    select * from {{ ref('stg_partner_center__azure_subscription_offers').include(database=false) }}
    where is_newest

),

partner_usage as (

    select
        usage_lines.*,
        coalesce(usage_lines.reported_pga_mpn_id, locations.pga_mpn_id) as pga_mpn_id
    from usage_lines
    left join locations
        on usage_lines.mpn_id = locations.mpn_id

)

-- The offer is asked first: usage that only the association excludes would be eligible once the partner links it.
select
    partner_usage.pga_mpn_id,
    services.eligibility_id,
    partner_usage.usage_month,
    partner_usage.customer_tenant_key,
    partner_usage.subscription_key,
    services.service_number,
    attributions.attribution_rank,
    -- an unreadable flag ranks behind both readable ones
    coalesce(partner_usage.duplicate_flag, 2) as duplicate_flag,
    coalesce(subscriptions.offer_name, partner_usage.offer_name) is null as is_unknown_offer,
    partner_usage.acr_usd,
    case
        when excluded_offers.listed_name is not null then 'offer_excluded'
        when not attributions.is_eligible then 'association_not_eligible'
    end as exclusion_reason
from partner_usage
inner join newest_exports
    on
        partner_usage.pga_mpn_id = newest_exports.pga_mpn_id
        and partner_usage.usage_month = newest_exports.usage_month
        and partner_usage.export_date = newest_exports.export_date
inner join services
    on
        partner_usage.service_level_2_key = services.service_level_2_key
        and partner_usage.service_level_3_key = services.service_level_3_key
        and partner_usage.service_level_4_key = services.service_level_4_key
inner join attributions
    on
        services.eligibility_id = attributions.eligibility_id
        and partner_usage.pga_mpn_id = attributions.pga_mpn_id
        and coalesce(partner_usage.mpn_id, '') = attributions.mpn_id
        and partner_usage.association = attributions.association
left join subscriptions
    on partner_usage.subscription_key = subscriptions.subscription_key
left join excluded_offers
    on
        coalesce(subscriptions.offer_name, partner_usage.offer_name) = excluded_offers.known_name
        and services.eligibility_id = excluded_offers.eligibility_id
