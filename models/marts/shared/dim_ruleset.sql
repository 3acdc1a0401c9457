{#- Grain: rule set. -#}
with rulesets as (

    select * from {{ ref('rulesets') }}

)

select
    ruleset_id,
    area,
    version,
    path,
    effective_from,
    effective_to,
    certainty_of_dates,
    cast(minimum_total_points as decimal(5, 2)) as minimum_total_points,
    cast(minimum_metric_points as decimal(5, 2)) as minimum_metric_points,
    qualification_window_months,
    is_default,
    source
from rulesets
