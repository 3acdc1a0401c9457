{#- A report that was not provided is no report without rows: what it would bring is unknown, and not 0. -#}
with reports as (

    select dataset from {{ ref('tracks') }}
    union
    select 'partner_profile' as dataset

),

exports as (

    select distinct dataset from {{ ref('stg_partner_center__exports') }}

)

select {{ join_texts('reports.dataset', 'reports.dataset') }} as missing_reports
from reports
left join exports
    on reports.dataset = exports.dataset
where exports.dataset is null
