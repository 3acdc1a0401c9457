{#- Grain: rule set. -#}
with rulesets as (

    select * from {{ ref('rulesets') }}

),

scored_rulesets as (

    select * from {{ ref('int_rulesets') }}

)

select
    rulesets.ruleset_id,
    rulesets.ruleset_name,
    rulesets.area,
    rulesets.version,
    rulesets.path,
    rulesets.effective_from,
    rulesets.effective_to,
    rulesets.certainty_of_dates,
    cast(rulesets.minimum_total_points as decimal(5, 2)) as minimum_total_points,
    cast(rulesets.minimum_metric_points as decimal(5, 2)) as minimum_metric_points,
    rulesets.qualification_window_months,
    rulesets.is_default,
    scored_rulesets.ruleset_id is not null as is_scored,
    rulesets.source
from rulesets
left join scored_rulesets
    on rulesets.ruleset_id = scored_rulesets.ruleset_id
