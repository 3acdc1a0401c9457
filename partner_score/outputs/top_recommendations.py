"""What to do first, by any rules: marts.partner_overview has the same by the rules in force."""

# One row per PGA and rule set: a row of fct_recommendation.
TOP_RECOMMENDATIONS = """
    from marts.fct_recommendation
    where points_gain > 0 or (points_at_risk > 0 and deadline_month is not null)
    qualify row_number() over (
        partition by pga_mpn_id, ruleset_id
        order by
            reaches_designation or loses_designation desc,
            case when loses_designation then coalesce(deadline_date, deadline_month) end nulls last,
            points_rank, sentence
    ) = 1
"""
