{% macro exclusion_rank(reason) -%}
    case {{ reason }}
        {%- for known_reason in exclusion_reasons() %} when '{{ known_reason }}' then {{ loop.index }}{% endfor %} end
{%- endmacro %}
