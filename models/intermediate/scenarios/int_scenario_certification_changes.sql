{#- The certifications that scenarios add to people in a month, and take away: one list, which advice and the
    scenarios of the file both feed. -#}
with lines as (

    select * from {{ ref('int_scenario_lines') }}
    where is_sound and change_kind = 'certification'

),

rulesets as (

    select * from {{ ref('int_rulesets') }}

)

select
    scenario_id,
    pga_mpn_id,
    ruleset_id,
    subject_id as individual_id,
    detail as certification_id,
    month_number,
    -- in the month in which it ends it is kept; one that ends after the outlook is taken out of the last month
    case when kind = 'certification_expiring' and month_number != deadline_month_number then -1 else 1 end
        as certification_change
from {{ ref('int_scenarios') }}
where subject_type = 'individual'

union all

-- one line may give what another takes away
select
    lines.scenario_id || '/' || rulesets.ruleset_id as scenario_id,
    lines.pga_mpn_id,
    rulesets.ruleset_id,
    lines.subject_id as individual_id,
    lines.certification_id,
    lines.month_number,
    cast(sign(sum(lines.amount)) as integer) as certification_change
from lines
cross join rulesets
group by
    lines.scenario_id,
    lines.pga_mpn_id,
    rulesets.ruleset_id,
    lines.subject_id,
    lines.certification_id,
    lines.month_number
