{#- Rule sets whose lists are alike share one eligibility, named after the first of them. -#}
with names as (

    select * from {{ ref('int_rulebook_names') }}

),

lists as (

    select
        ruleset_id,
        track,
        {{ join_texts(
            "kind || '|' || known_name || '|' || listed_name", "kind || '|' || known_name || '|' || listed_name"
        ) }} as all_names
    from names
    group by ruleset_id, track

)

select
    ruleset_id,
    track,
    min(ruleset_id) over (partition by track, all_names) as eligibility_id
from lists
