{#- Grain: PGA, rule set, outlook month. Mechanical: the usage and seats of the last scored month go on, no
    certification is renewed, and the months are scored like any other. -#}
with designations as (

    select * from {{ ref('int_scored_designations') }}

),

scored_metrics as (

    select * from {{ ref('int_scored_metrics') }}
    where is_outlook

),

last_designations as (

    select designations.*
    from designations
    inner join {{ ref('int_scored_months') }} as scored_months
        on designations.month_number = scored_months.month_number
    where scored_months.is_last_scored_month

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

),

outlook as (

    select
        designations.*,
        last_designations.as_of_month as last_scored_month,
        case when last_designations.is_qualified and not designations.is_qualified then designations.as_of_month end
            as lost_month,
        case when not last_designations.is_qualified and designations.is_qualified then designations.as_of_month end
            as won_month
    from designations
    inner join last_designations
        on
            designations.pga_mpn_id = last_designations.pga_mpn_id
            and designations.ruleset_id = last_designations.ruleset_id
    where designations.is_outlook

)

select
    outlook.pga_mpn_id,
    outlook.ruleset_id,
    outlook.last_scored_month,
    outlook.as_of_month as outlook_month,
    {% for metric in var('metrics') -%}
        {{ round_up_to_hundredth('wide_points.' ~ metric ~ '_exact_points') }} as {{ metric }}_points,
    {% endfor -%}
    outlook.total_points,
    outlook.is_history_complete,
    outlook.is_qualified,
    outlook.designation_status,
    min(outlook.lost_month) over partner_outlook as designation_lost_month,
    min(outlook.won_month) over partner_outlook as designation_won_month
from outlook
inner join wide_points
    on
        outlook.pga_mpn_id = wide_points.pga_mpn_id
        and outlook.ruleset_id = wide_points.ruleset_id
        and outlook.month_number = wide_points.month_number
window
    partner_outlook as (partition by outlook.pga_mpn_id, outlook.ruleset_id)
