{#- Grain: dataset and export, also one without a row. -#}
with exports as (

    select * from {{ ref('stg_partner_center__exports') }}

),

row_outcomes as (

    select * from {{ ref('int_row_outcomes') }}

),

outcome_totals as (

    select
        dataset,
        export_date,
        sum(line_count) as rows_in,
        sum(case when outcome = 'rejected' then line_count else 0 end) as rows_rejected,
        sum(case when outcome = 'superseded' then line_count else 0 end) as rows_superseded,
        sum(case when outcome = 'accepted' then line_count else 0 end) as rows_accepted,
        sum(acr_usd) as acr_usd_in,
        sum(case when outcome = 'rejected' then acr_usd else 0 end) as acr_usd_rejected,
        sum(case when outcome = 'superseded' then acr_usd else 0 end) as acr_usd_superseded,
        sum(case when outcome = 'accepted' then acr_usd else 0 end) as acr_usd_accepted
    from row_outcomes
    group by dataset, export_date

)

select
    exports.dataset,
    exports.export_date,
    cast(coalesce(outcome_totals.rows_in, 0) as bigint) as rows_in,
    cast(coalesce(outcome_totals.rows_rejected, 0) as bigint) as rows_rejected,
    cast(coalesce(outcome_totals.rows_superseded, 0) as bigint) as rows_superseded,
    cast(coalesce(outcome_totals.rows_accepted, 0) as bigint) as rows_accepted,
    cast(coalesce(outcome_totals.acr_usd_in, 0) as decimal(28, 10)) as acr_usd_in,
    cast(coalesce(outcome_totals.acr_usd_rejected, 0) as decimal(28, 10)) as acr_usd_rejected,
    cast(coalesce(outcome_totals.acr_usd_superseded, 0) as decimal(28, 10)) as acr_usd_superseded,
    cast(coalesce(outcome_totals.acr_usd_accepted, 0) as decimal(28, 10)) as acr_usd_accepted
from exports
left join outcome_totals
    on
        exports.dataset = outcome_totals.dataset
        and exports.export_date = outcome_totals.export_date
