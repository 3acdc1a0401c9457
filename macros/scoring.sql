{% macro band_standing(value, active_value) -%}
    {#- Idle: fewer seats are active than the share that the criterion asks for. A value above the band may be idle, too:
        carry-over keeps a tenant that outgrew the band only with enough active seats. -#}
    case
        when {{ value }} is null then null
        when
            {{ value }} < criteria.minimum_value
            or (not criteria.is_minimum_included and {{ value }} = criteria.minimum_value)
            then 'below'
        else
            case
                when
                    {{ value }} > criteria.maximum_value
                    or (not criteria.is_maximum_included and {{ value }} = criteria.maximum_value)
                    then 'above'
                else 'inside'
            end
            || case when {{ active_value }} < criteria.minimum_active_share * {{ value }} then ' idle' else '' end
    end
{%- endmacro %}


{% macro tenant_standing() -%}
    coalesce(bool_or(standing = 'inside'), false) as is_counted_by_band,
    coalesce(bool_or(standing in ('inside', 'inside idle')), false) as is_inside_band,
    coalesce(bool_or(standing = 'above'), false) as has_active_above_band,
    coalesce(bool_or(standing in ('above', 'above idle')), false) as has_above_band,
    max(threshold_value) as threshold_value,
    coalesce(sum(case when measure = 'sum' then active_value end), max(threshold_value)) as tenant_value
{%- endmacro %}


{% macro has_outgrown_band(standing, prior_standing) -%}
    (
        not {{ standing }}.is_inside_band
        and {{ standing }}.has_active_above_band
        and {{ prior_standing }}.is_inside_band
    )
{%- endmacro %}


{% macro counted_value(measure, is_counted, tenant_value) -%}
    case
        when not {{ is_counted }} then 0
        when {{ measure }} = 'count' then 1
        when {{ measure }} = 'sum' then {{ tenant_value }}
    end
{%- endmacro %}


{% macro full_units(change_value, unit_size, units_cap) -%}
    {#- Without a cap the units are individuals. -#}
    cast(floor({{ parts_of_units(change_value, unit_size, units_cap) }}) as integer)
{%- endmacro %}


{% macro parts_of_units(change_value, unit_size, units_cap) -%}
    {#- The change is cut to what the cap needs before it is divided: a quotient of small numbers is exact enough
        for floor on every engine, whatever the size of the change. -#}
    greatest(0, least({{ change_value }}, coalesce({{ unit_size }} * {{ units_cap }}, {{ change_value }})))
    / {{ unit_size }}
{%- endmacro %}


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


{% macro round_up_to_hundredth(exact_points) -%}
    {#- Exact points are sums of fractions that no finite number of decimals holds; the inner rounding takes off what is
        lost, so that three thirds of a point are one point and not a hundredth more. -#}
    {%- set hundredths = 10 ** 2 -%}
    cast(ceil(round({{ exact_points }}, 6) * {{ hundredths }}) / {{ hundredths }} as decimal(5, 2))
{%- endmacro %}


{% macro rounded_points(exact_points, rounding, parts_of_a_point) -%}
    {#- As round_up_to_hundredth, by a reading that a row of data names. -#}
    {%- set parts = 'round(' ~ exact_points ~ ', 6) * ' ~ parts_of_a_point -%}
    cast(
        case {{ rounding }}
            when 'up' then ceil({{ parts }})
            when 'down' then floor({{ parts }})
            when 'half_up' then floor({{ parts }} + 0.5)
        end / {{ parts_of_a_point }} as decimal(5, 2)
    )
{%- endmacro %}
