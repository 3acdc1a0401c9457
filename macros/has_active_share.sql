{% macro has_active_share(value, active_value) -%}
    (
        criteria.minimum_active_share is null
        or {{ active_value }} >= criteria.minimum_active_share * {{ value }}
    )
{%- endmacro %}
