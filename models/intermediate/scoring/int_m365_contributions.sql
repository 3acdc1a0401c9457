{{ config(materialized='incremental', pre_hook=forget_changed_months('history_fingerprint')) }}
with contributions as (

    select * from {{ ref('int_tenant_contributions') }}
    where
        track = 'm365'
        and {{ is_changed_month('month_number', 'history_fingerprint', 3) }}

),

months as (

    select * from {{ ref('int_month_fingerprints') }}

)

select
    contributions.pga_mpn_id,
    contributions.criterion_id,
    contributions.customer_tenant_key,
    contributions.month_number,
    contributions.is_counted_current,
    contributions.is_counted_prior,
    contributions.is_inside_band,
    contributions.is_above_band,
    contributions.current_tenant_value,
    contributions.prior_tenant_value,
    contributions.current_threshold_value,
    contributions.prior_threshold_value,
    contributions.deciding_workload_number,
    contributions.exclusion_rank,
    months.history_fingerprint
from contributions
inner join months
    on contributions.month_number = months.month_number
