-- A title of two certifications would give one completion to both.
with titles as (

    select
        certification_id,
        {{ normalize_text('title') }} as known_title
    from {{ ref('certifications') }}

    union

    select
        certification_id,
        {{ normalize_text('alias') }} as known_title
    from {{ ref('certification_aliases') }}

)

select known_title
from titles
group by known_title
having count(*) > 1
