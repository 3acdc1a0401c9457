-- In the last month: the view is the largest of all.
select
    pga_mpn_id,
    ruleset_id,
    metric,
    track,
    customer_tenant_id,
    reason
from {{ ref('fct_customer_contribution') }}
where
    as_of_month = {{ last_month_of(ref('dim_month')) }}
    and case
        when reason in ('new', 'kept', 'lost', 'grew', 'shrank', 'below_threshold', 'above_band') then 0
        when reason in ('active_share_too_low', 'association_not_eligible', 'offer_excluded') then 0
        when reason in ('service_not_listed', 'workload_not_listed') then 0
        else 1
    end = 1
