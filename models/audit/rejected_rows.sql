{#- Grain: rejected row of an export. -#}
with row_outcomes as (

    select * from {{ ref('int_row_outcomes') }}

)

select
    dataset,
    export_date,
    reject_reason,
    {{ unnest_list('rejected_rows') }} as source_row
from row_outcomes
where outcome = 'rejected'
