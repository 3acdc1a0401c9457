{#- Grain: dataset and export. -#}
with row_outcomes as (

    select * from {{ ref('int_row_outcomes') }}

)

select
    dataset,
    export_date,
    cast(sum(line_count) as bigint) as rows_in,
    cast(sum(case when outcome = 'rejected' then line_count else 0 end) as bigint) as rows_rejected,
    cast(sum(case when outcome = 'superseded' then line_count else 0 end) as bigint) as rows_superseded,
    cast(sum(case when outcome = 'accepted' then line_count else 0 end) as bigint) as rows_accepted,
    cast(sum(acr_usd) as decimal(28, 10)) as acr_usd_in,
    cast(sum(case when outcome = 'rejected' then acr_usd else 0 end) as decimal(28, 10)) as acr_usd_rejected,
    cast(sum(case when outcome = 'superseded' then acr_usd else 0 end) as decimal(28, 10)) as acr_usd_superseded,
    cast(sum(case when outcome = 'accepted' then acr_usd else 0 end) as decimal(28, 10)) as acr_usd_accepted
from row_outcomes
group by dataset, export_date
