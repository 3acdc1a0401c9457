with rulesets as (

    select * from {{ ref('rulesets') }}

)

select
    ruleset_id,
    area,
    version,
    path,
    path_priority,
    effective_from,
    effective_to,
    minimum_total_points,
    minimum_metric_points,
    qualification_window_months,
    is_default
from rulesets
{% if var('rulesets') -%}
    where ruleset_id in ('{{ var("rulesets") | join("', '") }}')
{%- endif %}
