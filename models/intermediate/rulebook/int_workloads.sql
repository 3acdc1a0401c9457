{#- Tenants are compared by workload in the largest tables, where a number is far cheaper than a name. -#}
with names as (

    select * from {{ ref('int_eligible_names') }}
    where kind = 'workload'

)

select
    listed_name as workload,
    cast(row_number() over (order by listed_name) as integer) as workload_number
from names
group by listed_name
