{% macro is_changed_month(month, fingerprint, at_a_time=none) -%}
    {%- if is_incremental() -%}
        {{ month }} in ({{ (['null'] + changed_months(month, fingerprint)) | join(', ') }})
    {%- else -%}
        1 = 1
    {%- endif -%}
    {%- if at_a_time %} /* {{ month }} by {{ fingerprint }}, {{ at_a_time }} at a time */{%- endif -%}
{%- endmacro %}
