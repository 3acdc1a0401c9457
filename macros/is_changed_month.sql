{% macro is_changed_month(column, month, fingerprint) -%}
    {%- if is_incremental() -%}
        {{ column }} in ({{ (['null'] + changed_months(month, fingerprint)) | join(', ') }})
    {%- else -%}
        1 = 1
    {%- endif -%}
{%- endmacro %}
