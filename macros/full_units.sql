{% macro full_units(change_value, unit_size, units_cap) -%}
    {#- The change is cut to what the cap needs before it is divided: a quotient of small numbers is exact enough
        for floor on every engine, whatever the size of the change. Without a cap the units are individuals. -#}
    cast(
        floor(
            greatest(0, least({{ change_value }}, coalesce({{ unit_size }} * {{ units_cap }}, {{ change_value }})))
            / {{ unit_size }}
        ) as integer
    )
{%- endmacro %}
