{#- Grain: PGA, rule set, month. From all that the newest exports report down to what is eligible. -#}
with tenant_months as (

    select * from {{ ref('int_azure_tenant_months') }}

),

workload_months as (

    select * from {{ ref('int_m365_workload_months') }}

),

ruleset_eligibility as (

    select distinct
        ruleset_id,
        track,
        eligibility_id
    from {{ ref('int_rulebook_names') }}

),

azure_steps as (

    select
        pga_mpn_id,
        eligibility_id,
        usage_month,
        sum(acr_usd) as acr_usd,
        sum(service_not_listed_acr_usd) as service_not_listed_acr_usd,
        sum(offer_excluded_acr_usd) as offer_excluded_acr_usd,
        sum(association_not_eligible_acr_usd) as association_not_eligible_acr_usd,
        sum(duplicate_acr_usd) as duplicate_acr_usd,
        sum(counted_acr_usd) as eligible_acr_usd,
        sum(unknown_offer_acr_usd) as unknown_offer_acr_usd
    from tenant_months
    group by pga_mpn_id, eligibility_id, usage_month

),

seat_steps as (

    select
        pga_mpn_id,
        eligibility_id,
        usage_month,
        sum(paid_seats) as paid_seats,
        sum(case when exclusion_reason = 'workload_not_listed' then paid_seats else 0 end) as workload_not_listed_seats,
        sum(case when exclusion_reason = 'association_not_eligible' then paid_seats else 0 end)
            as association_not_eligible_seats,
        sum(case when exclusion_reason is null then paid_seats else 0 end) as eligible_seats
    from workload_months
    group by pga_mpn_id, eligibility_id, usage_month

),

azure_of_rulesets as (

    select
        ruleset_eligibility.ruleset_id,
        azure_steps.*
    from azure_steps
    inner join ruleset_eligibility
        on
            azure_steps.eligibility_id = ruleset_eligibility.eligibility_id
            and ruleset_eligibility.track = 'azure'

),

seats_of_rulesets as (

    select
        ruleset_eligibility.ruleset_id,
        seat_steps.*
    from seat_steps
    inner join ruleset_eligibility
        on
            seat_steps.eligibility_id = ruleset_eligibility.eligibility_id
            and ruleset_eligibility.track = 'm365'

)

select
    coalesce(azure_of_rulesets.pga_mpn_id, seats_of_rulesets.pga_mpn_id) as pga_mpn_id,
    coalesce(azure_of_rulesets.ruleset_id, seats_of_rulesets.ruleset_id) as ruleset_id,
    coalesce(azure_of_rulesets.usage_month, seats_of_rulesets.usage_month) as usage_month,
    {% for step in [
        'acr_usd', 'service_not_listed_acr_usd', 'offer_excluded_acr_usd', 'association_not_eligible_acr_usd',
        'duplicate_acr_usd', 'eligible_acr_usd', 'unknown_offer_acr_usd'
    ] -%}
        cast(coalesce(azure_of_rulesets.{{ step }}, 0) as decimal(28, 10)) as {{ step }},
    {% endfor -%}
    {% for step in ['paid_seats', 'workload_not_listed_seats', 'association_not_eligible_seats'] -%}
        cast(coalesce(seats_of_rulesets.{{ step }}, 0) as decimal(18, 4)) as {{ step }},
    {% endfor -%}
    cast(coalesce(seats_of_rulesets.eligible_seats, 0) as decimal(18, 4)) as eligible_seats
from azure_of_rulesets
full outer join seats_of_rulesets
    on {{ equal_keys('azure_of_rulesets', 'seats_of_rulesets', ['pga_mpn_id', 'ruleset_id', 'usage_month']) }}
