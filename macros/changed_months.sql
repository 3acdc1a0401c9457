{% macro changed_months(month, fingerprint) -%}
    {#- Constants, not a join: they reach the scan through views and aggregates. They are found before the hook deletes. -#}
    {%- set month = month.split('.') | last -%}
    {%- set fingerprints = ref('int_month_fingerprints') -%}
    {%- set changed = [] -%}
    {%- if execute and load_relation(fingerprints) is not none -%}
        {%- set rows = run_query(
            "select cast(months." ~ month ~ " as " ~ dbt.type_string() ~ ") from " ~ fingerprints ~ " as months"
            ~ " where months." ~ fingerprint ~ " is not null"
            ~ (
                " and not exists (select 1 from (select distinct month_number, " ~ fingerprint ~ " from " ~ this
                ~ ") as kept where months.month_number = kept.month_number"
                ~ " and months." ~ fingerprint ~ " = kept." ~ fingerprint ~ ")" if is_incremental() else ""
            )
            ~ " order by months.month_number"
        ).rows -%}
        {%- for row in rows -%}
            {%- do changed.append("cast('" ~ row[0] ~ "' as date)" if month == 'usage_month' else row[0]) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(changed) }}
{%- endmacro %}
