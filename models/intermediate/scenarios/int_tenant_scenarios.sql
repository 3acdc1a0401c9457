{#- What a tenant's last month would be if one thing changed: a threshold reached, the oldest months rolled out of the
    trailing year, the unlinked usage linked. Scored like the month itself (scoring/), so that its points are exact. -#}
with comparisons as (

    select comparisons.*
    from {{ ref('int_tenant_comparisons') }} as comparisons
    inner join {{ ref('int_scored_months') }} as scored_months
        on comparisons.month_number = scored_months.month_number
    where scored_months.is_last_scored_month

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
        criteria.ruleset_id,
        criteria.metric,
        criteria.lowest_counted_value,
        criteria.minimum_value,
        criteria.minimum_active_share,
        comparisons.*,
        criteria.track,
        criteria.eligibility_id,
        criteria.keeps_outgrown_tenants,
        {{ band_position('comparisons.current_threshold_value', 'comparisons.current_active_value') }}
            as current_position,
        {{ band_position('comparisons.prior_threshold_value', 'comparisons.prior_active_value') }} as prior_position,
        greatest(comparisons.current_threshold_value, criteria.lowest_counted_value) as needed_value,
        -- typed: of a whole number and a sum of cents an engine may make whole numbers
        cast(
            ceil(
                criteria.minimum_active_share
                * greatest(comparisons.current_threshold_value, criteria.lowest_counted_value)
            ) as decimal(18, 4)
        ) as needed_active_value
    from comparisons
    inner join criteria
        on comparisons.comparison_id = criteria.comparison_id

),

tenants_against_criteria as (

    select
        criteria.*,
        coalesce(criteria.current_position >= 3, false) as is_inside_band,
        {{ is_counted_current(
            'max(criteria.current_position) over tenant_values',
            'max(criteria.prior_position) over tenant_values'
        ) }} as is_counted
    from values_against_criteria as criteria
    window
        tenant_values as (
            partition by
                criteria.ruleset_id,
                criteria.metric,
                criteria.track,
                criteria.pga_mpn_id,
                criteria.customer_tenant_key
        )

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
            order by current_threshold_value desc, current_active_value desc, workload_number asc
        ) as workload_rank
    from tenants_with_users
    where
        not is_counted
        and current_threshold_value >= (1 - {{ var('recommendation_near_share') }}) * minimum_value
        and (is_inside_band or current_threshold_value < lowest_counted_value)
        and (
            minimum_active_share is null
            or current_active_value
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
        comparison_id,
        customer_tenant_key,
        workload_number,
        needed_value - current_threshold_value as missing_value,
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
        comparison_id,
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
        track_criteria.comparison_id,
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
    scenarios.comparison_id,
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
