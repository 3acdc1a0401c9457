{#- Grain: metric. -#}
with metrics as (

    select * from {{ ref('metrics') }}

)

select
    metric,
    metric_name,
    category,
    description,
    source
from metrics
