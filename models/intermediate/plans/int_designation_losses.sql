with designations as (

    select * from {{ ref('int_scored_designations') }}

),

last_months as (

    select * from {{ ref('int_scored_months') }}
    where is_last_scored_month

)

select
    outlook.pga_mpn_id,
    outlook.ruleset_id,
    last_months.month_number as last_month_number,
    min(outlook.month_number) as lost_month_number
from designations as outlook
inner join designations as held
    on {{ equal_keys('outlook', 'held', ['pga_mpn_id', 'ruleset_id']) }}
inner join last_months
    on held.month_number = last_months.month_number
where outlook.is_outlook and held.is_qualified and not outlook.is_qualified
group by outlook.pga_mpn_id, outlook.ruleset_id, last_months.month_number
