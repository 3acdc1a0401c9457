{#- The lists that usage is matched to: rule sets whose lists are alike share one. -#}
with names as (

    select * from {{ ref('int_rulebook_names') }}

),

ruleset_eligibility as (

    select * from {{ ref('int_ruleset_eligibility') }}

)

select
    ruleset_eligibility.eligibility_id,
    names.track,
    names.kind,
    names.listed_name,
    names.listed_number,
    names.known_name,
    names.known_key
from names
inner join ruleset_eligibility
    on
        names.ruleset_id = ruleset_eligibility.ruleset_id
        and names.track = ruleset_eligibility.track
where ruleset_eligibility.ruleset_id = ruleset_eligibility.eligibility_id
