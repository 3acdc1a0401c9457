{#- Grain: PGA, in the last scored month. Of each report: its model, and the lines that a row of it stands for. -#}
{%- set reports = {
    'azure_usage': [ref('int_azure_usage_by_export'), 'line_count'],
    'cpor_m365_usage': [ref('int_m365_seats_by_export'), 'line_count'],
    'training_completions': [ref('int_training_completions'), '1'],
} %}
with designations as (

    select
        designations.*,
        next_months.as_of_month as next_month
    from {{ ref('fct_designation') }} as designations
    inner join {{ ref('dim_month') }} as months on designations.as_of_month = months.as_of_month
    left join {{ ref('dim_month') }} as next_months on months.month_number + 1 = next_months.month_number
    where designations.is_headline and months.is_last_scored_month

),

next_actions as (

    select * from {{ ref('fct_recommendation') }}
    where action_rank = 1

),

report_rows as (

    {% for dataset, (report, lines) in reports.items() -%}
        select
            pga_mpn_id,
            '{{ dataset }}' as dataset,
            case when reject_reason is null then export_date end as export_date,
            case when reject_reason is null then 0 else {{ lines }} end as rejected_count
        from {{ report }}
        {{ 'union all' if not loop.last }}
    {% endfor -%}

),

partner_data as (

    select
        pga_mpn_id,
        {% for dataset in reports -%}
            max(case when dataset = '{{ dataset }}' then export_date end) as {{ dataset }}_export_date,
        {% endfor -%}
        sum(rejected_count) as rows_set_aside
    from report_rows
    group by pga_mpn_id

)

select
    designations.pga_mpn_id,
    partners.partner_name,
    partners.country,
    designations.as_of_month,
    designations.ruleset_id,
    rulesets.ruleset_name,
    designations.is_in_force,
    {% for metric in var('metrics') -%}
        designations.{{ metric }}_points,
    {% endfor -%}
    designations.total_points,
    cast(designations.total_points - rulesets.minimum_total_points as decimal(5, 2)) as points_above_threshold,
    cast(designations.total_points - designations.total_points_previous_month as decimal(5, 2)) as points_change,
    designations.designation_status,
    outlook.total_points as total_points_next_month,
    outlook.designation_lost_month,
    outlook.designation_won_month,
    next_actions.sentence as top_recommendation,
    coalesce(next_actions.deadline_date, next_actions.deadline_month) as top_recommendation_deadline,
    {% for dataset in reports -%}
        partner_data.{{ dataset }}_export_date,
    {% endfor -%}
    cast(coalesce(partner_data.rows_set_aside, 0) as bigint) as rows_set_aside,
    designations.missing_reports
from designations
inner join {{ ref('dim_partner') }} as partners on designations.pga_mpn_id = partners.pga_mpn_id
inner join {{ ref('dim_ruleset') }} as rulesets on designations.ruleset_id = rulesets.ruleset_id
left join {{ ref('fct_designation_outlook') }} as outlook
    on
        {{ equal_keys('designations', 'outlook', ['pga_mpn_id', 'ruleset_id']) }}
        and designations.next_month = outlook.outlook_month
left join next_actions
    on {{ equal_keys('designations', 'next_actions', ['pga_mpn_id', 'ruleset_id']) }}
left join partner_data on designations.pga_mpn_id = partner_data.pga_mpn_id
