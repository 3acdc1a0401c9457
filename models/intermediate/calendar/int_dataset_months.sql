with newest_exports as (

    select * from {{ ref('int_newest_exports') }}

)

select
    dataset,
    min(usage_month) as first_month,
    max(usage_month) as last_month
from newest_exports
where usage_month is not null
group by dataset
