{#- Kind association_missing: what a tenant's trailing year would be if all of its usage were linked. -#}
with acr_ttm as (

    select acr_ttm.*
    from {{ ref('int_tenant_acr_ttm') }} as acr_ttm
    inner join {{ ref('int_scored_months') }} as scored_months
        on acr_ttm.month_number = scored_months.month_number
    where scored_months.is_last_scored_month

),

rulesets as (

    select distinct
        ruleset_id,
        eligibility_id
    from {{ ref('int_track_criteria') }}
    where track = 'azure'

)

select
    'association_missing' as kind,
    acr_ttm.pga_mpn_id,
    rulesets.ruleset_id,
    cast(null as {{ dbt.type_string() }}) as metric,
    'azure' as track,
    acr_ttm.eligibility_id,
    acr_ttm.customer_tenant_key,
    cast(null as integer) as workload_number,
    acr_ttm.unlinked_ttm_acr_usd as missing_value,
    cast(null as decimal(18, 4)) as missing_active_value,
    cast(null as integer) as deadline_month_number,
    acr_ttm.month_number,
    acr_ttm.ttm_acr_usd + acr_ttm.unlinked_ttm_acr_usd as threshold_value,
    acr_ttm.ttm_acr_usd + acr_ttm.unlinked_ttm_acr_usd as active_value
from acr_ttm
inner join rulesets
    on acr_ttm.eligibility_id = rulesets.eligibility_id
where acr_ttm.unlinked_ttm_acr_usd > 0
