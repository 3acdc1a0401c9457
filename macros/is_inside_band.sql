{% macro is_inside_band(value) -%}
    (
        {{ value }} is not null
        and (
            criteria.minimum_value is null
            or {{ value }} > criteria.minimum_value
            or (criteria.is_minimum_included and {{ value }} = criteria.minimum_value)
        )
        and (
            criteria.maximum_value is null
            or {{ value }} < criteria.maximum_value
            or (criteria.is_maximum_included and {{ value }} = criteria.maximum_value)
        )
    )
{%- endmacro %}
