/* Which months did a later export report differently? One row per dataset, partner, month and export that changed
   one.

   `value_change` is what the export added or took away, in USD of accepted revenue or in paid seats, against
   the export before it. Tenants that come late or vanish are named, customers by tenant id. `is_newest_export`
   marks the value that counts now; a score published before that export was taken knew an older one.
   `affected_until_month` is the last month whose score still reads the restated month: that month and the
   months of history which the scored rules look back on at the most.

   Set the smallest change that interests you, as a share of the value before. */
{% set smallest_share = var('smallest_share', 0) %}

with histories as (

    select
        dataset,
        max(history_months) as history_months
    from {{ ref('int_track_criteria') }}
    group by dataset

)

select
    partners.partner_name,
    restatements.dataset,
    restatements.pga_mpn_id,
    restatements.usage_month,
    restatements.export_date,
    restatements.previous_export_date,
    restatements.reported_value - restatements.value_change as value_before,
    restatements.reported_value,
    restatements.value_change,
    restatements.late_arriving_tenants,
    restatements.vanished_tenants,
    restatements.is_newest_export,
    cast(restatements.usage_month + histories.history_months * interval '1' month as date) as affected_until_month
from {{ ref('export_restatements') }} as restatements
inner join {{ ref('dim_partner') }} as partners
    on restatements.pga_mpn_id = partners.pga_mpn_id
inner join histories
    on restatements.dataset = histories.dataset
where
    (
        restatements.value_change != 0
        or restatements.late_arriving_tenants is not null
        or restatements.vanished_tenants is not null
    )
    and abs(restatements.value_change)
    >= {{ smallest_share }} * abs(restatements.reported_value - restatements.value_change)
order by
    abs(restatements.value_change) desc,
    restatements.dataset asc,
    restatements.pga_mpn_id asc,
    restatements.usage_month asc,
    restatements.export_date asc
