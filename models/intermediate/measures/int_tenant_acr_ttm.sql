with scored_months as (

    select * from {{ ref('int_scored_months') }}

),

-- in the outlook every month is like the last
tenant_revenue as (

    select
        tenant_months.pga_mpn_id,
        tenant_months.eligibility_id,
        tenant_months.customer_tenant_key,
        scored_months.month_number,
        tenant_months.exclusion_reason,
        tenant_months.counted_acr_usd,
        tenant_months.unlinked_acr_usd
    from {{ ref('int_azure_tenant_months') }} as tenant_months
    inner join scored_months
        on tenant_months.month_number = scored_months.usage_month_number

),

tenant_spans as (

    select
        pga_mpn_id,
        eligibility_id,
        customer_tenant_key,
        min(month_number) as first_month_number,
        max(month_number) as last_month_number
    from tenant_revenue
    group by pga_mpn_id, eligibility_id, customer_tenant_key

),

-- a silent month is a zero
tenant_spine as (

    select
        tenant_spans.pga_mpn_id,
        tenant_spans.eligibility_id,
        tenant_spans.customer_tenant_key,
        scored_months.as_of_month,
        scored_months.month_number
    from tenant_spans
    inner join scored_months
        on scored_months.month_number between tenant_spans.first_month_number and tenant_spans.last_month_number + 11

),

-- a row for every month whose trailing year holds any usage
trailing_years as (

    select
        tenant_spine.pga_mpn_id,
        tenant_spine.eligibility_id,
        tenant_spine.customer_tenant_key,
        tenant_spine.as_of_month,
        tenant_spine.month_number,
        count(tenant_revenue.month_number) over trailing_year as months_with_usage,
        sum(coalesce(tenant_revenue.counted_acr_usd, 0)) over trailing_year as ttm_acr_usd,
        sum(coalesce(tenant_revenue.unlinked_acr_usd, 0)) over trailing_year as unlinked_ttm_acr_usd,
        count(
            case when tenant_revenue.exclusion_reason is null then tenant_revenue.counted_acr_usd end
        ) over trailing_year > 0 as has_eligible_usage,
        min({{ exclusion_rank('tenant_revenue.exclusion_reason') }}) over trailing_year as exclusion_rank
    from tenant_spine
    left join tenant_revenue
        on
            tenant_spine.pga_mpn_id = tenant_revenue.pga_mpn_id
            and tenant_spine.eligibility_id = tenant_revenue.eligibility_id
            and tenant_spine.customer_tenant_key = tenant_revenue.customer_tenant_key
            and tenant_spine.month_number = tenant_revenue.month_number
    window
        trailing_year as (
            partition by tenant_spine.pga_mpn_id, tenant_spine.eligibility_id, tenant_spine.customer_tenant_key
            order by tenant_spine.month_number
            range between 11 preceding and current row
        )

)

select
    pga_mpn_id,
    eligibility_id,
    customer_tenant_key,
    as_of_month,
    month_number,
    ttm_acr_usd,
    unlinked_ttm_acr_usd,
    has_eligible_usage,
    exclusion_rank
from trailing_years
where months_with_usage > 0
