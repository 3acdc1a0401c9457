{% macro is_counted_current(current_position, prior_position) -%}
    coalesce(
        {{ current_position }} = 4
        or (criteria.keeps_outgrown_tenants and {{ current_position }} = 2 and {{ prior_position }} >= 3),
        false
    )
{%- endmacro %}
