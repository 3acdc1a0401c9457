with azure_usage as (

    select * from {{ ref('stg_partner_center__azure_usage') }}

),

m365_usage as (

    select * from {{ ref('stg_partner_center__cpor_m365_usage') }}

),

names as (

    select * from {{ ref('int_rulebook_names') }}

),

-- one pass over each report: the columns together, then one row per column
azure_texts as (

    select distinct
        service_level_2_spelling,
        service_level_3_spelling,
        service_level_4_spelling,
        association_spelling
    from azure_usage

),

m365_texts as (

    select distinct
        workload_spelling,
        association_spelling
    from m365_usage

),

spellings as (

    select service_level_2_spelling as spelling from azure_texts
    union
    select service_level_3_spelling as spelling from azure_texts
    union
    select service_level_4_spelling as spelling from azure_texts
    union
    select association_spelling as spelling from azure_texts
    union
    select workload_spelling as spelling from m365_texts
    union
    select association_spelling as spelling from m365_texts

),

normalized as (

    select
        spelling,
        {{ normalize_text('spelling') }} as normalized_text
    from spellings

),

services as (

    select distinct known_name
    from names
    where kind = 'service'

)

select
    normalized.spelling,
    normalized.normalized_text,
    services.known_name as service_name
from normalized
left join services
    on normalized.normalized_text = services.known_name
