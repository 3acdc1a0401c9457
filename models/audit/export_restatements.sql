{#- Grain: dataset, PGA, month, export that reported it. -#}
{%- set keys = ['dataset', 'pga_mpn_id', 'usage_month', 'export_date'] %}
{%- set values = [
    ('azure_usage', ref('int_azure_usage_by_export'), 'acr_usd'),
    ('cpor_m365_usage', ref('int_m365_seats_by_export'), 'paid_seats'),
] %}
with tenant_values as (

    {% for dataset, usage, value in values -%}
        select
            '{{ dataset }}' as dataset,
            pga_mpn_id,
            usage_month,
            export_date,
            customer_tenant_key,
            -- one type for both: of two sums of the widest decimals DuckDB keeps the fewer decimal places
            cast(sum({{ value }}) as decimal(28, 10)) as reported_value,
            lag(export_date) over (
                partition by pga_mpn_id, usage_month, customer_tenant_key order by export_date
            ) as previous_tenant_export_date,
            lead(export_date) over (
                partition by pga_mpn_id, usage_month, customer_tenant_key order by export_date
            ) as next_tenant_export_date
        from {{ usage }}
        where reject_reason is null
        group by pga_mpn_id, usage_month, export_date, customer_tenant_key
        {{ 'union all' if not loop.last }}
    {% endfor -%}

),

exports as (

    select
        {{ keys | join(', ') }},
        sum(reported_value) as reported_value,
        count(*) as tenant_count,
        lag(export_date) over partner_month as previous_export_date,
        lag(sum(reported_value)) over partner_month as previous_value,
        lead(export_date) over partner_month as next_export_date
    from tenant_values
    group by {{ keys | join(', ') }}
    window partner_month as (partition by dataset, pga_mpn_id, usage_month order by export_date)

),

-- a tenant that only one of two exports in a row has
changed_tenants as (

    {% for side, export_date, change in [('previous', 'export_date', 'late'), ('next', 'next_export_date', 'gone')] -%}
        select
            tenant_values.dataset,
            tenant_values.pga_mpn_id,
            tenant_values.usage_month,
            exports.{{ export_date }},
            tenant_values.customer_tenant_key,
            '{{ change }}' as change_kind
        from tenant_values
        inner join exports
            on {{ equal_keys('tenant_values', 'exports', keys) }}
        where
            exports.{{ side }}_export_date is not null
            and exports.{{ side }}_export_date is distinct from tenant_values.{{ side }}_tenant_export_date
        {{ 'union all' if not loop.last }}
    {% endfor -%}

),

tenant_lists as (

    select
        {% for key in keys -%}
            changed_tenants.{{ key }},
        {% endfor -%}
        {{ join_texts("case when change_kind = 'late' then customer_tenant_id end", 'customer_tenant_id') }}
            as late_tenants,
        {{ join_texts("case when change_kind = 'gone' then customer_tenant_id end", 'customer_tenant_id') }}
            as gone_tenants
    from changed_tenants
    inner join {{ ref('int_customers') }} as customers
        on {{ equal_keys('changed_tenants', 'customers', ['pga_mpn_id', 'customer_tenant_key']) }}
    group by
        changed_tenants.dataset, changed_tenants.pga_mpn_id, changed_tenants.usage_month, changed_tenants.export_date

)

select
    {% for key in keys -%}
        exports.{{ key }},
    {% endfor -%}
    exports.previous_export_date,
    cast(exports.reported_value as decimal(28, 10)) as reported_value,
    cast(exports.reported_value - exports.previous_value as decimal(28, 10)) as value_change,
    cast(exports.tenant_count as integer) as tenant_count,
    tenant_lists.late_tenants as late_arriving_tenants,
    tenant_lists.gone_tenants as vanished_tenants,
    exports.next_export_date is null as is_newest_export
from exports
left join tenant_lists
    on {{ equal_keys('exports', 'tenant_lists', keys) }}
