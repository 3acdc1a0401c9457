{#- Every score that Microsoft's may be: a hypothesis of the rulebook with the rule set, the month and the exports that
    it reads. The first of a partner and month is the score that outputs show. -#}
with figures as (

    select
        pga_mpn_id,
        area,
        as_of_month,
        max(export_date) as noted_on
    from {{ ref('int_partner_center_scores') }}
    where is_newest
    group by pga_mpn_id, area, as_of_month

),

designations as (

    select
        designations.*,
        rulesets.area,
        rulesets.version,
        rulesets.effective_from,
        rulesets.path_priority
    from {{ ref('int_scored_designations') }} as designations
    inner join {{ ref('int_rulesets') }} as rulesets
        on designations.ruleset_id = rulesets.ruleset_id
    where not designations.is_outlook

),

hypotheses as (

    select * from {{ ref('variance_hypotheses') }}
    where ruleset_choice is not null

),

known_days as (

    select distinct
        pga_mpn_id,
        as_of_month,
        known_on
    from {{ ref('int_variance_exports') }}

)

select
    cast(
        row_number() over (
            order by
                figures.pga_mpn_id asc,
                figures.area asc,
                figures.as_of_month asc,
                hypotheses.hypothesis_order asc,
                -- the latest first
                known_days.known_on desc,
                scored.effective_from desc,
                scored.path_priority asc
        ) as integer
    ) as case_id,
    figures.pga_mpn_id,
    figures.area,
    figures.as_of_month,
    hypotheses.hypothesis_id,
    scored.ruleset_id,
    scored.as_of_month as scored_month,
    scored.month_number,
    known_days.known_on,
    hypotheses.reads_older_exports or hypotheses.sums_workloads or hypotheses.counts_unlinked_revenue
    or not hypotheses.counts_unknown_offers as is_judged_again,
    hypotheses.sums_workloads,
    hypotheses.counts_unknown_offers,
    hypotheses.counts_unlinked_revenue,
    hypotheses.counts_whole_units,
    hypotheses.points_rounding,
    hypotheses.parts_of_a_point
from figures
cross join hypotheses
inner join designations as shown
    on {{ equal_keys('figures', 'shown', ['pga_mpn_id', 'area', 'as_of_month']) }} and shown.is_headline
inner join designations as scored
    on
        shown.pga_mpn_id = scored.pga_mpn_id
        and shown.area = scored.area
        and shown.month_number + hypotheses.month_offset = scored.month_number
        and case hypotheses.ruleset_choice
            when 'in_force' then scored.is_headline
            when 'other_path' then shown.version = scored.version and shown.ruleset_id != scored.ruleset_id
            when 'other_version' then shown.version != scored.version
        end
        -- nobody can have noted points of rules, or of a month, to come
        and (shown.version = scored.version or figures.noted_on >= scored.effective_from)
        and (hypotheses.month_offset <= 0 or figures.noted_on > {{ dbt.last_day('scored.as_of_month', 'month') }})
left join known_days
    on
        hypotheses.reads_older_exports
        and figures.pga_mpn_id = known_days.pga_mpn_id
        and figures.as_of_month = known_days.as_of_month
where known_days.known_on is not null or not hypotheses.reads_older_exports
