with newest_exports as (

    select * from {{ ref('int_newest_exports') }}

)

select
    dataset,
    min(usage_month) as first_month,
    max(case when is_month_over then usage_month end) as last_month,
    max(usage_month) as last_reported_month
from newest_exports
where usage_month is not null
group by dataset
