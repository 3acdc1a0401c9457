-- As many rows are kept in audit.rejected_rows as the reconciliation counts.
with kept as (

    select
        dataset,
        export_date,
        count(*) as row_count
    from {{ ref('rejected_rows') }}
    group by dataset, export_date

)

select
    reconciled.dataset,
    reconciled.export_date,
    reconciled.rows_rejected,
    kept.row_count
from {{ ref('row_reconciliation') }} as reconciled
full outer join kept
    on
        reconciled.dataset = kept.dataset
        and reconciled.export_date = kept.export_date
where coalesce(reconciled.rows_rejected, 0) != coalesce(kept.row_count, 0)
