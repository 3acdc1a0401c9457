with azure_usage as (

    select * from {{ ref('int_azure_usage_by_export').include(database=false) }}

),

m365_seats as (

    select * from {{ ref('int_m365_seats_by_export').include(database=false) }}

),

training_completions as (

    select * from {{ ref('int_training_completions').include(database=false) }}

),

profiles as (

    select * from {{ ref('int_partner_profiles').include(database=false) }}

),

offers as (

    select * from {{ ref('int_subscription_offers').include(database=false) }}

),

newest_exports as (

    select * from {{ ref('int_newest_exports').include(database=false) }}

),

rows_of_partners as (

    select
        'azure_usage' as dataset,
        export_date,
        pga_mpn_id,
        usage_month,
        reject_reason,
        line_count,
        acr_usd,
        rejected_rows
    from azure_usage

    union all

    select
        'cpor_m365_usage' as dataset,
        export_date,
        pga_mpn_id,
        usage_month,
        reject_reason,
        line_count,
        0 as acr_usd,
        rejected_rows
    from m365_seats

    union all

    select
        'training_completions' as dataset,
        export_date,
        pga_mpn_id,
        cast(null as date) as usage_month,
        reject_reason,
        1 as line_count,
        0 as acr_usd,
        rejected_rows
    from training_completions

),

all_rows as (

    select
        rows_of_partners.dataset,
        rows_of_partners.export_date,
        rows_of_partners.reject_reason,
        rows_of_partners.export_date < newest_exports.export_date as is_superseded,
        rows_of_partners.line_count,
        rows_of_partners.acr_usd,
        rows_of_partners.rejected_rows
    from rows_of_partners
    left join newest_exports
        on
            rows_of_partners.dataset = newest_exports.dataset
            and rows_of_partners.pga_mpn_id = newest_exports.pga_mpn_id
            and rows_of_partners.usage_month is not distinct from newest_exports.usage_month

    union all

    select
        'partner_profile' as dataset,
        export_date,
        reject_reason,
        is_superseded,
        1 as line_count,
        0 as acr_usd,
        rejected_rows
    from profiles

    union all

    select
        'azure_subscription_offers' as dataset,
        export_date,
        reject_reason,
        is_superseded,
        1 as line_count,
        0 as acr_usd,
        rejected_rows
    from offers

)

select
    dataset,
    export_date,
    reject_reason,
    case
        when reject_reason is not null then 'rejected'
        when is_superseded then 'superseded'
        else 'accepted'
    end as outcome,
    line_count,
    -- a line set aside for its figure has none to reconcile
    coalesce(acr_usd, 0) as acr_usd,
    rejected_rows
from all_rows
