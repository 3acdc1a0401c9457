"""The scoreboard: one line per partner for the last scored month, as `make build` prints it."""

from pathlib import Path

import duckdb

SCORES = """
    select
        designation.as_of_month,
        ruleset.ruleset_id,
        designation.pga_mpn_id,
        partner.partner_name,
        designation.net_customer_adds_points,
        designation.intermediate_certifications_points,
        designation.deployments_points,
        designation.usage_growth_points,
        designation.total_points,
        replace(designation.designation_status, '_', ' ') as designation_status
    from marts.fct_designation as designation
    inner join marts.dim_partner as partner using (pga_mpn_id)
    inner join marts.dim_month as month using (as_of_month)
    inner join marts.dim_ruleset as ruleset using (ruleset_id)
    where
        month.is_last_scored_month
        and ruleset.ruleset_id = (
            select scored.ruleset_id
            from marts.dim_ruleset as scored
            where scored.is_scored
            order by scored.is_default desc, scored.effective_from desc, scored.ruleset_id
            limit 1
        )
    order by designation.total_points desc, designation.pga_mpn_id
"""
HEADINGS = ("PGA", "partner", "adds", "certs", "deploy", "growth", "total", "status")
LEFT_ALIGNED = {"PGA", "partner", "status"}


def scoreboard(warehouse: Path) -> str:
    """Return the scoreboard of a warehouse file as text.

    One line per partner under the default rule set (where it is not scored, under the newest that is): points per
    metric (net customer adds, intermediate certifications, deployments, usage growth), total and status. Raises
    duckdb.Error when the file is not a built warehouse.
    """
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return score_table(connection.execute(SCORES).fetchall())


def score_table(scores: list[tuple]) -> str:
    """Lay out the rows of the query SCORES, on whatever engine it ran, as the scoreboard."""
    if not scores:
        return "No month is scored: no usage report has an accepted row."
    month, ruleset_id = scores[0][:2]
    lines = [HEADINGS, *([str(value) for value in score[2:]] for score in scores)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    title = f"Partner capability score, {month:%B %Y}, rule set {ruleset_id}"
    return "\n".join([title, "", *(_aligned(line, widths) for line in lines)])


def _aligned(line, widths: list[int]) -> str:
    cells = (
        text.ljust(width) if heading in LEFT_ALIGNED else text.rjust(width)
        for heading, text, width in zip(HEADINGS, line, widths, strict=True)
    )
    return "  ".join(cells).rstrip()
