{#- Grain: day. dbt asks for a spine of days although every fact is of months. -#}
with months as (

    select * from {{ ref('dim_month') }}

),

day_numbers as (

    {% for day_number in range(31) -%}
        select {{ day_number }} as day_number
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

days as (

    select cast({{ dbt.dateadd('day', 'day_numbers.day_number', 'months.as_of_month') }} as date) as date_day
    from months
    inner join day_numbers
        on cast({{ dbt.dateadd('day', 'day_numbers.day_number', 'months.as_of_month') }} as date) <= months.month_end_date

)

select date_day
from days
