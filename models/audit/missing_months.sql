{#- Grain: dataset, month and reason. -#}
with missing_months as (

    select * from {{ ref('int_missing_months') }}

),

scored_months as (

    select * from {{ ref('int_scored_months') }}
    where not is_outlook

)

select
    missing_months.dataset,
    missing_months.usage_month,
    missing_months.missing_reason,
    cast(count(*) as integer) as partner_count,
    max(missing_months.export_date) as last_export_date,
    count(scored_months.as_of_month) > 0 as is_scored
from missing_months
left join scored_months
    on missing_months.usage_month = scored_months.as_of_month
group by missing_months.dataset, missing_months.usage_month, missing_months.missing_reason
