with azure_usage as (

    select * from {{ ref('int_azure_usage_by_export') }}

),

m365_seats as (

    select * from {{ ref('int_m365_seats_by_export') }}

),

training_completions as (

    select * from {{ ref('int_training_completions') }}

),

accepted_rows as (

    select
        'azure_usage' as dataset,
        pga_mpn_id,
        usage_month,
        export_date
    from azure_usage
    where reject_reason is null

    union all

    select
        'cpor_m365_usage' as dataset,
        pga_mpn_id,
        usage_month,
        export_date
    from m365_seats
    where reject_reason is null

    union all

    -- a certification is held until it expires: the report is a state, not a month
    select
        'training_completions' as dataset,
        pga_mpn_id,
        cast(null as date) as usage_month,
        export_date
    from training_completions
    where reject_reason is null

),

newest_exports as (

    select
        dataset,
        pga_mpn_id,
        usage_month,
        max(export_date) as export_date
    from accepted_rows
    group by dataset, pga_mpn_id, usage_month

)

select
    dataset,
    pga_mpn_id,
    usage_month,
    export_date,
    -- taken during the month, an export carries the month to date; a state has no month to be over
    coalesce(export_date > {{ dbt.last_day('usage_month', 'month') }}, true) as is_month_over
from newest_exports
