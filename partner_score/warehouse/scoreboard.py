"""The scoreboard: one line per partner for the last scored month, and one per report, as a build prints it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

from partner_score.warehouse import data_notes
from partner_score.warehouse.data_notes import Query, Report
from partner_score.warehouse.shown_rules import Row, rules_in_words, shown_designations

COLUMNS = (
    "as_of_month",
    "ruleset_name",
    "is_in_force",
    "pga_mpn_id",
    "partner_name",
    "net_customer_adds_points",
    "intermediate_certifications_points",
    "deployments_points",
    "usage_growth_points",
    "total_points",
    "designation_status",
    "designation_lost_month",
    "designation_won_month",
)
IN_ORDER = "order by total_points desc, pga_mpn_id"
SCORES = f"select {', '.join(COLUMNS)} from marts.partner_overview {IN_ORDER}"
# The same by all rule sets, for one that is asked for.
RULESET_COLUMNS = ("ruleset_id", "version", "is_best_path")
SCORES_BY_RULESET = f"""
    select {", ".join((*COLUMNS[:11], *RULESET_COLUMNS))}, designation_lost_month, designation_won_month
    from marts.fct_designation
    inner join marts.dim_partner using (pga_mpn_id)
    inner join marts.dim_month using (as_of_month)
    inner join marts.dim_ruleset using (ruleset_id)
    left join (
        select distinct pga_mpn_id, ruleset_id, designation_lost_month, designation_won_month
        from marts.fct_designation_outlook
    ) as outlook using (pga_mpn_id, ruleset_id)
    where is_last_scored_month
    {IN_ORDER}
"""
# Partners that are named in one line.
NAMES_SHOWN = 5
LEFT_ALIGNED = {"PGA", "partner", "status", "rules", "report", "months", "why", "outlook"}


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
    scores = _shown_scores(query, ruleset)
    paragraphs = [data_notes.SAMPLE_DATA] if data_notes.is_sample(query) else []
    paragraphs += _scores(scores) if scores else [NO_SCORE]
    paragraphs.append(reports_table(data_notes.reports(query)))
    paragraphs += _meanings(scores, query) if scores else []
    running = data_notes.running_month(query)
    paragraphs += [running] if running else []
    warnings = [*data_notes.warnings(query), *data_notes.scenario_errors(query)]
    paragraphs += [f"Warning: {warning}" for warning in warnings]
    return "\n\n".join(paragraphs)


STATUS_MEANINGS = {
    "qualified": "the total and every metric pass.",
    "in_progress": "judged, and not passed yet.",
    "insufficient_history": "shown, and not judged: the exports lack months that the score compares with.",
}
# What decides from when on a partner is judged: where its history begins, what is missing in it, and how far back a
# rule set reads. Months after the last scored one are still to come.
HISTORY = "select pga_mpn_id, dataset, history_start_month from intermediate.int_usage_history"
MISSING = """
    select pga_mpn_id, dataset, max(usage_month)
    from intermediate.int_missing_months
    where usage_month <= (select max(as_of_month) from marts.dim_month where is_last_scored_month)
    group by pga_mpn_id, dataset
"""
HISTORY_MONTHS = """
    select ruleset_name, dataset, max(history_months)
    from rulebook.ruleset_tracks
    inner join rulebook.tracks using (track)
    inner join rulebook.rulesets using (ruleset_id)
    where history_months is not null
    group by ruleset_name, dataset
"""


def _meanings(shown: list[Row], query: Query) -> list[str]:
    """Say what each status that is shown means, and from which month on partners without a history are judged."""
    statuses = {row["designation_status"] for row in shown}
    lines = [f"{status.replace('_', ' ')}: {text}" for status, text in STATUS_MEANINGS.items() if status in statuses]
    if "insufficient_history" in statuses:
        lines += _judged_from(shown, query)
    return ["\n".join(lines)]


def _judged_from(shown: list[Row], query: Query) -> list[str]:
    months_back = {(name, dataset): int(months) for name, dataset, months in query(HISTORY_MONTHS)}
    starts: dict[str, list[tuple[str, int]]] = {}
    for pga_mpn_id, dataset, month in query(HISTORY):
        starts.setdefault(pga_mpn_id, []).append((dataset, _month_number(month)))
    for pga_mpn_id, dataset, month in query(MISSING):
        starts.setdefault(pga_mpn_id, []).append((dataset, _month_number(month) + 1))
    partners: dict[int, list[str]] = {}
    for row in shown:
        if row["designation_status"] == "insufficient_history":
            judged = max(
                start + months_back.get((row["ruleset_name"], dataset), 0)
                for dataset, start in starts[row["pga_mpn_id"]]
            )
            partners.setdefault(judged, []).append(row["partner_name"])
    return [
        f"    from {date((number - 1) // 12, (number - 1) % 12 + 1, 1):%B %Y} on, if every month is exported:"
        f" {_named(names)}"
        for number, names in sorted(partners.items())
    ]


def _month_number(month: date) -> int:
    return month.year * 12 + month.month


def _named(names: list[str]) -> str:
    more = f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
    return f"{', '.join(names[:NAMES_SHOWN])}{more}"


NO_SCORE = (
    "No month is scored: no month is over in every usage report. A report without an accepted row of a finished month "
    "is in the list below."
)


def _shown_scores(query: Query, ruleset: str | None) -> list[Row]:
    if ruleset is None:
        return [dict(zip(COLUMNS, row, strict=True)) for row in query(SCORES)]
    names = (*COLUMNS[:11], *RULESET_COLUMNS, *COLUMNS[11:])
    return shown_designations([dict(zip(names, row, strict=True)) for row in query(SCORES_BY_RULESET)], ruleset)


def _scores(shown: list[Row]) -> list[str]:
    title = f"Partner capability score, {shown[0]['as_of_month']:%B %Y}, by the {rules_in_words(shown)}"
    lines = [("PGA", "partner", "adds", "certs", "deploy", "growth", "total", "status", "outlook")]
    lines += [
        (*(str(row[column]) for column in COLUMNS[3:10]), row["designation_status"].replace("_", " "), _outlook(row))
        for row in shown
    ]
    if len({row["ruleset_name"] for row in shown}) > 1:
        lines = [
            (*line, rules)
            for line, rules in zip(lines, ["rules", *(row["ruleset_name"] for row in shown)], strict=True)
        ]
    return [title, _table(lines)]


def _outlook(row: Row) -> str:
    for word in ("lost", "won"):
        if month := row[f"designation_{word}_month"]:
            return f"{word} in {month:%B %Y}"
    return ""


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
