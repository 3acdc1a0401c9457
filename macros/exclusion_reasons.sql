{% macro exclusion_reasons() -%}
    {{ return(['association_not_eligible', 'offer_excluded', 'service_not_listed', 'workload_not_listed']) }}
{%- endmacro %}


{% macro exclusion_rank(reason) -%}
    case {{ reason }}
        {%- for known_reason in exclusion_reasons() %} when '{{ known_reason }}' then {{ loop.index }}{% endfor %} end
{%- endmacro %}


{% macro exclusion_reason(rank) -%}
    case {{ rank }}
        {%- for known_reason in exclusion_reasons() %} when {{ loop.index }} then '{{ known_reason }}'{% endfor %} end
{%- endmacro %}
