with usage_history as (

    select * from {{ ref('int_usage_history') }}

),

-- a month that only some reports have, or that was still running, would look like a loss
scored_range as (

    select
        min(dataset_first_month) as first_scored_month,
        {% if var('last_scored_month') -%}
            least(
                min(dataset_last_month),
                cast({{ dbt.date_trunc('month', "cast('" ~ var('last_scored_month') ~ "' as date)") }} as date)
            ) as last_scored_month
        {%- else -%}
            min(dataset_last_month) as last_scored_month
        {%- endif %}
    from usage_history
    -- a report of which no month is over ends them before they begin
    having count(dataset_last_month) = count(*)

),

months as (

    select
        last_scored_month,
        {{ month_series(
            'first_scored_month', "last_scored_month + interval '" ~ var('outlook_months') ~ "' month"
        ) }} as as_of_month
    from scored_range

)

select
    as_of_month,
    {{ month_number('as_of_month') }} as month_number,
    -- the outlook lets the last month go on
    {{ month_number('least(as_of_month, last_scored_month)') }} as usage_month_number,
    {{ dbt.last_day('as_of_month', 'month') }} as month_end_date,
    as_of_month = last_scored_month as is_last_scored_month,
    as_of_month > last_scored_month as is_outlook
from months
