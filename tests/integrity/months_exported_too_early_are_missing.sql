-- A month whose newest export was taken before it ended is missing for the partner, and the audit counts the partner.
-- The end of the month is worked out in another way than int_newest_exports does it.
with newest_exports as (

    select * from {{ ref('int_newest_exports') }}
    where usage_month is not null

),

running_months as (

    select * from newest_exports
    where {{ month_number('export_date') }} <= {{ month_number('usage_month') }}

),

missing_months as (

    select * from {{ ref('int_missing_months') }}
    where missing_reason = 'still_running'

),

months_not_exported as (

    select * from {{ ref('int_missing_months') }}
    where missing_reason = 'not_exported'

),

running_counts as (

    select
        dataset,
        usage_month,
        count(*) as partner_count,
        max(export_date) as last_export_date
    from running_months
    group by dataset, usage_month

),

audited_months as (

    select * from {{ ref('missing_months') }}
    where missing_reason = 'still_running'

)

select
    'running and not missing, or missing and not running' as what_is_wrong,
    coalesce(running_months.dataset, missing_months.dataset) as dataset,
    coalesce(running_months.usage_month, missing_months.usage_month) as usage_month,
    coalesce(running_months.pga_mpn_id, missing_months.pga_mpn_id) as pga_mpn_id
from running_months
full outer join missing_months
    on
        running_months.dataset = missing_months.dataset
        and running_months.usage_month = missing_months.usage_month
        and running_months.pga_mpn_id = missing_months.pga_mpn_id
where running_months.export_date is distinct from missing_months.export_date

union all

select
    'exported, and said not to be' as what_is_wrong,
    newest_exports.dataset,
    newest_exports.usage_month,
    newest_exports.pga_mpn_id
from newest_exports
inner join months_not_exported
    on
        newest_exports.dataset = months_not_exported.dataset
        and newest_exports.usage_month = months_not_exported.usage_month

union all

select
    'the audit counts other partners' as what_is_wrong,
    coalesce(running_counts.dataset, audited_months.dataset) as dataset,
    coalesce(running_counts.usage_month, audited_months.usage_month) as usage_month,
    null as pga_mpn_id
from running_counts
full outer join audited_months
    on
        running_counts.dataset = audited_months.dataset
        and running_counts.usage_month = audited_months.usage_month
where
    running_counts.partner_count is distinct from audited_months.partner_count
    or running_counts.last_export_date is distinct from audited_months.last_export_date
