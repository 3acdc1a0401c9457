with spellings_by_export as (

    select * from {{ ref('int_spellings_by_export') }}

),

names as (

    select * from {{ ref('int_rulebook_names') }}

),

spellings as (

    select distinct spelling
    from spellings_by_export

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
