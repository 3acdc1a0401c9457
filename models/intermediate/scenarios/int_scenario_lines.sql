{#- What each line of the file of scenarios asks for, or the first reason why it cannot be done. A scenario with such a
    line is left out whole (docs/rules.md, Scenarios). -#}
{%- set names = {'certification_id': 'certifications', 'title': 'certifications', 'alias': 'certification_aliases'} %}
{%- set told = [
    'line_number', 'source_file', 'scenario', 'pga_mpn_id', 'change_text', 'change_kind', 'subject', 'subject_id', 'subject_key',
    'detail', 'detail_key', 'tenant_count', 'amount_text', 'amount', 'active_amount_text', 'active_amount', 'certification_id'
] %}
with lines as (

    select * from {{ ref('stg_partner_center__scenarios') }}

),

tenants as (

    select distinct {{ ['measures.pga_mpn_id', 'measures.customer_tenant_key'] | join(', ') }}
    from {{ ref('int_tenant_measures') }} as measures
    inner join {{ ref('int_scored_months') }} as scored_months on measures.month_number = scored_months.month_number
    where scored_months.is_last_scored_month

),

workloads as (

    select distinct known_key from {{ ref('int_rulebook_names') }}
    where kind = 'workload'

),

certifications as (

    {% for column, seed in names.items() -%}
        select
            certification_id,
            {{ normalize_text(column) }} as known_name
        from {{ ref(seed) }}
        {{ 'union' if not loop.last }}
    {% endfor -%}

),

certifications_held as (

    select distinct
        held.pga_mpn_id,
        held.individual_id,
        held.certification_id
    from {{ ref('int_step_certifications') }} as held
    inner join {{ ref('int_scored_months') }} as scored_months on held.completion_date <= scored_months.month_end_date
    where
        scored_months.is_last_scored_month
        and (held.end_date is null or held.end_date > scored_months.month_end_date)

),

judged as (

    select
        lines.*,
        certifications.certification_id,
        case
            when lines.scenario is null then 'missing_scenario'
            when lines.change_kind is null then 'unknown_change'
            when partners.pga_mpn_id is null then 'unknown_partner'
            when lines.subject is null then 'missing_subject'
            when lines.has_unreadable_number then 'invalid_amount'
            when lines.change_kind != 'customer_lost' and lines.amount is null then 'missing_amount'
            when lines.tenant_count is null then 'invalid_count'
            when lines.has_two_tenant_counts then 'two_counts'
            when lines.tenant_count > 1 and customers.pga_mpn_id is not null then 'several_of_one_tenant'
            when lines.change_kind = 'm365_seats' and workloads.known_key is null then 'unknown_workload'
            when lines.change_kind = 'customer_lost' and tenants.pga_mpn_id is null then 'unknown_tenant'
            when lines.change_kind = 'certification' and certifications.known_name is null then 'unknown_certification'
            when lines.change_kind = 'certification' and lines.amount not in (1, -1) then 'invalid_certification_amount'
            when lines.change_kind = 'certification' and lines.amount = -1 and held.pga_mpn_id is null then 'not_held'
        end as error_reason
    from lines
    left join {{ ref('int_partners') }} as partners on lines.pga_mpn_id = partners.pga_mpn_id
    left join {{ ref('int_customers') }} as customers
        on lines.pga_mpn_id = customers.pga_mpn_id and lines.subject_key = customers.customer_tenant_key
    left join tenants on lines.pga_mpn_id = tenants.pga_mpn_id and lines.subject_key = tenants.customer_tenant_key
    left join workloads on lines.detail_key = workloads.known_key
    left join certifications on lines.detail_name = certifications.known_name
    left join certifications_held as held
        on
            lines.pga_mpn_id = held.pga_mpn_id and lines.subject_id = held.individual_id
            and certifications.certification_id = held.certification_id

)

select
    {% for column in told -%}
        judged.{{ column }},
    {% endfor -%}
    judged.error_reason,
    'scenario/' || judged.pga_mpn_id || '/' || judged.scenario as scenario_id,
    last_months.month_number,
    count(judged.error_reason) over (partition by judged.scenario) = 0 as is_sound
from judged
left join {{ ref('int_scored_months') }} as last_months on last_months.is_last_scored_month
