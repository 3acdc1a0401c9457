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

-- a tenant of one export that the export before, or the one after, does not have
tenants_with_neighbours as (

    select
        tenant_values.*,
        exports.previous_export_date,
        exports.next_export_date,
        lag(tenant_values.export_date) over tenant_exports as previous_own_export_date,
        lead(tenant_values.export_date) over tenant_exports as next_own_export_date
    from tenant_values
    inner join exports
        on
            tenant_values.dataset = exports.dataset
            and tenant_values.pga_mpn_id = exports.pga_mpn_id
            and tenant_values.usage_month = exports.usage_month
            and tenant_values.export_date = exports.export_date
    window
        tenant_exports as (
            partition by
                tenant_values.dataset,
                tenant_values.pga_mpn_id,
                tenant_values.usage_month,
                tenant_values.customer_tenant_key
            order by tenant_values.export_date
        )

),

late_tenants as (

    select
        tenants.dataset,
        tenants.pga_mpn_id,
        tenants.usage_month,
        tenants.export_date,
        {{ join_texts('texts.normalized_text', 'texts.normalized_text') }} as tenants
    from tenants_with_neighbours as tenants
    inner join texts
        on tenants.customer_tenant_key = texts.text_key
    where
        tenants.previous_export_date is not null
        and tenants.previous_own_export_date is distinct from tenants.previous_export_date
    group by tenants.dataset, tenants.pga_mpn_id, tenants.usage_month, tenants.export_date

),

vanished_tenants as (

    select
        tenants.dataset,
        tenants.pga_mpn_id,
        tenants.usage_month,
        tenants.next_export_date as export_date,
        {{ join_texts('texts.normalized_text', 'texts.normalized_text') }} as tenants
    from tenants_with_neighbours as tenants
    inner join texts
        on tenants.customer_tenant_key = texts.text_key
    where
        tenants.next_export_date is not null
        and tenants.next_own_export_date is distinct from tenants.next_export_date
    group by tenants.dataset, tenants.pga_mpn_id, tenants.usage_month, tenants.next_export_date

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
    late_tenants.tenants as late_arriving_tenants,
    vanished_tenants.tenants as vanished_tenants,
    exports.next_export_date is null as is_newest_export
from exports
left join exports as previous_exports
    on
        exports.dataset = previous_exports.dataset
        and exports.pga_mpn_id = previous_exports.pga_mpn_id
        and exports.usage_month = previous_exports.usage_month
        and exports.previous_export_date = previous_exports.export_date
left join late_tenants
    on
        exports.dataset = late_tenants.dataset
        and exports.pga_mpn_id = late_tenants.pga_mpn_id
        and exports.usage_month = late_tenants.usage_month
        and exports.export_date = late_tenants.export_date
left join vanished_tenants
    on
        exports.dataset = vanished_tenants.dataset
        and exports.pga_mpn_id = vanished_tenants.pga_mpn_id
        and exports.usage_month = vanished_tenants.usage_month
        and exports.export_date = vanished_tenants.export_date
