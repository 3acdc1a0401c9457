{#- A certification is known by its title and by every alias, each with and without the words that Microsoft sets before
    it. It ends when it expires, or when the step stops taking it. -#}
with completions as (

    select * from {{ ref('int_training_completions') }}
    where reject_reason is null and training_type = 'certification'

),

newest_exports as (

    select * from {{ ref('int_newest_exports') }}
    where dataset = 'training_completions'

),

prefixes as (

    select prefix || ' ' as title_prefix from {{ ref('certification_title_prefixes') }}
    union all
    select '' as title_prefix

),

step_certifications as (

    select step_certifications.*
    from {{ ref('skilling_step_certifications') }} as step_certifications
    inner join {{ ref('int_rulesets') }} as rulesets
        on step_certifications.ruleset_id = rulesets.ruleset_id

),

titles as (

    select
        certification_id,
        title
    from {{ ref('certifications') }}
    union
    select
        certification_id,
        alias as title
    from {{ ref('certification_aliases') }}

),

known_titles as (

    select distinct
        titles.certification_id,
        {{ normalize_text('prefixes.title_prefix || titles.title') }} as known_title
    from titles
    cross join prefixes

)

select
    completions.pga_mpn_id,
    step_certifications.ruleset_id,
    completions.individual_id,
    step_certifications.step,
    step_certifications.certification_id,
    completions.completion_date,
    least(completions.expiration_date, step_certifications.points_eligible_until + 1) as end_date
from completions
inner join newest_exports
    on
        completions.pga_mpn_id = newest_exports.pga_mpn_id
        and completions.export_date = newest_exports.export_date
inner join known_titles
    on completions.training_title = known_titles.known_title
inner join step_certifications
    on known_titles.certification_id = step_certifications.certification_id
