with rulesets as (

    select * from {{ ref('int_rulesets') }}

),

services as (

    select * from {{ ref('eligible_azure_services') }}

),

workloads as (

    select * from {{ ref('eligible_m365_workloads') }}

),

associations as (

    select * from {{ ref('eligible_associations') }}

),

offers as (

    select * from {{ ref('excluded_azure_offers') }}

),

aliases as (

    select * from {{ ref('product_aliases') }}

),

listed_names as (

    select
        ruleset_id,
        'azure' as track,
        'service' as kind,
        service_name as listed_name
    from services
    union all
    select
        ruleset_id,
        'azure' as track,
        'offer' as kind,
        offer_name as listed_name
    from offers
    union all
    select
        ruleset_id,
        'm365' as track,
        'workload' as kind,
        workload_name as listed_name
    from workloads
    union all
    select
        ruleset_id,
        track,
        'association' as kind,
        association as listed_name
    from associations

),

scored_names as (

    select listed_names.*
    from listed_names
    inner join rulesets
        on listed_names.ruleset_id = rulesets.ruleset_id

),

known_names as (

    select
        ruleset_id,
        track,
        kind,
        listed_name,
        {{ normalize_text('listed_name') }} as known_name
    from scored_names

    union

    select
        scored_names.ruleset_id,
        scored_names.track,
        scored_names.kind,
        scored_names.listed_name,
        {{ normalize_text('aliases.alias') }} as known_name
    from scored_names
    inner join aliases
        on
            scored_names.kind = aliases.kind
            and {{ normalize_text('scored_names.listed_name') }} = {{ normalize_text('aliases.listed_name') }}

)

select
    ruleset_id,
    track,
    kind,
    known_name,
    listed_name
from known_names
