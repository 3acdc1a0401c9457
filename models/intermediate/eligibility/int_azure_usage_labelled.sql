with usage_pairs as (

    select * from {{ ref('int_azure_usage_pairs') }}

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

usage_matched_to_lists as (

    select
        eligibilities.eligibility_id,
        usage_pairs.*,
        coalesce(level_2.listed_name, level_3.listed_name, level_4.listed_name) as listed_service,
        associations.listed_name as listed_association,
        offers.offer_name,
        excluded_offers.listed_name as excluded_offer
    from usage_pairs
    cross join eligibilities
    left join offers
        on usage_pairs.subscription_id = offers.subscription_id
    left join services as level_2
        on
            usage_pairs.service_level_2 = level_2.known_name
            and eligibilities.eligibility_id = level_2.eligibility_id
    left join services as level_3
        on
            usage_pairs.service_level_3 = level_3.known_name
            and eligibilities.eligibility_id = level_3.eligibility_id
    left join services as level_4
        on
            usage_pairs.service_level_4 = level_4.known_name
            and eligibilities.eligibility_id = level_4.eligibility_id
    left join associations
        on
            usage_pairs.association = associations.known_name
            and eligibilities.eligibility_id = associations.eligibility_id
    left join excluded_offers
        on
            offers.offer_name = excluded_offers.known_name
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
    coalesce(listed_association, association) as association,
    listed_service,
    offer_name is null as is_unknown_offer,
    duplicate_flag,
    acr_usd,
    case
        when listed_service is null then 'service_not_listed'
        when excluded_offer is not null then 'offer_excluded'
        when listed_association is null then 'association_not_eligible'
    end as exclusion_reason
from usage_matched_to_lists
