{#- Every report in one shape: the rows of an export that were set aside, are superseded by a newer one, or count. -#}
{%- set reports = {
    'azure_usage': ref('int_azure_usage_by_export'),
    'cpor_m365_usage': ref('int_m365_seats_by_export'),
    'training_completions': ref('int_training_completions'),
    'partner_profile': ref('stg_partner_center__partner_profile'),
    'azure_subscription_offers': ref('stg_partner_center__azure_subscription_offers'),
    'partner_center_scores': ref('int_partner_center_scores'),
} %}
{%- set usage_reports = ['azure_usage', 'cpor_m365_usage'] %}
{%- set newest_rows_reports = ['partner_profile', 'azure_subscription_offers', 'partner_center_scores'] %}
with newest_exports as (

    select * from {{ ref('int_newest_exports').include(database=false) }}

),

all_rows as (

    {% for dataset, report in reports.items() -%}
        select
            '{{ dataset }}' as dataset,
            export_date,
            reject_reason,
            {{ 'cast(null as ' ~ dbt.type_string() ~ ')' if dataset in newest_rows_reports else 'pga_mpn_id' }}
                as pga_mpn_id,
            {{ 'usage_month' if dataset in usage_reports else 'cast(null as date)' }} as usage_month,
            {{ 'not is_newest' if dataset in newest_rows_reports else 'false' }} as is_replaced,
            {{ 'line_count' if dataset in usage_reports else 1 }} as line_count,
            {{ 'acr_usd' if dataset == 'azure_usage' else 0 }} as acr_usd,
            rejected_rows
        from {{ report.include(database=false) }}
        {{ 'union all' if not loop.last }}
    {% endfor -%}

)

select
    all_rows.dataset,
    all_rows.export_date,
    all_rows.reject_reason,
    case
        when all_rows.reject_reason is not null then 'rejected'
        when all_rows.is_replaced or all_rows.export_date < newest_exports.export_date then 'superseded'
        else 'accepted'
    end as outcome,
    all_rows.line_count,
    -- a line set aside for its figure has none to reconcile
    coalesce(all_rows.acr_usd, 0) as acr_usd,
    all_rows.rejected_rows
from all_rows
left join newest_exports
    on
        all_rows.dataset = newest_exports.dataset
        and all_rows.pga_mpn_id = newest_exports.pga_mpn_id
        and all_rows.usage_month is not distinct from newest_exports.usage_month
