{{ config(materialized='incremental', pre_hook=forget_changed_months('history_fingerprint')) }}
with months as (

    select * from {{ ref('int_month_fingerprints') }}

),

-- A quarter after the other: one group-by of all months and many tenants ran out of memory. By what the contributions
-- are grouped by, so that no other month is.
criterion_values as (

    {% for batch in changed_month_batches('usage_month', 'history_fingerprint', 3) -%}
        select
            pga_mpn_id,
            criterion_id,
            month_number,
            sum(current_value) as current_value,
            sum(prior_value) as prior_value
        from {{ ref('int_tenant_contributions') }}
        where
            scenario_key = 0
            and as_of_month in {{ batch }}
        group by pga_mpn_id, criterion_id, month_number
        {{ 'union all' if not loop.last }}
    {% endfor %}

)

select
    criterion_values.*,
    months.history_fingerprint
from criterion_values
inner join months
    on criterion_values.month_number = months.month_number
