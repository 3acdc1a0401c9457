{#- Lines repeat few combinations of the three levels of a service: each is looked up once, and not on every line. -#}
with azure_texts as (

    select distinct
        service_level_2_spelling,
        service_level_3_spelling,
        service_level_4_spelling
    from {{ ref('int_azure_texts') }}

),

known_services as (

    select distinct known_name
    from {{ ref('int_rulebook_names') }}
    where kind = 'service'

),

service_spellings as (

    select spellings.*
    from {{ ref('int_text_spellings') }} as spellings
    inner join known_services
        on spellings.normalized_text = known_services.known_name

)

select
    azure_texts.service_level_2_spelling,
    azure_texts.service_level_3_spelling,
    azure_texts.service_level_4_spelling,
    coalesce(level_2.text_key, 0) as service_level_2_key,
    coalesce(level_3.text_key, 0) as service_level_3_key,
    coalesce(level_4.text_key, 0) as service_level_4_key
from azure_texts
left join service_spellings as level_2
    on azure_texts.service_level_2_spelling = level_2.spelling
left join service_spellings as level_3
    on azure_texts.service_level_3_spelling = level_3.spelling
left join service_spellings as level_4
    on azure_texts.service_level_4_spelling = level_4.spelling
where coalesce(level_2.text_key, level_3.text_key, level_4.text_key) is not null
