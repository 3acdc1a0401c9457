with newest_exports as (

    select * from {{ ref('int_newest_exports') }}
    where usage_month is not null

),

usage_history as (

    select * from {{ ref('int_usage_history') }}

),

dataset_calendar as (

    select
        pga_mpn_id,
        dataset,
        {{ month_series('dataset_first_month', 'dataset_last_reported_month') }} as usage_month
    from usage_history

),

exported_months as (

    select distinct
        dataset,
        usage_month
    from newest_exports

),

-- nobody has a row in it: that is no zero, that is an export which nobody took
months_not_exported as (

    select
        dataset_calendar.pga_mpn_id,
        dataset_calendar.dataset,
        dataset_calendar.usage_month
    from dataset_calendar
    left join exported_months
        on
            dataset_calendar.dataset = exported_months.dataset
            and dataset_calendar.usage_month = exported_months.usage_month
    where exported_months.dataset is null

),

missing_months as (

    select
        pga_mpn_id,
        dataset,
        usage_month,
        cast(null as date) as export_date,
        'not_exported' as missing_reason
    from months_not_exported

    union all

    select
        pga_mpn_id,
        dataset,
        usage_month,
        export_date,
        'still_running' as missing_reason
    from newest_exports
    where not is_month_over

)

select
    pga_mpn_id,
    dataset,
    usage_month,
    {{ month_number('usage_month') }} as month_number,
    export_date,
    missing_reason
from missing_months
