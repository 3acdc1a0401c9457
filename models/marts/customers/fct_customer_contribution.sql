{#- Grain: PGA, rule set, metric, track, as-of month, tenant. A view: rule sets whose tracks measure alike share its
    rows. Rule: docs/rules.md, Reason of a tenant; contributions sum to the change of fct_metric_track. -#}
with comparisons as (

    select * from {{ ref('int_tenant_comparisons').include(database=false) }}

),

customers as (

    select * from {{ ref('int_customers').include(database=false) }}

),

workloads as (

    select distinct
        listed_number as workload_number,
        listed_name as workload
    from {{ ref('int_rulebook_names').include(database=false) }}
    where kind = 'workload'

),

track_criteria as (

    select * from {{ ref('int_track_criteria').include(database=false) }}

),

scored_months as (

    select * from {{ ref('int_scored_months').include(database=false) }}
    where not is_outlook

),

comparisons_of_tracks as (

    select
        comparisons.*,
        track_criteria.ruleset_id,
        track_criteria.metric,
        track_criteria.track,
        scored_months.as_of_month,
        customers.customer_tenant_id,
        workloads.workload as deciding_workload,
        track_criteria.measure,
        track_criteria.minimum_value,
        {{ exclusion_reason('comparisons.exclusion_rank') }} as exclusion_reason
    from comparisons
    -- joined before the criteria, which repeat a row for every rule set
    inner join customers
        on
            comparisons.pga_mpn_id = customers.pga_mpn_id
            and comparisons.customer_tenant_key = customers.customer_tenant_key
    inner join scored_months
        on comparisons.month_number = scored_months.month_number
    inner join track_criteria
        on comparisons.criterion_id = track_criteria.criterion_id
    left join workloads
        on comparisons.deciding_workload_number = workloads.workload_number

)

select
    pga_mpn_id,
    ruleset_id,
    metric,
    track,
    as_of_month,
    customer_tenant_id,
    deciding_workload,
    cast(coalesce(current_tenant_value, 0) as decimal(28, 10)) as current_value,
    cast(coalesce(prior_tenant_value, 0) as decimal(28, 10)) as prior_value,
    is_counted_current,
    is_counted_prior,
    cast(current_counted_value - prior_counted_value as decimal(28, 10)) as contribution,
    case
        -- nothing eligible, now or then
        when current_tenant_value is null and prior_tenant_value is null then exclusion_reason
        when is_counted_current or is_counted_prior
            then
                case
                    when measure = 'sum' and current_counted_value > prior_counted_value then 'grew'
                    when measure = 'sum' and current_counted_value < prior_counted_value then 'shrank'
                    when not is_counted_prior then 'new'
                    when not is_counted_current then 'lost'
                    else 'kept'
                end
        when is_inside_band then 'active_share_too_low'
        when is_above_band then 'above_band'
        else 'below_threshold'
    end as reason,
    cast(minimum_value - coalesce(current_threshold_value, 0) as decimal(28, 10)) as distance_to_threshold
from comparisons_of_tracks
