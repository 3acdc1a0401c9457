{#- Grain: PGA, rule set, metric, as-of month. Rule: docs/rules.md, Points; units of the tracks are added and capped,
    exact points are max points x units / units for max, published points are rounded up to the hundredth. -#}
with scored_metrics as (

    select * from {{ ref('int_scored_metrics') }}
    where not is_outlook

)

select
    pga_mpn_id,
    ruleset_id,
    metric,
    category,
    as_of_month,
    cast(earned_units as integer) as earned_units,
    units_for_max,
    {{ round_up_to_hundredth('exact_points') }} as points,
    exact_points,
    cast(max_points as decimal(5, 2)) as max_points,
    is_minimum_met,
    -- where a unit has points of its own the maximum may come before the units do
    cast(
        least(
            units_for_max - earned_units,
            coalesce(ceil((max_points - exact_points) / points_per_unit), units_for_max)
        ) as integer
    ) as units_short_of_max
from scored_metrics
