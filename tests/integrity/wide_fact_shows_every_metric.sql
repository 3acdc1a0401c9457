-- fct_designation has a column per metric and category of the project's variables: the rulebook may name no other.
{% set metrics = var('metrics') | join("', '") %}
{% set categories = var('categories') | join("', '") %}
select
    metric,
    category
from {{ ref('metrics') }}
where
    metric not in ('{{ metrics }}')
    or category not in ('{{ categories }}')
