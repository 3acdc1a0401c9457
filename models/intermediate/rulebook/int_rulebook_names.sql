{#- Every name that a rule set lists, and every other name that the thing is known by. Rule sets whose lists are alike
    share one eligibility, named after the first of them: usage is matched to its lists once. -#}
{%- set lists = [
    ('azure', 'service', ref('eligible_azure_services'), 'service_name'),
    ('azure', 'offer', ref('excluded_azure_offers'), 'offer_name'),
    ('m365', 'workload', ref('eligible_m365_workloads'), 'workload_name'),
    (none, 'association', ref('eligible_associations'), 'association'),
] %}
with aliases as (

    select * from {{ ref('product_aliases') }}

),

listed_names as (

    {% for track, kind, list, column in lists -%}
        select
            ruleset_id,
            {{ "'" ~ track ~ "' as track" if track else 'track' }},
            '{{ kind }}' as kind,
            {{ column }} as listed_name
        from {{ list }}
        {{ 'union all' if not loop.last }}
    {% endfor -%}

),

scored_names as (

    select
        listed_names.*,
        -- a number of the thing, cheaper to group by than its name
        cast(dense_rank() over (order by listed_names.kind, listed_names.listed_name) as integer) as listed_number
    from listed_names
    inner join {{ ref('int_rulesets') }} as rulesets
        on listed_names.ruleset_id = rulesets.ruleset_id

),

known_names as (

    select
        *,
        {{ normalize_text('listed_name') }} as known_name
    from scored_names

    union

    select
        scored_names.*,
        {{ normalize_text('aliases.alias') }} as known_name
    from scored_names
    inner join aliases
        on
            scored_names.kind = aliases.kind
            and {{ normalize_text('scored_names.listed_name') }} = {{ normalize_text('aliases.listed_name') }}

),

lists as (

    select
        ruleset_id,
        track,
        {{ join_texts(
            "kind || '|' || known_name || '|' || listed_name", "kind || '|' || known_name || '|' || listed_name"
        ) }} as all_names
    from known_names
    group by ruleset_id, track

),

eligibilities as (

    select
        ruleset_id,
        track,
        min(ruleset_id) over (partition by track, all_names) as eligibility_id
    from lists

)

select
    known_names.ruleset_id,
    known_names.track,
    known_names.kind,
    known_names.listed_name,
    known_names.listed_number,
    known_names.known_name,
    {{ text_key('known_names.known_name') }} as known_key,
    eligibilities.eligibility_id,
    known_names.ruleset_id = eligibilities.eligibility_id as is_first_of_eligibility
from known_names
inner join eligibilities
    on {{ equal_keys('known_names', 'eligibilities', ['ruleset_id', 'track']) }}
