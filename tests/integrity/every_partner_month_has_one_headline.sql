-- Outputs show one rule set per partner and month: none would leave the partner out, two would list it twice.
select
    pga_mpn_id,
    as_of_month,
    count(case when is_headline then 1 end) as headlines
from {{ ref('fct_designation') }}
group by pga_mpn_id, as_of_month
having count(case when is_headline then 1 end) != 1
