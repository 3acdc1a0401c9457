{#- Grain: dataset, PGA, month, export that reported it. -#}
with azure_usage as (

    select * from {{ ref('int_azure_usage_by_export') }}
    where reject_reason is null

),

m365_seats as (

    select * from {{ ref('int_m365_seats_by_export') }}
    where reject_reason is null

),

texts as (

    select * from {{ ref('int_texts') }}

),

tenant_values as (

    select
        'azure_usage' as dataset,
        pga_mpn_id,
        usage_month,
        export_date,
        customer_tenant_key,
        -- one type for both: of two sums of the widest decimals DuckDB keeps the fewer decimal places
        cast(sum(acr_usd) as decimal(28, 10)) as reported_value
    from azure_usage
    group by pga_mpn_id, usage_month, export_date, customer_tenant_key

    union all

    select
        'cpor_m365_usage' as dataset,
        pga_mpn_id,
        usage_month,
        export_date,
        customer_tenant_key,
        cast(sum(paid_seats) as decimal(28, 10)) as reported_value
    from m365_seats
    group by pga_mpn_id, usage_month, export_date, customer_tenant_key

),

exports as (

    select
        dataset,
        pga_mpn_id,
        usage_month,
        export_date,
        sum(reported_value) as reported_value,
        count(*) as tenant_count,
        lag(export_date) over (partition by dataset, pga_mpn_id, usage_month order by export_date)
            as previous_export_date,
        lead(export_date) over (partition by dataset, pga_mpn_id, usage_month order by export_date)
            as next_export_date
    from tenant_values
    group by dataset, pga_mpn_id, usage_month, export_date

),

tenants as (

    select
        tenant_values.dataset,
        tenant_values.pga_mpn_id,
        tenant_values.usage_month,
        tenant_values.customer_tenant_key,
        exports.export_date,
        exports.previous_export_date,
        exports.next_export_date
    from tenant_values
    inner join exports
        on
            tenant_values.dataset = exports.dataset
            and tenant_values.pga_mpn_id = exports.pga_mpn_id
            and tenant_values.usage_month = exports.usage_month
            and tenant_values.export_date = exports.export_date

),

later_tenants as (

    select * from tenants
    where previous_export_date is not null

),

earlier_tenants as (

    select * from tenants
    where next_export_date is not null

),

-- a tenant that only one of two exports in a row has
changed_tenants as (

    select
        coalesce(later_tenants.dataset, earlier_tenants.dataset) as dataset,
        coalesce(later_tenants.pga_mpn_id, earlier_tenants.pga_mpn_id) as pga_mpn_id,
        coalesce(later_tenants.usage_month, earlier_tenants.usage_month) as usage_month,
        coalesce(later_tenants.export_date, earlier_tenants.next_export_date) as export_date,
        coalesce(later_tenants.customer_tenant_key, earlier_tenants.customer_tenant_key) as customer_tenant_key,
        earlier_tenants.export_date is null as is_late
    from later_tenants
    full outer join earlier_tenants
        on
            later_tenants.dataset = earlier_tenants.dataset
            and later_tenants.pga_mpn_id = earlier_tenants.pga_mpn_id
            and later_tenants.usage_month = earlier_tenants.usage_month
            and later_tenants.previous_export_date = earlier_tenants.export_date
            and later_tenants.customer_tenant_key = earlier_tenants.customer_tenant_key
    where later_tenants.export_date is null or earlier_tenants.export_date is null

),

changed_tenant_lists as (

    select
        changed_tenants.dataset,
        changed_tenants.pga_mpn_id,
        changed_tenants.usage_month,
        changed_tenants.export_date,
        {{ join_texts('case when is_late then texts.normalized_text end', 'texts.normalized_text') }}
            as late_arriving_tenants,
        {{ join_texts('case when not is_late then texts.normalized_text end', 'texts.normalized_text') }}
            as vanished_tenants
    from changed_tenants
    inner join texts
        on changed_tenants.customer_tenant_key = texts.text_key
    group by
        changed_tenants.dataset,
        changed_tenants.pga_mpn_id,
        changed_tenants.usage_month,
        changed_tenants.export_date

)

select
    exports.dataset,
    exports.pga_mpn_id,
    exports.usage_month,
    exports.export_date,
    exports.previous_export_date,
    cast(exports.reported_value as decimal(28, 10)) as reported_value,
    cast(exports.reported_value - previous_exports.reported_value as decimal(28, 10)) as value_change,
    cast(exports.tenant_count as integer) as tenant_count,
    changed_tenant_lists.late_arriving_tenants,
    changed_tenant_lists.vanished_tenants,
    exports.next_export_date is null as is_newest_export
from exports
left join exports as previous_exports
    on
        exports.dataset = previous_exports.dataset
        and exports.pga_mpn_id = previous_exports.pga_mpn_id
        and exports.usage_month = previous_exports.usage_month
        and exports.previous_export_date = previous_exports.export_date
left join changed_tenant_lists
    on
        exports.dataset = changed_tenant_lists.dataset
        and exports.pga_mpn_id = changed_tenant_lists.pga_mpn_id
        and exports.usage_month = changed_tenant_lists.usage_month
        and exports.export_date = changed_tenant_lists.export_date
