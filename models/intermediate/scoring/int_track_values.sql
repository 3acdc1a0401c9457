with contributions as (

    select * from {{ ref('int_tenant_comparisons') }}

),

skilling_values as (

    select * from {{ ref('int_skilling_values') }}

),

track_criteria as (

    select * from {{ ref('int_track_criteria') }}

),

-- tracks of several rule sets share a criterion
criterion_values as (

    select
        pga_mpn_id,
        criterion_id,
        month_number,
        sum(current_value) as current_value,
        sum(prior_value) as prior_value
    from contributions
    group by pga_mpn_id, criterion_id, month_number

)

select
    criterion_values.pga_mpn_id,
    track_criteria.ruleset_id,
    track_criteria.metric,
    track_criteria.track,
    criterion_values.month_number,
    criterion_values.current_value,
    criterion_values.prior_value,
    0 as step_points
from criterion_values
inner join track_criteria
    on criterion_values.criterion_id = track_criteria.criterion_id

union all

select
    skilling_values.pga_mpn_id,
    track_criteria.ruleset_id,
    track_criteria.metric,
    track_criteria.track,
    skilling_values.month_number,
    skilling_values.individual_count as current_value,
    null as prior_value,
    skilling_values.step_points
from skilling_values
inner join track_criteria
    on
        skilling_values.ruleset_id = track_criteria.ruleset_id
        and track_criteria.track = 'skilling'
