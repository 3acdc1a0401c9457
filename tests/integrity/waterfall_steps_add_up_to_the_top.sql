-- Nothing leaks on the way down to what is eligible, and the way begins with all that the newest exports report.
with tops as (

    select
        ruleset_id,
        sum(acr_usd) as acr_usd
    from {{ ref('eligibility_waterfall') }}
    group by ruleset_id

),

rulesets_with_azure as (

    select distinct ruleset_id
    from {{ ref('int_rulebook_names') }}
    where track = 'azure'

),

accepted as (

    select sum(acr_usd_accepted) as acr_usd
    from {{ ref('row_reconciliation') }}

)

select
    pga_mpn_id,
    ruleset_id,
    usage_month
from {{ ref('eligibility_waterfall') }}
where
    acr_usd != service_not_listed_acr_usd + offer_excluded_acr_usd + association_not_eligible_acr_usd
    + duplicate_acr_usd + eligible_acr_usd
    or paid_seats != workload_not_listed_seats + association_not_eligible_seats + eligible_seats

union all

select
    null as pga_mpn_id,
    tops.ruleset_id,
    null as usage_month
from tops
inner join rulesets_with_azure
    on tops.ruleset_id = rulesets_with_azure.ruleset_id
cross join accepted
where tops.acr_usd != accepted.acr_usd
