{#- What counts of the usage that the newest exports report (export_date is null), and of what older ones reported
    before, by the macros that match and deduplicate it for the score. Only partners that noted Microsoft's points have
    any. -#}
{%- set tenant_month = ['pga_mpn_id', 'eligibility_id', 'usage_month', 'customer_tenant_key'] %}
{%- set report = ['pga_mpn_id', 'usage_month', 'export_date'] %}
with partners as (

    select distinct pga_mpn_id
    from {{ ref('int_partner_center_scores') }}
    where is_newest

),

{% for track in ['azure', 'm365'] -%}
    {{ track }}_exports as (

        select distinct {{ report | join(', ') }}
        from {{ ref('int_variance_exports') }}
        where track = '{{ track }}'

    ),

{% endfor -%}

older_seats as (

    select seats.*
    from {{ ref('int_m365_seats_by_export') }} as seats
    inner join m365_exports
        on {{ equal_keys('seats', 'm365_exports', report) }}
    where seats.reject_reason is null

),

{{ azure_usage_listed('azure_exports') }},

{{ azure_usage_counted_once(['export_date']) }},

{{ m365_seats_matched_to_lists('older_seats') }}

select
    'azure' as track,
    {{ tenant_month | join(', ') }},
    cast(null as date) as export_date,
    cast(null as integer) as workload_number,
    case when exclusion_reason is null then counted_acr_usd end as usage_value,
    case when exclusion_reason is null then counted_acr_usd end as active_value,
    unlinked_acr_usd,
    unknown_offer_acr_usd
from {{ ref('int_azure_tenant_months') }}
where pga_mpn_id in (select partners.pga_mpn_id from partners)

union all

select
    'azure' as track,
    {{ tenant_month | join(', ') }},
    export_date,
    cast(null as integer) as workload_number,
    sum(first_eligible_acr_usd) as usage_value,
    sum(first_eligible_acr_usd) as active_value,
    0 as unlinked_acr_usd,
    0 as unknown_offer_acr_usd
from usage_of_services
where is_counted and not is_offer_excluded
group by {{ tenant_month | join(', ') }}, export_date

union all

select
    'm365' as track,
    {{ tenant_month | join(', ') }},
    cast(null as date) as export_date,
    workload_number,
    paid_seats as usage_value,
    active_paid_seats as active_value,
    0 as unlinked_acr_usd,
    0 as unknown_offer_acr_usd
from {{ ref('int_m365_workload_months') }}
where exclusion_reason is null and pga_mpn_id in (select partners.pga_mpn_id from partners)

union all

select
    'm365' as track,
    {{ tenant_month | join(', ') }},
    export_date,
    workload_number,
    max(paid_seats) as usage_value,
    least(max(active_users), max(paid_seats)) as active_value,
    0 as unlinked_acr_usd,
    0 as unknown_offer_acr_usd
from seats_matched_to_lists
where exclusion_reason is null
group by {{ tenant_month | join(', ') }}, export_date, workload_number
