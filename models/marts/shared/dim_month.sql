{#- Grain: as-of month. -#}
with scored_months as (

    select * from {{ ref('int_scored_months') }}

),

missing_months as (

    select * from {{ ref('int_missing_months') }}

),

last_scored_months as (

    select as_of_month
    from scored_months
    where is_last_scored_month

),

running_months as (

    select min(missing_months.usage_month) as running_month
    from missing_months
    inner join last_scored_months
        on missing_months.usage_month > last_scored_months.as_of_month
    where missing_months.missing_reason = 'still_running'

),

months as (

    select
        scored_months.*,
        case when scored_months.is_last_scored_month then running_months.running_month end as running_month
    from scored_months
    cross join running_months

)

select
    as_of_month,
    month_end_date,
    month_number,
    cast(extract(year from as_of_month) as integer) as calendar_year,
    cast(extract(month from as_of_month) as integer) as calendar_month,
    is_last_scored_month,
    is_outlook,
    running_month
from months
