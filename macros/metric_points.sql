{% macro metric_points(earned_units, step_points) -%}
    {#- Exact: no finite number of decimals holds a third, and ten are enough to round up to the hundredth. -#}
    cast(
        least(
            max_points,
            {{ step_points }} + coalesce(
                points_per_unit * {{ earned_units }},
                cast(max_points * {{ earned_units }} as decimal(18, 10)) / units_for_max
            )
        ) as decimal(18, 10)
    )
{%- endmacro %}
