with certifications as (

    select * from {{ ref('certifications') }}

),

aliases as (

    select * from {{ ref('certification_aliases') }}

),

prefixes as (

    select * from {{ ref('certification_title_prefixes') }}

),

titles as (

    select
        certification_id,
        title
    from certifications
    union
    select
        certification_id,
        alias as title
    from aliases

),

prefixed_titles as (

    select
        certification_id,
        title
    from titles
    union
    select
        titles.certification_id,
        prefixes.prefix || ' ' || titles.title as title
    from titles
    cross join prefixes

)

select distinct
    certification_id,
    {{ normalize_text('title') }} as known_title
from prefixed_titles
