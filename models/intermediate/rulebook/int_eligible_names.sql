with names as (

    select * from {{ ref('int_rulebook_names') }}

),

eligibilities as (

    select * from {{ ref('int_ruleset_eligibility') }}

)

select
    names.ruleset_id as eligibility_id,
    names.track,
    names.kind,
    names.known_name,
    names.listed_name
from names
inner join eligibilities
    on
        names.ruleset_id = eligibilities.ruleset_id
        and names.track = eligibilities.track
        and names.ruleset_id = eligibilities.eligibility_id
