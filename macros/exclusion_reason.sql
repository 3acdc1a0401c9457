{% macro exclusion_reason(rank) -%}
    case {{ rank }}
        {%- for known_reason in exclusion_reasons() %} when {{ loop.index }} then '{{ known_reason }}'{% endfor %} end
{%- endmacro %}
