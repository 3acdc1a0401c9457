/* Does the warehouse agree with what Partner Center shows? One row per figure that you noted in the list
   partner_center_scores (docs/reconcile.md), what differs first. `evidence` says why. What is `unexplained`:
   look at `is_history_complete`, without which the comparison lacks exports, at `rows_rejected`, rows of your
   exports that were set aside (audit.rejected_rows), and at the counts of customers of the metric's tracks
   beside those of Partner Center (marts.fct_metric_track). */
with variances as (

    select * from {{ ref('score_variance') }}

),

rejections as (

    select sum(rows_rejected) as rows_rejected
    from {{ ref('row_reconciliation') }}

)

select
    variances.pga_mpn_id,
    variances.as_of_month,
    variances.metric,
    variances.partner_center_points,
    variances.points as points_of_warehouse,
    variances.points_difference,
    variances.units_difference,
    variances.explanation,
    variances.evidence,
    designations.is_history_complete,
    rejections.rows_rejected
from variances
left join {{ ref('fct_designation') }} as designations
    on
        variances.pga_mpn_id = designations.pga_mpn_id
        and variances.ruleset_id = designations.ruleset_id
        and variances.as_of_month = designations.as_of_month
cross join rejections
order by
    abs(variances.points_difference) desc,
    variances.pga_mpn_id asc,
    variances.as_of_month asc,
    variances.metric asc
