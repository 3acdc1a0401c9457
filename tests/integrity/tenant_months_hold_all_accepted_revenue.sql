-- Whatever the lists exclude, the revenue of a month stays whole: eligible, excluded and duplicate add up to the newest
-- exports.
with newest_usage as (

    select sum(acr_usd_accepted) as acr_usd
    from {{ ref('row_reconciliation') }}

),

tenant_months as (

    select
        eligibility_id,
        sum(acr_usd) as acr_usd
    from {{ ref('int_azure_tenant_months') }}
    group by eligibility_id

)

select
    tenant_months.eligibility_id,
    tenant_months.acr_usd,
    newest_usage.acr_usd as accepted_acr_usd
from tenant_months
cross join newest_usage
where tenant_months.acr_usd != newest_usage.acr_usd
