with names as (

    select * from {{ ref('int_rulebook_names') }}

),

list_sizes as (

    select
        ruleset_id,
        track,
        count(*) as name_count
    from names
    group by ruleset_id, track

),

shared_names as (

    select
        names.ruleset_id,
        names.track,
        other_names.ruleset_id as other_ruleset_id,
        count(*) as name_count
    from names
    inner join names as other_names
        on
            names.track = other_names.track
            and names.kind = other_names.kind
            and names.known_name = other_names.known_name
            and names.listed_name = other_names.listed_name
    group by names.ruleset_id, names.track, other_names.ruleset_id

),

rulesets_with_equal_lists as (

    select
        shared_names.ruleset_id,
        shared_names.track,
        shared_names.other_ruleset_id
    from shared_names
    inner join list_sizes
        on
            shared_names.ruleset_id = list_sizes.ruleset_id
            and shared_names.track = list_sizes.track
            and shared_names.name_count = list_sizes.name_count
    inner join list_sizes as other_list_sizes
        on
            shared_names.other_ruleset_id = other_list_sizes.ruleset_id
            and shared_names.track = other_list_sizes.track
            and shared_names.name_count = other_list_sizes.name_count

)

select
    ruleset_id,
    track,
    min(other_ruleset_id) as eligibility_id
from rulesets_with_equal_lists
group by ruleset_id, track
