{{ config(materialized='incremental', pre_hook=forget_changed_months('history_fingerprint')) }}
with contributions as (

    select * from {{ ref('int_tenant_contributions') }}
    where
        scenario_key = 0
        -- by what the contributions are grouped by, so that no other month is
        and {{ is_changed_month('as_of_month', 'usage_month', 'history_fingerprint') }}

),

months as (

    select * from {{ ref('int_month_fingerprints') }}

),

criterion_values as (

    select
        pga_mpn_id,
        criterion_id,
        month_number,
        sum(current_value) as current_value,
        sum(prior_value) as prior_value
    from contributions
    group by pga_mpn_id, criterion_id, month_number

)

select
    criterion_values.*,
    months.history_fingerprint
from criterion_values
inner join months
    on criterion_values.month_number = months.month_number
