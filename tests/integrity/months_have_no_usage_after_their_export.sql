-- An export with usage of a later month lies in a folder of the wrong day, or its dates were read in the wrong order.
with usage_months as (

    select
        'azure_usage' as dataset,
        export_date,
        usage_month,
        line_count
    from {{ ref('int_azure_usage_by_export') }}
    where reject_reason is null

    union all

    select
        'cpor_m365_usage' as dataset,
        export_date,
        usage_month,
        line_count
    from {{ ref('int_m365_seats_by_export') }}
    where reject_reason is null

)

select
    dataset,
    export_date,
    usage_month,
    sum(line_count) as line_count
from usage_months
where {{ month_number('usage_month') }} > {{ month_number('export_date') }}
group by dataset, export_date, usage_month
