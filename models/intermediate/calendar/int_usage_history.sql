with newest_exports as (

    select * from {{ ref('int_newest_exports') }}

),

dataset_months as (

    select
        dataset,
        min(usage_month) as dataset_first_month,
        max(case when is_month_over then usage_month end) as dataset_last_month,
        max(usage_month) as dataset_last_reported_month
    from newest_exports
    where usage_month is not null
    group by dataset

),

partners as (

    select
        partners.pga_mpn_id,
        min(newest_exports.usage_month) as first_month
    from {{ ref('int_partners') }} as partners
    left join newest_exports
        on partners.pga_mpn_id = newest_exports.pga_mpn_id
    group by partners.pga_mpn_id

),

-- a partner that no report names before a month has no exported history before it, whatever other partners have
first_reported_months as (

    select
        partners.pga_mpn_id,
        dataset_months.*,
        greatest(
            dataset_months.dataset_first_month, coalesce(partners.first_month, dataset_months.dataset_first_month)
        ) as first_reported_month
    from partners
    cross join dataset_months

)

select
    pga_mpn_id,
    dataset,
    dataset_first_month,
    dataset_last_month,
    dataset_last_reported_month,
    {% if var('usage_history_starts_on') -%}
        least(first_reported_month, cast('{{ var("usage_history_starts_on") }}' as date)) as history_start_month
    {%- else -%}
        first_reported_month as history_start_month
    {%- endif %}
from first_reported_months
