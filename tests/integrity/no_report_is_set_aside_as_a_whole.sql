-- A report of which no row counts was downloaded without a role, or saved in a form that cannot be read.
with reports as (

    select
        reconciled.dataset,
        sum(processed.file_count) as file_count,
        sum(reconciled.rows_in) as rows_in,
        sum(reconciled.rows_rejected) as rows_rejected
    from {{ ref('row_reconciliation') }} as reconciled
    inner join {{ ref('processed_exports') }} as processed
        on
            reconciled.dataset = processed.dataset
            and reconciled.export_date = processed.export_date
    group by reconciled.dataset

),

reasons as (

    select
        dataset,
        reject_reason,
        count(*) as row_count
    from {{ ref('rejected_rows') }}
    group by dataset, reject_reason

)

-- without a profile nobody knows whose the rows of the CPOR report are; fct_designation.missing_reports says so
select
    reports.dataset,
    reports.file_count,
    reports.rows_in,
    reasons.reject_reason,
    reasons.row_count
from reports
inner join reasons
    on reports.dataset = reasons.dataset
cross join {{ ref('int_missing_reports') }} as missing_reports
where
    reports.rows_in > 0
    and reports.rows_in = reports.rows_rejected
    and not (
        reports.dataset = 'cpor_m365_usage'
        and reasons.reject_reason = 'unknown_partner'
        and coalesce(missing_reports.missing_reports, '') like '%partner_profile%'
    )
