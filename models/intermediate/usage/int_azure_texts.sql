{#- Lines repeat few combinations of these texts: what has to be known of each is found once, and not on every line. -#}
with usage_lines as (

    select * from {{ ref('stg_partner_center__azure_usage') }}

)

select distinct
    service_level_2_spelling,
    service_level_3_spelling,
    service_level_4_spelling,
    association_spelling
from usage_lines
