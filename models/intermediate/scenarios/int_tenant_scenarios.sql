{#- What a tenant's last month would be if one thing changed: a threshold reached, the oldest months rolled out of the
    trailing year, the unlinked usage linked. int_scenario_metrics scores it like the month, so points are exact. -#}
with last_months as (

    select * from {{ ref('int_scored_months') }}
    where is_last_scored_month

),

measures as (

    select measures.*
    from {{ ref('int_tenant_measures') }} as measures
    inner join last_months
        on measures.month_number = last_months.month_number

),

comparisons as (

    select comparisons.*
    from {{ ref('int_tenant_comparisons') }} as comparisons
    inner join last_months
        on comparisons.month_number = last_months.month_number

),

texts as (

    select * from {{ ref('int_texts') }}

),

track_criteria as (

    select * from {{ ref('int_track_criteria') }}

),

tracks as (

    select * from {{ ref('tracks') }}

),

tenant_revenue as (

    select * from {{ ref('int_azure_tenant_revenue') }}

),

acr_ttm as (

    select acr_ttm.*
    from {{ ref('int_tenant_acr_ttm') }} as acr_ttm
    inner join {{ ref('int_scored_months') }} as scored_months
        on acr_ttm.month_number = scored_months.month_number
    where scored_months.is_last_scored_month

),

tenant_seats as (

    select * from {{ ref('int_m365_tenant_seats') }}
    where exclusion_reason is null

),

criteria as (

    select
        track_criteria.*,
        track_criteria.minimum_value
        + case when track_criteria.is_minimum_included then 0 else tracks.smallest_step end as lowest_counted_value
    from track_criteria
    inner join tracks
        on track_criteria.track = tracks.track
    where track_criteria.measure = 'count' and track_criteria.minimum_value is not null

),

values_against_criteria as (

    select
        measures.*,
        criteria.ruleset_id,
        criteria.metric,
        criteria.criterion_id,
        criteria.minimum_value,
        criteria.lowest_counted_value,
        criteria.minimum_active_share,
        {{ band_standing('measures.threshold_value', 'measures.active_value') }} as standing,
        greatest(measures.threshold_value, criteria.lowest_counted_value) as needed_value
    from measures
    inner join criteria
        on
            measures.track = criteria.track
            and measures.eligibility_id = criteria.eligibility_id

),

tenants_against_criteria as (

    select
        criteria.*,
        coalesce(criteria.standing in ('inside', 'inside idle'), false) as is_inside_band,
        comparisons.is_counted_current as is_counted,
        -- typed: of a whole number and a sum of cents an engine may make whole numbers
        cast(ceil(criteria.minimum_active_share * criteria.needed_value) as decimal(18, 4)) as needed_active_value
    from values_against_criteria as criteria
    inner join comparisons
        on
            criteria.pga_mpn_id = comparisons.pga_mpn_id
            and criteria.criterion_id = comparisons.criterion_id
            and criteria.customer_tenant_key = comparisons.customer_tenant_key

),

tenants_with_users as (

    select
        tenants_against_criteria.*,
        -- more users may be active than seats are paid: they become active paid seats as soon as seats are bought
        case
            when tenants_against_criteria.track = 'm365'
                then least(tenant_seats.active_users, tenants_against_criteria.needed_value)
        end as reachable_active_value
    from tenants_against_criteria
    left join tenant_seats
        on
            tenants_against_criteria.pga_mpn_id = tenant_seats.pga_mpn_id
            and tenants_against_criteria.eligibility_id = tenant_seats.eligibility_id
            and tenants_against_criteria.customer_tenant_key = tenant_seats.customer_tenant_key
            and tenants_against_criteria.workload_number = tenant_seats.workload_number
            and tenants_against_criteria.month_number = tenant_seats.month_number

),

near_thresholds as (

    select
        *,
        row_number() over (
            partition by ruleset_id, metric, track, pga_mpn_id, customer_tenant_key
            order by threshold_value desc, active_value desc, workload_number asc
        ) as workload_rank
    from tenants_with_users
    where
        not is_counted
        and threshold_value >= (1 - {{ var('recommendation_near_share') }}) * minimum_value
        and (is_inside_band or threshold_value < lowest_counted_value)
        and (
            minimum_active_share is null
            or active_value
            >= (1 - {{ var('recommendation_near_share') }}) * minimum_active_share * needed_value
        )

),

-- what is left of the trailing year after one month more, and two, and three, without usage
remaining_revenue as (

    select
        acr_ttm.pga_mpn_id,
        acr_ttm.eligibility_id,
        acr_ttm.customer_tenant_key,
        outlook_months.month_number as drop_month_number,
        acr_ttm.ttm_acr_usd - coalesce(sum(tenant_revenue.counted_acr_usd), 0) as remaining_acr_usd
    from acr_ttm
    inner join {{ ref('int_scored_months') }} as outlook_months
        on
            acr_ttm.month_number < outlook_months.month_number
            and acr_ttm.month_number + {{ var('recommendation_drop_months') }} >= outlook_months.month_number
    left join tenant_revenue
        on
            acr_ttm.pga_mpn_id = tenant_revenue.pga_mpn_id
            and acr_ttm.eligibility_id = tenant_revenue.eligibility_id
            and acr_ttm.customer_tenant_key = tenant_revenue.customer_tenant_key
            and tenant_revenue.month_number > acr_ttm.month_number - 12
            and tenant_revenue.month_number <= outlook_months.month_number - 12
    group by
        acr_ttm.pga_mpn_id,
        acr_ttm.eligibility_id,
        acr_ttm.customer_tenant_key,
        outlook_months.month_number,
        acr_ttm.ttm_acr_usd

),

drops as (

    select
        tenants_against_criteria.*,
        remaining_revenue.drop_month_number,
        remaining_revenue.remaining_acr_usd,
        row_number() over (
            partition by
                tenants_against_criteria.ruleset_id,
                tenants_against_criteria.metric,
                tenants_against_criteria.pga_mpn_id,
                tenants_against_criteria.customer_tenant_key
            order by remaining_revenue.drop_month_number asc
        ) as drop_rank
    from tenants_against_criteria
    inner join remaining_revenue
        on
            tenants_against_criteria.pga_mpn_id = remaining_revenue.pga_mpn_id
            and tenants_against_criteria.eligibility_id = remaining_revenue.eligibility_id
            and tenants_against_criteria.customer_tenant_key = remaining_revenue.customer_tenant_key
    where
        tenants_against_criteria.track = 'azure'
        and tenants_against_criteria.is_inside_band
        and remaining_revenue.remaining_acr_usd < tenants_against_criteria.lowest_counted_value

),

scenarios as (

    select
        'near_threshold' as kind,
        pga_mpn_id,
        ruleset_id,
        metric,
        track,
        eligibility_id,
        customer_tenant_key,
        workload_number,
        needed_value - threshold_value as missing_value,
        case
            when track = 'm365' then greatest(coalesce(needed_active_value, 0) - reachable_active_value, 0)
        end as missing_active_value,
        cast(null as integer) as deadline_month_number,
        needed_value as threshold_value,
        case
            when track = 'azure' then needed_value
            else greatest(coalesce(needed_active_value, 0), reachable_active_value)
        end as active_value
    from near_thresholds
    where workload_rank = 1

    union all

    select
        'about_to_drop' as kind,
        pga_mpn_id,
        ruleset_id,
        metric,
        track,
        eligibility_id,
        customer_tenant_key,
        workload_number,
        lowest_counted_value - remaining_acr_usd as missing_value,
        cast(null as decimal(18, 4)) as missing_active_value,
        drop_month_number as deadline_month_number,
        remaining_acr_usd as threshold_value,
        remaining_acr_usd as active_value
    from drops
    where drop_rank = 1

    union all

    select distinct
        'association_missing' as kind,
        acr_ttm.pga_mpn_id,
        track_criteria.ruleset_id,
        cast(null as {{ dbt.type_string() }}) as metric,
        track_criteria.track,
        track_criteria.eligibility_id,
        acr_ttm.customer_tenant_key,
        cast(null as integer) as workload_number,
        acr_ttm.unlinked_ttm_acr_usd as missing_value,
        cast(null as decimal(18, 4)) as missing_active_value,
        cast(null as integer) as deadline_month_number,
        acr_ttm.ttm_acr_usd + acr_ttm.unlinked_ttm_acr_usd as threshold_value,
        acr_ttm.ttm_acr_usd + acr_ttm.unlinked_ttm_acr_usd as active_value
    from acr_ttm
    inner join track_criteria
        on
            track_criteria.track = 'azure'
            and acr_ttm.eligibility_id = track_criteria.eligibility_id
    where acr_ttm.unlinked_ttm_acr_usd > 0

)

select
    scenarios.kind || '/' || scenarios.pga_mpn_id || '/' || scenarios.ruleset_id || '/'
    || coalesce(scenarios.metric, 'any') || '/' || scenarios.track || '/' || texts.normalized_text as scenario_id,
    scenarios.kind,
    scenarios.pga_mpn_id,
    scenarios.ruleset_id,
    scenarios.metric,
    scenarios.track,
    scenarios.eligibility_id,
    scenarios.customer_tenant_key,
    texts.normalized_text as customer_tenant_id,
    scenarios.workload_number,
    cast(scenarios.missing_value as decimal(28, 10)) as missing_value,
    cast(scenarios.missing_active_value as decimal(18, 4)) as missing_active_value,
    scenarios.deadline_month_number,
    cast(scenarios.threshold_value as decimal(38, 10)) as threshold_value,
    cast(scenarios.active_value as decimal(38, 10)) as active_value
from scenarios
inner join texts
    on scenarios.customer_tenant_key = texts.text_key
