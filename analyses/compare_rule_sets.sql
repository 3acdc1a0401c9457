/* What would other rules make of the same exports, now and if usage simply went on? One row per partner and rule
   set.

   `rank_next_month` orders the rule sets by the total of the first month of the outlook. Of the two paths of
   one version (2026: enterprise and SMB) a partner has the better, `is_best_path`; among versions the calendar
   decides, not the partner: `is_in_force` marks the one that rules. `largest_difference` names the metric that
   differs most from the rule set in force, with its points and what drives them: other lists, thresholds
   (bands), unit sizes or steps. */
with last_designations as (

    select designations.*
    from {{ ref('fct_designation') }} as designations
    inner join {{ ref('dim_month') }} as months
        on designations.as_of_month = months.as_of_month
    where months.is_last_scored_month

),

outlook as (

    select
        *,
        row_number() over (partition by pga_mpn_id, ruleset_id order by outlook_month) as outlook_rank,
        row_number() over (partition by pga_mpn_id, ruleset_id order by outlook_month desc) as rank_from_end
    from {{ ref('fct_designation_outlook') }}

),

largest_differences as (

    select
        pga_mpn_id,
        ruleset_id,
        as_of_month,
        ruleset_id_in_force,
        metric || ' ' || points || ' instead of ' || points_in_force || ' (' || driver || ')' as largest_difference,
        row_number() over (partition by pga_mpn_id, ruleset_id, as_of_month order by metric) as tie_rank
    from {{ ref('fct_ruleset_comparison') }}
    where is_largest_difference

)

select
    partners.partner_name,
    designations.pga_mpn_id,
    designations.ruleset_id,
    designations.as_of_month,
    designations.is_in_force,
    designations.is_best_path,
    designations.total_points,
    designations.designation_status,
    next_months.total_points as total_points_next_month,
    next_months.designation_status as status_next_month,
    rank() over (partition by designations.pga_mpn_id order by next_months.total_points desc) as rank_next_month,
    last_months.outlook_month as last_outlook_month,
    last_months.total_points as total_points_last_outlook_month,
    next_months.designation_lost_month,
    next_months.designation_won_month,
    largest_differences.largest_difference
from last_designations as designations
inner join {{ ref('dim_partner') }} as partners
    on designations.pga_mpn_id = partners.pga_mpn_id
left join outlook as next_months
    on
        designations.pga_mpn_id = next_months.pga_mpn_id
        and designations.ruleset_id = next_months.ruleset_id
        and next_months.outlook_rank = 1
left join outlook as last_months
    on
        designations.pga_mpn_id = last_months.pga_mpn_id
        and designations.ruleset_id = last_months.ruleset_id
        and last_months.rank_from_end = 1
left join largest_differences
    on
        designations.pga_mpn_id = largest_differences.pga_mpn_id
        and designations.ruleset_id = largest_differences.ruleset_id
        and designations.as_of_month = largest_differences.as_of_month
        and largest_differences.tie_rank = 1
order by
    designations.pga_mpn_id asc,
    rank_next_month asc,
    designations.ruleset_id asc
