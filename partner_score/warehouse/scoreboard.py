"""The scoreboard: one line per partner for the last scored month, and one per report, as a build prints it."""

from __future__ import annotations

from pathlib import Path

import duckdb

from partner_score.warehouse import data_notes
from partner_score.warehouse.data_notes import Query, Report
from partner_score.warehouse.shown_rules import Row, rules_in_words, shown_designations

COLUMNS = (
    "as_of_month",
    "ruleset_id",
    "version",
    "ruleset_name",
    "is_in_force",
    "is_best_path",
    "is_headline",
    "pga_mpn_id",
    "partner_name",
    "net_customer_adds_points",
    "intermediate_certifications_points",
    "deployments_points",
    "usage_growth_points",
    "total_points",
    "designation_status",
)
SCORES = f"""
    select {", ".join(COLUMNS)}
    from marts.fct_designation
    inner join marts.dim_partner using (pga_mpn_id)
    inner join marts.dim_month using (as_of_month)
    inner join marts.dim_ruleset using (ruleset_id)
    where is_last_scored_month
    order by total_points desc, pga_mpn_id
"""
LEFT_ALIGNED = {"PGA", "partner", "status", "rules", "report", "months", "why"}


def scoreboard(warehouse: Path, ruleset: str | None = None) -> str:
    """Return the scoreboard of a warehouse file as text; see score_table.

    Raises:
        duckdb.Error: the file is not a built warehouse.
        LookupError: the rule set that was asked for is not in it.
    """
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return score_table(lambda sql: connection.execute(sql).fetchall(), ruleset)


def score_table(query: Query, ruleset: str | None = None) -> str:
    """Lay out the scores of the last month and what the reports held, on whatever engine the warehouse is.

    One line per partner under the rules in force, on its better path: points per metric (net customer adds,
    intermediate certifications, deployments, usage growth), total and status. Then a line per report, and what makes
    the figures less than they seem.

    Arguments:
        query: runs SQL on the warehouse and returns the rows.
        ruleset: ruleset_id or version to show in place of the rules in force.

    Raises:
        LookupError: the rule set that was asked for is not in the warehouse.
    """
    scores = [dict(zip(COLUMNS, row, strict=True)) for row in query(SCORES)]
    paragraphs = [data_notes.SAMPLE_DATA] if data_notes.is_sample(query) else []
    paragraphs += _scores(shown_designations(scores, ruleset)) if scores else [NO_SCORE]
    paragraphs.append(reports_table(data_notes.reports(query)))
    running = data_notes.running_month(query)
    paragraphs += [running] if running else []
    warnings = [*data_notes.warnings(query), *data_notes.scenario_errors(query)]
    paragraphs += [f"Warning: {warning}" for warning in warnings]
    return "\n\n".join(paragraphs)


NO_SCORE = (
    "No month is scored: no month is over in every usage report. A report without an accepted row of a finished month "
    "is in the list below."
)


def _scores(shown: list[Row]) -> list[str]:
    title = f"Partner capability score, {shown[0]['as_of_month']:%B %Y}, by the {rules_in_words(shown)}"
    lines = [("PGA", "partner", "adds", "certs", "deploy", "growth", "total", "status")]
    lines += [
        (*(str(row[column]) for column in COLUMNS[7:14]), row["designation_status"].replace("_", " ")) for row in shown
    ]
    if len({row["ruleset_name"] for row in shown}) > 1:
        lines = [
            (*line, rules)
            for line, rules in zip(lines, ["rules", *(row["ruleset_name"] for row in shown)], strict=True)
        ]
    return [title, _table(lines)]


def reports_table(reports: list[Report]) -> str:
    """Lay out a line per report: its files, months and rows, how many were set aside, and why."""
    lines = [("report", "files", "months", "rows", "set aside", "why")]
    for report in reports:
        months = f"{report.first_month:%Y-%m} to {report.last_month:%Y-%m}" if report.first_month else ""
        rows, rejected = report.whole.row_count, report.whole.rejected_count
        why = data_notes.reasons_in_words(report.whole.reasons)
        lines.append((report.whole.dataset, str(report.file_count), months, f"{rows:,}", f"{rejected:,}", why))
    return _table(lines)


def _table(lines: list[tuple]) -> str:
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join(_aligned(line, lines[0], widths) for line in lines)


def _aligned(line: tuple, headings: tuple, widths: list[int]) -> str:
    cells = (
        text.ljust(width) if heading in LEFT_ALIGNED else text.rjust(width)
        for heading, text, width in zip(headings, line, widths, strict=True)
    )
    return "  ".join(cells).rstrip()
