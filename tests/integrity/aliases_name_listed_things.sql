-- An alias of something that no rule set lists is a typing error: it would never match. All rule sets, scored or not.
with listed_names as (

    select
        'service' as kind,
        service_name as listed_name
    from {{ ref('eligible_azure_services') }}
    union
    select
        'offer' as kind,
        offer_name as listed_name
    from {{ ref('excluded_azure_offers') }}
    union
    select
        'workload' as kind,
        workload_name as listed_name
    from {{ ref('eligible_m365_workloads') }}
    union
    select
        'association' as kind,
        association as listed_name
    from {{ ref('eligible_associations') }}

)

select
    product_aliases.kind,
    product_aliases.listed_name,
    product_aliases.alias as unlisted_alias
from {{ ref('product_aliases') }} as product_aliases
left join listed_names
    on
        product_aliases.kind = listed_names.kind
        and product_aliases.listed_name = listed_names.listed_name
where listed_names.listed_name is null
