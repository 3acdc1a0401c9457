{% macro band_standing(value, active_value) -%}
    {#- Whether too few of the seats are active is asked of a value above the band, too: a rule may keep it. -#}
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
