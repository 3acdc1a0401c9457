with completions as (

    select * from {{ ref('int_training_completions') }}
    where reject_reason is null and training_type = 'certification'

),

newest_exports as (

    select * from {{ ref('int_newest_exports') }}
    where dataset = 'training_completions'

),

titles as (

    select * from {{ ref('int_certification_titles') }}

),

step_certifications as (

    select * from {{ ref('skilling_step_certifications') }}

),

rulesets as (

    select * from {{ ref('int_rulesets') }}

),

newest_certifications as (

    select
        completions.pga_mpn_id,
        completions.individual_id,
        titles.certification_id,
        completions.completion_date,
        completions.expiration_date
    from completions
    inner join newest_exports
        on
            completions.pga_mpn_id = newest_exports.pga_mpn_id
            and completions.export_date = newest_exports.export_date
    inner join titles
        on completions.training_title = titles.known_title

)

select
    newest_certifications.pga_mpn_id,
    step_certifications.ruleset_id,
    newest_certifications.individual_id,
    step_certifications.step,
    newest_certifications.certification_id,
    newest_certifications.completion_date,
    newest_certifications.expiration_date,
    step_certifications.points_eligible_until
from newest_certifications
inner join step_certifications
    on newest_certifications.certification_id = step_certifications.certification_id
inner join rulesets
    on step_certifications.ruleset_id = rulesets.ruleset_id
