{#- Grain: day. dbt asks for a spine of days although every fact is of months. -#}
with months as (

    select * from {{ ref('dim_month').include(database=false) }}
    where not is_outlook

),

day_numbers as (

    {% for day_number in range(31) -%}
        select {{ day_number }} as day_number
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

days as (

    select
        cast({{ dbt.dateadd('day', 'day_numbers.day_number', 'months.as_of_month') }} as date) as date_day,
        months.month_end_date
    from months
    cross join day_numbers

)

select date_day
from days
where date_day <= month_end_date
