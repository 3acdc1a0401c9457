{% macro forget_changed_months(fingerprint) -%}
    {#- A hook is rendered again when it runs, and only then knows whether the table is there. -#}
    {{ return(
        "{% if is_incremental() %}delete from {{ this }} where not exists (select 1 from"
        ~ " {{ ref('int_month_fingerprints') }} as months where months.month_number = {{ this }}.month_number"
        ~ " and months." ~ fingerprint ~ " = {{ this }}." ~ fingerprint ~ "){% endif %}"
    ) }}
{%- endmacro %}
