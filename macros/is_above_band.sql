{% macro is_above_band(value) -%}
    (
        {{ value }} is not null
        and criteria.maximum_value is not null
        and (
            {{ value }} > criteria.maximum_value
            or (not criteria.is_maximum_included and {{ value }} = criteria.maximum_value)
        )
    )
{%- endmacro %}
