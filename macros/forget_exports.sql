{% macro forget_exports() -%}
    {#- A hook is rendered again when it runs, and only then knows whether the table is there. -#}
    {{ return(
        "{% if is_incremental() %}delete from {{ this }} where export_fingerprint not in (select export_fingerprint from"
        ~ " {{ ref('int_exports') }} where dataset in ('" ~ varargs | join("', '") ~ "')){% endif %}"
    ) }}
{%- endmacro %}
