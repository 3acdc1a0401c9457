-- Rows in, counted where they came from, are the rows rejected, superseded and accepted: no join lost or doubled one.
with exported as (

    {% for dataset in [
        'azure_usage', 'cpor_m365_usage', 'training_completions', 'partner_profile', 'azure_subscription_offers',
        'partner_center_scores'
    ] -%}
        select
            '{{ dataset }}' as dataset,
            export_date,
            count(*) as rows_in
        from {{ source('partner_center', dataset) }}
        group by export_date
        {{ 'union all' if not loop.last }}
    {% endfor %}

)

select
    exported.dataset,
    exported.export_date,
    exported.rows_in as rows_exported,
    reconciled.rows_in,
    reconciled.rows_rejected,
    reconciled.rows_superseded,
    reconciled.rows_accepted
from exported
full outer join {{ ref('row_reconciliation') }} as reconciled
    on
        exported.dataset = reconciled.dataset
        and exported.export_date = reconciled.export_date
where
    coalesce(exported.rows_in, 0) is distinct from reconciled.rows_in
    or reconciled.rows_in != reconciled.rows_rejected + reconciled.rows_superseded + reconciled.rows_accepted
    or reconciled.acr_usd_in
    != reconciled.acr_usd_rejected + reconciled.acr_usd_superseded + reconciled.acr_usd_accepted
