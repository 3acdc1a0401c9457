{#- Grain: as-of month. -#}
with scored_months as (

    select * from {{ ref('int_scored_months') }}
    where not is_outlook

)

select
    as_of_month,
    month_end_date,
    month_number,
    cast(extract(year from as_of_month) as integer) as calendar_year,
    cast(extract(month from as_of_month) as integer) as calendar_month,
    is_last_scored_month
from scored_months
