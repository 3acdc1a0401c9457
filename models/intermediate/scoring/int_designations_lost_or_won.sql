with designations as (

    select * from {{ ref('int_scored_designations') }}

),

last_months as (

    select * from {{ ref('int_scored_months') }}
    where is_last_scored_month

)

select
    held.pga_mpn_id,
    held.ruleset_id,
    held.month_number as last_month_number,
    min(case when held.is_qualified then outlook.month_number end) as lost_month_number,
    min(case when held.is_qualified then outlook.as_of_month end) as lost_month,
    min(case when not held.is_qualified then outlook.as_of_month end) as won_month
from designations as outlook
inner join designations as held
    on {{ equal_keys('outlook', 'held', ['pga_mpn_id', 'ruleset_id']) }}
inner join last_months
    on held.month_number = last_months.month_number
where
    outlook.is_outlook
    and outlook.is_qualified != held.is_qualified
    -- what is not judged is neither held nor lost
    and outlook.is_history_complete
    and held.is_history_complete
group by held.pga_mpn_id, held.ruleset_id, held.month_number
