{% macro is_changed_month(month, fingerprint) -%}
    {%- if is_incremental() -%}
        {{ month }} in ({{ (['null'] + changed_months(month, fingerprint)) | join(', ') }})
    {%- else -%}
        1 = 1
    {%- endif -%}
{%- endmacro %}
