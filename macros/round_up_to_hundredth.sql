{% macro round_up_to_hundredth(exact_points) -%}
    {#- Exact points are sums of fractions that no finite number of decimals holds; the inner rounding takes off what is
        lost, so that three thirds of a point are one point and not a hundredth more. -#}
    {%- set hundredths = 10 ** 2 -%}
    cast(ceil(round({{ exact_points }}, 6) * {{ hundredths }}) / {{ hundredths }} as decimal(5, 2))
{%- endmacro %}
