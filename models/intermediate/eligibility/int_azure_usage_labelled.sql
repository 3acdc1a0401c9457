with usage_by_export as (

    select * from {{ ref('int_azure_usage_by_export') }}
    where reject_reason is null

),

newest_exports as (

    select * from {{ ref('int_newest_exports') }}
    where dataset = 'azure_usage'

),

offers as (

    select * from {{ ref('int_subscription_offers') }}
    where reject_reason is null and not is_superseded

),

ruleset_eligibility as (

    select * from {{ ref('int_ruleset_eligibility') }}

),

names as (

    select * from {{ ref('int_eligible_names') }}
    where track = 'azure'

),

eligibilities as (

    select distinct eligibility_id
    from ruleset_eligibility
    where track = 'azure'

),

services as (

    select * from names
    where kind = 'service'

),

associations as (

    select * from names
    where kind = 'association'

),

excluded_offers as (

    select * from names
    where kind = 'offer'

),

newest_usage as (

    select
        usage_by_export.*,
        offers.offer_name
    from usage_by_export
    inner join newest_exports
        on
            usage_by_export.pga_mpn_id = newest_exports.pga_mpn_id
            and usage_by_export.usage_month = newest_exports.usage_month
            and usage_by_export.export_date = newest_exports.export_date
    left join offers
        on usage_by_export.subscription_id = offers.subscription_id

),

usage_matched_to_lists as (

    select
        eligibilities.eligibility_id,
        newest_usage.*,
        coalesce(level_2.listed_name, level_3.listed_name, level_4.listed_name) as listed_service,
        associations.listed_name as listed_association,
        excluded_offers.listed_name as excluded_offer
    from newest_usage
    cross join eligibilities
    left join services as level_2
        on
            newest_usage.service_level_2 = level_2.known_name
            and eligibilities.eligibility_id = level_2.eligibility_id
    left join services as level_3
        on
            newest_usage.service_level_3 = level_3.known_name
            and eligibilities.eligibility_id = level_3.eligibility_id
    left join services as level_4
        on
            newest_usage.service_level_4 = level_4.known_name
            and eligibilities.eligibility_id = level_4.eligibility_id
    left join associations
        on
            newest_usage.association = associations.known_name
            and eligibilities.eligibility_id = associations.eligibility_id
    left join excluded_offers
        on
            newest_usage.offer_name = excluded_offers.known_name
            and eligibilities.eligibility_id = excluded_offers.eligibility_id

)

-- Association comes last: what it excludes is what would count if the partner linked the tenant.
select
    pga_mpn_id,
    eligibility_id,
    usage_month,
    customer_tenant_id,
    subscription_id,
    mpn_id,
    association,
    listed_association,
    listed_service,
    offer_name,
    duplicate_flag,
    acr_usd,
    case
        when listed_service is null then 'service_not_listed'
        when excluded_offer is not null then 'offer_excluded'
        when listed_association is null then 'association_not_eligible'
    end as exclusion_reason
from usage_matched_to_lists
