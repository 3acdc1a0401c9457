{% macro is_changed_month(column, month, fingerprint) -%}
    {#- Constants, not a join: they reach the scan through views and aggregates. They are found before the hook deletes. -#}
    {%- if is_incremental() -%}
        {%- set changed_months = run_query(
            "select cast(months." ~ month ~ " as " ~ dbt.type_string() ~ ") from " ~ ref('int_month_fingerprints')
            ~ " as months where not exists (select 1 from " ~ this ~ " as kept where"
            ~ " months.month_number = kept.month_number and months." ~ fingerprint ~ " = kept." ~ fingerprint ~ ")"
        ) -%}
        {{ column }} in (null
        {%- for row in changed_months.rows %}, {{ "cast('" ~ row[0] ~ "' as date)" if month == 'usage_month' else row[0] }}
        {%- endfor %})
    {%- else -%}
        1 = 1
    {%- endif -%}
{%- endmacro %}
