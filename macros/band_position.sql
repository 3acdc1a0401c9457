{% macro band_position(value, active_value) -%}
    {%- set has_active_share -%}
        (
            criteria.minimum_active_share is null
            or {{ active_value }} >= criteria.minimum_active_share * {{ value }}
        )
    {%- endset -%}
    case
        when
            {{ value }} > criteria.maximum_value
            or (not criteria.is_maximum_included and {{ value }} = criteria.maximum_value)
            then case when {{ has_active_share }} then 2 else 1 end
        when
            {{ value }} < criteria.minimum_value
            or (not criteria.is_minimum_included and {{ value }} = criteria.minimum_value)
            then 0
        when {{ value }} is not null
            then case when {{ has_active_share }} then 4 else 3 end
    end
{%- endmacro %}
