{#- What the last month's skilling would be if one certification expired or one more were passed. -#}
with held_certifications as (

    select
        held_certifications.*,
        scored_months.month_end_date + {{ var('recommendation_expiry_days') }} as horizon_date
    from {{ ref('int_held_certifications') }} as held_certifications
    inner join {{ ref('int_scored_months') }} as scored_months
        on held_certifications.month_number = scored_months.month_number
    where scored_months.is_last_scored_month

),

individual_steps as (

    select individual_steps.*
    from {{ ref('int_individual_steps') }} as individual_steps
    inner join {{ ref('int_scored_months') }} as scored_months
        on individual_steps.month_number = scored_months.month_number
    where scored_months.is_last_scored_month

),

steps as (

    select * from {{ ref('skilling_steps') }}

),

individuals as (

    select distinct
        pga_mpn_id,
        ruleset_id,
        individual_id,
        month_number
    from individual_steps

),

partners as (

    select distinct
        pga_mpn_id,
        ruleset_id,
        month_number
    from individual_steps

),

expiring_certifications as (

    select
        pga_mpn_id,
        ruleset_id,
        individual_id,
        month_number,
        certification_id,
        max(end_date) as end_date
    from held_certifications
    group by pga_mpn_id, ruleset_id, individual_id, month_number, certification_id, horizon_date
    having count(*) = count(end_date) and max(end_date) <= horizon_date

),

individual_gaps as (

    select
        individuals.pga_mpn_id,
        individuals.ruleset_id,
        individuals.individual_id,
        individuals.month_number,
        min(steps.step) as step,
        count(*) as gap_count
    from individuals
    inner join steps
        on individuals.ruleset_id = steps.ruleset_id and steps.held_by = 'individual'
    left join individual_steps
        on
            individuals.pga_mpn_id = individual_steps.pga_mpn_id
            and individuals.ruleset_id = individual_steps.ruleset_id
            and individuals.individual_id = individual_steps.individual_id
            and steps.step = individual_steps.step
    where individual_steps.step is null
    group by individuals.pga_mpn_id, individuals.ruleset_id, individuals.individual_id, individuals.month_number

),

organization_gaps as (

    select
        partners.pga_mpn_id,
        partners.ruleset_id,
        partners.month_number,
        steps.step,
        steps.minimum_individuals - count(individual_steps.step) as gap_count
    from partners
    inner join steps
        on partners.ruleset_id = steps.ruleset_id and steps.held_by = 'organization'
    left join individual_steps
        on
            partners.pga_mpn_id = individual_steps.pga_mpn_id
            and partners.ruleset_id = individual_steps.ruleset_id
            and steps.step = individual_steps.step
    group by
        partners.pga_mpn_id,
        partners.ruleset_id,
        partners.month_number,
        steps.step,
        steps.minimum_individuals

),

scenarios as (

    select
        'certification_expiring' as kind,
        pga_mpn_id,
        ruleset_id,
        individual_id,
        month_number,
        cast(null as integer) as step,
        certification_id,
        end_date
    from expiring_certifications

    union all

    select
        'missing_one_step' as kind,
        pga_mpn_id,
        ruleset_id,
        individual_id,
        month_number,
        step,
        cast(null as {{ dbt.type_string() }}) as certification_id,
        cast(null as date) as end_date
    from individual_gaps
    where gap_count = 1

    union all

    select
        'missing_one_step' as kind,
        pga_mpn_id,
        ruleset_id,
        'any individual' as individual_id,
        month_number,
        step,
        cast(null as {{ dbt.type_string() }}) as certification_id,
        cast(null as date) as end_date
    from organization_gaps
    where gap_count = 1

)

select
    kind || '/' || pga_mpn_id || '/' || ruleset_id || '/' || individual_id || '/'
    || coalesce(certification_id, cast(step as {{ dbt.type_string() }})) as scenario_id,
    kind,
    pga_mpn_id,
    ruleset_id,
    individual_id,
    month_number,
    step,
    certification_id,
    end_date
from scenarios
