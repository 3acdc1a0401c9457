{% macro is_counted_current(over='') -%}
    {%- set value = 'comparisons.current_threshold_value' -%}
    {%- set is_active = has_active_share(value, 'comparisons.current_active_value') -%}
    (
        bool_or({{ is_inside_band(value) }} and {{ is_active }}) {{ over }}
        or (
            bool_or(criteria.keeps_outgrown_tenants and {{ is_above_band(value) }} and {{ is_active }}) {{ over }}
            and not bool_or({{ is_inside_band(value) }}) {{ over }}
            and bool_or({{ is_inside_band('comparisons.prior_threshold_value') }}) {{ over }}
        )
    )
{%- endmacro %}
