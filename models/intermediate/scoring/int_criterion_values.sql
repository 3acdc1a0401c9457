with contributions as (

    select * from {{ ref('int_actual_contributions') }}

),

criteria as (

    select * from {{ ref('int_criteria') }}

)

select
    contributions.pga_mpn_id,
    contributions.criterion_id,
    contributions.month_number,
    sum({{ counted_value(
        'criteria.measure', 'contributions.is_counted_current', 'contributions.current_tenant_value'
    ) }}) as current_value,
    sum({{ counted_value(
        'criteria.measure', 'contributions.is_counted_prior', 'contributions.prior_tenant_value'
    ) }}) as prior_value
from contributions
inner join criteria
    on contributions.criterion_id = criteria.criterion_id
group by contributions.pga_mpn_id, contributions.criterion_id, contributions.month_number
