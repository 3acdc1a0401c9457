{#- Each spelling is normalized once, and not on every line. -#}
{#- No CTE of the lines: around one that is used twice DuckDB works out every column, asked for or not. -#}
with spellings as (

    {% for texts, columns in [
        (ref('stg_partner_center__azure_usage'), ['customer_tenant', 'subscription']),
        (ref('int_azure_texts'), ['service_level_2', 'service_level_3', 'service_level_4', 'association']),
        (ref('stg_partner_center__cpor_m365_usage'), ['customer_tenant', 'workload', 'association']),
    ] -%}
        {%- set is_last = loop.last -%}
        {%- for column in columns -%}
            select texts.{{ column }}_spelling as spelling
            from {{ texts }} as texts
            {{ 'union' if not (is_last and loop.last) }}
        {% endfor -%}
    {% endfor %}

),

normalized as (

    select
        spelling,
        {{ normalize_text('spelling') }} as normalized_text
    from spellings

)

select
    spelling,
    normalized_text,
    {{ text_key('normalized_text') }} as text_key
from normalized
