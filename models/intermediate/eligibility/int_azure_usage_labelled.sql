with usage_lines as (

    select * from {{ ref('int_azure_usage_lines').include(database=false) }}

),

known_services as (

    select distinct
        service_level_2_key,
        service_level_3_key,
        service_level_4_key
    from {{ ref('int_azure_services').include(database=false) }}

),

attributions as (

    select * from {{ ref('int_azure_attributions').include(database=false) }}

),

offers as (

    select * from {{ ref('int_subscription_offers').include(database=false) }}
    where reject_reason is null and not is_superseded

),

ruleset_eligibility as (

    select * from {{ ref('int_ruleset_eligibility').include(database=false) }}

),

names as (

    select * from {{ ref('int_eligible_names').include(database=false) }}
    where track = 'azure'

),

texts as (

    select * from {{ ref('int_texts').include(database=false) }}

),

eligibilities as (

    select distinct eligibility_id
    from ruleset_eligibility
    where track = 'azure'

),

names_of_services as (

    select
        names.eligibility_id,
        texts.text_key,
        -- of several names of a service one number stands for it
        min(texts.text_key) over (partition by names.eligibility_id, names.listed_name) as listed_service_key
    from names
    inner join texts
        on names.known_name = texts.normalized_text
    where names.kind = 'service'

),

-- the first of the three levels that the list has; what it has at none is in no row
listed_services as (

    select
        eligibilities.eligibility_id,
        known_services.service_level_2_key,
        known_services.service_level_3_key,
        known_services.service_level_4_key,
        coalesce(level_2.listed_service_key, level_3.listed_service_key, level_4.listed_service_key)
            as listed_service_key
    from known_services
    cross join eligibilities
    left join names_of_services as level_2
        on
            known_services.service_level_2_key = level_2.text_key
            and eligibilities.eligibility_id = level_2.eligibility_id
    left join names_of_services as level_3
        on
            known_services.service_level_3_key = level_3.text_key
            and eligibilities.eligibility_id = level_3.eligibility_id
    left join names_of_services as level_4
        on
            known_services.service_level_4_key = level_4.text_key
            and eligibilities.eligibility_id = level_4.eligibility_id
    where coalesce(level_2.listed_service_key, level_3.listed_service_key, level_4.listed_service_key) is not null

),

subscriptions as (

    select
        eligibilities.eligibility_id,
        texts.text_key as subscription_key,
        offers.offer_name is null as is_unknown_offer,
        excluded_offers.listed_name is not null as is_offer_excluded
    from offers
    inner join texts
        on offers.subscription_id = texts.normalized_text
    cross join eligibilities
    left join names as excluded_offers
        on
            offers.offer_name = excluded_offers.known_name
            and excluded_offers.kind = 'offer'
            and eligibilities.eligibility_id = excluded_offers.eligibility_id

),

usage_matched_to_lists as (

    select
        attributions.eligibility_id,
        attributions.account_number,
        usage_lines.*,
        listed_services.listed_service_key,
        attributions.attribution_rank,
        attributions.is_eligible as is_attribution_eligible,
        coalesce(subscriptions.is_unknown_offer, true) as is_unknown_offer,
        coalesce(subscriptions.is_offer_excluded, false) as is_offer_excluded
    from usage_lines
    inner join attributions
        on
            usage_lines.pga_mpn_id = attributions.pga_mpn_id
            and usage_lines.mpn_id = attributions.mpn_id
            and usage_lines.association_key = attributions.association_key
    inner join listed_services
        on
            usage_lines.service_level_2_key = listed_services.service_level_2_key
            and usage_lines.service_level_3_key = listed_services.service_level_3_key
            and usage_lines.service_level_4_key = listed_services.service_level_4_key
            and attributions.eligibility_id = listed_services.eligibility_id
    left join subscriptions
        on
            usage_lines.subscription_key = subscriptions.subscription_key
            and attributions.eligibility_id = subscriptions.eligibility_id

)

-- Association comes last: what it excludes is what would count if the partner linked the tenant.
select
    pga_mpn_id,
    eligibility_id,
    account_number,
    usage_month,
    customer_tenant_key,
    subscription_key,
    attribution_rank,
    listed_service_key,
    is_unknown_offer,
    duplicate_flag,
    acr_usd,
    case
        when is_offer_excluded then 'offer_excluded'
        when not is_attribution_eligible then 'association_not_eligible'
    end as exclusion_reason
from usage_matched_to_lists
