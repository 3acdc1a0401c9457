-- fct_designation has a column per metric and category of the project's variables: the rulebook may name no other.
select
    metric,
    category
from {{ ref('metrics') }}
where
    metric not in ('{{ var("metrics") | join("', '") }}')
    or category not in ('{{ var("categories") | join("', '") }}')
