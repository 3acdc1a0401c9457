{% macro exclusion_reasons() -%}
    {{ return(['association_not_eligible', 'offer_excluded', 'service_not_listed', 'workload_not_listed']) }}
{%- endmacro %}
