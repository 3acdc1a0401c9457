{#- Lines repeat few combinations of the three levels of a service: each is looked up once, and not on every line. -#}
with service_levels as (

    select distinct
        service_level_2_key,
        service_level_3_key,
        service_level_4_key
    from {{ ref('stg_partner_center__azure_usage') }}

),

rulebook_names as (

    select * from {{ ref('int_rulebook_names') }}
    where track = 'azure' and is_first_of_eligibility

),

eligibilities as (

    select distinct eligibility_id from rulebook_names

),

services as (

    select * from rulebook_names
    where kind = 'service'

),

-- the first of the three levels that the list has decides
matched_levels as (

    select
        eligibilities.eligibility_id,
        service_levels.*,
        coalesce(level_2.listed_number, level_3.listed_number, level_4.listed_number) as service_number
    from service_levels
    cross join eligibilities
    {% for level in [2, 3, 4] -%}
        left join services as level_{{ level }}
            on
                service_levels.service_level_{{ level }}_key = level_{{ level }}.known_key
                and eligibilities.eligibility_id = level_{{ level }}.eligibility_id
    {% endfor -%}

)

select
    eligibility_id,
    service_level_2_key,
    service_level_3_key,
    service_level_4_key,
    service_number
from matched_levels
where service_number is not null
