-- From month to month of the outlook the causes have the points that the total changes by, and lead to the new total.
with totals as (

    select
        pga_mpn_id,
        ruleset_id,
        as_of_month,
        lag(total_points) over (partition by pga_mpn_id, ruleset_id order by as_of_month) as total_points_before
    from {{ ref('int_scored_designations') }}

),

causes as (

    select
        *,
        row_number() over (
            partition by pga_mpn_id, ruleset_id, outlook_month
            order by cause_number desc
        ) as rank_from_end
    from {{ ref('fct_outlook_bridge') }}

),

bridges as (

    select
        pga_mpn_id,
        ruleset_id,
        outlook_month,
        sum(points) as points,
        max(case when rank_from_end = 1 then total_points_after end) as total_points_after
    from causes
    group by pga_mpn_id, ruleset_id, outlook_month

)

select
    outlook.pga_mpn_id,
    outlook.ruleset_id,
    outlook.outlook_month,
    totals.total_points_before,
    bridges.points,
    outlook.total_points
from {{ ref('fct_designation_outlook') }} as outlook
inner join totals
    on
        outlook.pga_mpn_id = totals.pga_mpn_id
        and outlook.ruleset_id = totals.ruleset_id
        and outlook.outlook_month = totals.as_of_month
full outer join bridges
    on
        outlook.pga_mpn_id = bridges.pga_mpn_id
        and outlook.ruleset_id = bridges.ruleset_id
        and outlook.outlook_month = bridges.outlook_month
where
    outlook.total_points is null
    or totals.total_points_before + coalesce(bridges.points, 0) != outlook.total_points
    or coalesce(bridges.total_points_after, totals.total_points_before) != outlook.total_points
