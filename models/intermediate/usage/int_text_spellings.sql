{#- Append-only: what is kept of an export names its texts by their numbers. -#}
{{ config(materialized='incremental') }}
with new_spellings as (

    select distinct spelling
    from {{ ref('int_spellings_by_export') }}
    {% if is_incremental() -%}
        where spelling not in (select kept.spelling from {{ this }} as kept)
    {%- endif %}

),

normalized as (

    select
        spelling,
        {{ normalize_text('spelling') }} as normalized_text
    from new_spellings

),

known_texts as (

    {% if is_incremental() -%}
        select distinct
            normalized_text,
            text_key
        from {{ this }}
    {%- else -%}
        select
            normalized_text,
            0 as text_key
        from normalized
        where 1 = 0
    {%- endif %}

),

new_texts as (

    select distinct normalized.normalized_text
    from normalized
    left join known_texts
        on normalized.normalized_text = known_texts.normalized_text
    where known_texts.normalized_text is null

),

last_key as (

    select coalesce(max(text_key), 0) as text_key
    from known_texts

),

numbered_texts as (

    select
        normalized_text,
        text_key
    from known_texts

    union all

    select
        new_texts.normalized_text,
        last_key.text_key + row_number() over (order by new_texts.normalized_text) as text_key
    from new_texts
    cross join last_key

)

select
    normalized.spelling,
    normalized.normalized_text,
    cast(numbered_texts.text_key as integer) as text_key
from normalized
inner join numbered_texts
    on normalized.normalized_text = numbered_texts.normalized_text
