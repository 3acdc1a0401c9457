-- The variable rulesets names rule sets of the rulebook: one that does not exist would score nothing in silence.
with chosen_rulesets as (

    {% for ruleset in var('rulesets') -%}
        select '{{ ruleset }}' as ruleset_id
        union all
    {% endfor -%}
    select ruleset_id
    from {{ ref('rulesets') }}

)

select chosen_rulesets.ruleset_id as unknown_ruleset_id
from chosen_rulesets
left join {{ ref('rulesets') }} as rulesets
    on chosen_rulesets.ruleset_id = rulesets.ruleset_id
where rulesets.ruleset_id is null
