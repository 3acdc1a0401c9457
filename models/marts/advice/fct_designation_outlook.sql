{#- Grain: PGA, rule set, outlook month. Mechanical: the usage and seats of the last scored month go on, no
    certification is renewed, and the months are scored like any other. -#}
with outlook as (

    select * from {{ ref('int_scored_designations') }}
    where is_outlook

),

scored_metrics as (

    select * from {{ ref('int_scored_metrics') }}
    where is_outlook

),

last_months as (

    select * from {{ ref('int_scored_months') }}
    where is_last_scored_month

),

wide_points as (

    select
        pga_mpn_id,
        ruleset_id,
        month_number,
        {% for metric in var('metrics') -%}
            sum(case when metric = '{{ metric }}' then exact_points else 0 end) as {{ metric }}_exact_points,
        {% endfor -%}
        count(*) as metric_count
    from scored_metrics
    group by pga_mpn_id, ruleset_id, month_number

)

select
    outlook.pga_mpn_id,
    outlook.ruleset_id,
    last_months.as_of_month as last_scored_month,
    outlook.as_of_month as outlook_month,
    {% for metric in var('metrics') -%}
        {{ round_up_to_hundredth('wide_points.' ~ metric ~ '_exact_points') }} as {{ metric }}_points,
    {% endfor -%}
    outlook.total_points,
    outlook.is_history_complete,
    outlook.is_qualified,
    outlook.designation_status,
    lost_or_won.lost_month as designation_lost_month,
    lost_or_won.won_month as designation_won_month
from outlook
cross join last_months
inner join wide_points
    on {{ equal_keys('outlook', 'wide_points', ['pga_mpn_id', 'ruleset_id', 'month_number']) }}
left join {{ ref('int_designations_lost_or_won') }} as lost_or_won
    on {{ equal_keys('outlook', 'lost_or_won', ['pga_mpn_id', 'ruleset_id']) }}
