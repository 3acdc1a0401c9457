{#- Grain: rejected row of an export. -#}
with row_outcomes as (

    select * from {{ ref('int_row_outcomes') }}

),

rejected_rows as (

    select
        dataset,
        export_date,
        reject_reason,
        {{ unnest_list('rejected_rows') }} as row_content
    from row_outcomes
    where outcome = 'rejected'

)

select
    dataset,
    export_date,
    reject_reason,
    {{ json_field('row_content', 'source_file') }} as source_file,
    cast({{ json_field('row_content', 'source_row') }} as bigint) as source_row,
    row_content
from rejected_rows
