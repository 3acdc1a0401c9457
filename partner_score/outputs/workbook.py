"""The workbook for people: the last scored month by the rules in force, on sheets that explain themselves.

Excel knows nothing of decimals: figures are written as its numbers, of 15 digits. Every text is written as text; the
only formulas are those of what_if_sheet.py.
"""

from __future__ import annotations

import datetime
import math
import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from partner_score.outputs import what_if_sheet
from partner_score.outputs.what_if_figures import Figures
from partner_score.outputs.workbook_cells import (
    LINE,
    LINE_HEIGHT,
    STATUS_COLOURS,
    TITLE_HEIGHT,
    make_styles,
    set_up_print,
    write_cell,
)
from partner_score.warehouse import data_notes
from partner_score.warehouse.shown_rules import Row, rules_in_words, shown_designations

# Excel's limit, per sheet.
MAXIMUM_ROWS = 1_048_576
TOTAL_BAR = {
    **{"type": "data_bar", "min_type": "num", "min_value": 0, "max_type": "num", "max_value": 100},
    **{"bar_color": "#9DB7DC", "bar_solid": True},
}
# Lines that a chart has room for.
PARTNERS_DRAWN = 10
HINT = "Partners that lose the designation come first. The sheet About explains every column, and what the data lacks."


@dataclass(frozen=True)
class Column:
    """A column of a sheet.

    Attributes:
        heading: what people read above it.
        source: SQL, as a rule `<mart>.<column>`, whose comment in the warehouse says what it means.
        style: key of STYLES that decides how it is shown. A `code` is shown with spaces for underscores.
        width: in characters.
        meaning: what it means, for a column that is not a mart's own.
        conditions: what colours it, as XlsxWriter's conditional formats.
    """

    heading: str
    source: str
    style: str = "text"
    width: int = 12
    meaning: str = ""
    conditions: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A sheet: a fact's rows for the last scored month and each partner's rules, with what is joined, in an order.

    Attributes:
        name: of the sheet; its table has the same name without blanks.
        month_column: the fact's column that has the last scored month; None for all months.
        has_all_rules: whether it shows every rule set, and not only the one that is shown for the partner.
        heading_row: row of the headings, counted from 0; above it stands what the sheet is about.
    """

    name: str
    about: str
    fact: str
    joins: str
    order: str
    columns: tuple[Column, ...]
    frozen_columns: int = 3
    month_column: str | None = "as_of_month"
    has_all_rules: bool = False
    heading_row: int = 0

    def query(self, expressions: Iterable[str]) -> str:
        """SQL for these expressions; its parameters are $month, and $rulesets: those in table shown."""
        # the rule sets by name, too, so that a mart that is a view works out no other
        month = f"{self.fact}.{self.month_column}" if self.month_column else "cast($month as date)"
        chosen = [f"{month} = $month"]
        if self.has_all_rules:
            chosen.append("list_count($rulesets) > 0")
        else:
            chosen.append(f"list_contains($rulesets, {self.fact}.ruleset_id)")
            chosen.append(f"({self.fact}.pga_mpn_id, {self.fact}.ruleset_id) in (from shown)")
        return f"select {', '.join(expressions)} from marts.{self.fact} {self.joins} where {' and '.join(chosen)}"


DESIGNATIONS = """
    select designation.*, ruleset.* exclude (ruleset_id)
    from marts.fct_designation as designation
    inner join marts.dim_ruleset as ruleset using (ruleset_id)
    where as_of_month = ?
    order by pga_mpn_id, ruleset_id
"""

PARTNER = "inner join marts.dim_partner using (pga_mpn_id)"
METRIC = "inner join marts.dim_metric using (metric)"
TRACK = "inner join rulebook.tracks using (track)"
RULESET = "inner join marts.dim_ruleset using (ruleset_id)"
OUTLOOK = """
    left join (
        select distinct pga_mpn_id, ruleset_id, designation_lost_month, designation_won_month
        from marts.fct_designation_outlook
    ) as outlook using (pga_mpn_id, ruleset_id)
"""
NEXT_ACTION = """
    left join (from marts.fct_recommendation where action_rank = 1) as next_action using (pga_mpn_id, ruleset_id)
"""
LOST = "First month of the outlook in which a designation held now is lost."
WON = "First month of the outlook in which a designation not held now is won."
TOP = (
    "Of the recommendations that bring or save points, one that alone earns or loses the designation, of those that "
    "lose it the nearest deadline, then the most points."
)


def _partner(fact: str) -> tuple[Column, ...]:
    return (Column("Partner", "dim_partner.partner_name", width=24), Column("PGA", f"{fact}.pga_mpn_id", width=11))


SHEETS = (
    Sheet(
        "Score",
        "One row per partner: the score, what comes next, and what to do first.",
        "fct_designation",
        f"{PARTNER} {RULESET} {OUTLOOK} {NEXT_ACTION}",
        "outlook.designation_lost_month nulls last, total_points desc, pga_mpn_id",
        (
            *_partner("fct_designation"),
            Column("Status", "fct_designation.designation_status", "code", 20, conditions=STATUS_COLOURS),
            Column("Total points", "fct_designation.total_points", "points", 14, conditions=(TOTAL_BAR,)),
            Column(
                "Gap",
                "fct_designation.total_points - dim_ruleset.minimum_total_points",
                "signed",
                10,
                "Total less the points that pass: the cushion, or below zero the gap.",
            ),
            Column(
                "Change",
                "fct_designation.total_points - fct_designation.total_points_previous_month",
                "signed",
                10,
                "Total less that of the month before by the same rules.",
            ),
            Column("Lost in", "outlook.designation_lost_month", "lost", 12, LOST),
            Column("Won in", "outlook.designation_won_month", "month", 12, WON),
            Column("What to do first", "next_action.sentence", "wrapped", 60, TOP),
            Column("Net customer adds", "fct_designation.net_customer_adds_points", "points"),
            Column("Intermediate certifications", "fct_designation.intermediate_certifications_points", "points", 14),
            Column("Deployments", "fct_designation.deployments_points", "points", 13),
            Column("Usage growth", "fct_designation.usage_growth_points", "points"),
            Column("Metrics met", "fct_designation.metrics_met", "whole", 10),
            Column("Total a year before", "fct_designation.total_points_previous_year", "points"),
            Column("History complete", "fct_designation.is_history_complete", "flag"),
            Column("Qualified months of six", "fct_designation.qualified_months_in_window", "whole"),
            Column("May enroll", "fct_designation.is_eligible_to_enroll", "flag", 10),
            Column("Rules", "dim_ruleset.ruleset_name", width=27),
            Column("In force", "fct_designation.is_in_force", "flag", 9),
        ),
        frozen_columns=2,
        heading_row=4,
    ),
    Sheet(
        "Metrics",
        "One row per partner, metric and track: Azure, Microsoft 365 and skilling, now against a year before. "
        "The columns that begin with Metric repeat for the tracks of a metric.",
        "fct_metric_track",
        "inner join marts.fct_metric_score using (pga_mpn_id, ruleset_id, metric, as_of_month)"
        f" {PARTNER} {METRIC} {TRACK} inner join rulebook.ruleset_tracks using (ruleset_id, metric, track)",
        "partner_name, pga_mpn_id, metric, track",
        (
            *_partner("fct_metric_track"),
            Column("Metric", "dim_metric.metric_name", width=27),
            Column("Track", "tracks.track_name", width=14, meaning="Azure, Microsoft 365 or skilling."),
            Column("Value now", "fct_metric_track.current_value", "value", 15),
            Column("Value a year before", "fct_metric_track.prior_value", "value", 15),
            Column("Change", "fct_metric_track.change_value", "value", 15),
            Column(
                "Unit",
                "case when ruleset_tracks.measure = 'count' and tracks.track != 'skilling' then 'tenants'"
                " else tracks.value_unit end",
                "unit",
                meaning="Unit of the three values: tenants or individuals that count, US dollars or seats.",
            ),
            Column("Units earned", "fct_metric_track.earned_units", "whole", 10),
            Column("Customers that add", "fct_metric_track.positive_customers", "whole", 10),
            Column("Customers that take", "fct_metric_track.negative_customers", "whole", 10),
            Column("Customers without effect", "fct_metric_track.neutral_customers", "whole", 10),
            Column("Metric units", "fct_metric_score.earned_units", "whole", 10),
            Column("Metric units for maximum", "fct_metric_score.units_for_max", "whole", 13),
            Column("Metric units short", "fct_metric_score.units_short_of_max", "whole", 10),
            Column("Metric points", "fct_metric_score.points", "points", 10),
            Column("Metric maximum points", "fct_metric_score.max_points", "points"),
            Column("Metric minimum met", "fct_metric_score.is_minimum_met", "flag"),
        ),
    ),
    Sheet(
        "Trend",
        "One row per partner and month: the total by the same rules in every month, and the chart beside it.",
        "fct_designation",
        f"{PARTNER} {RULESET}",
        "partner_name, pga_mpn_id, as_of_month",
        (
            *_partner("fct_designation"),
            Column("Month", "fct_designation.as_of_month", "month", 11),
            Column("Total points", "fct_designation.total_points", "points", 12),
            Column("Points that pass", "dim_ruleset.minimum_total_points", "points", 10),
            Column("Status", "fct_designation.designation_status", "code", 20, conditions=STATUS_COLOURS),
            Column("History complete", "fct_designation.is_history_complete", "flag"),
        ),
        month_column=None,
    ),
    Sheet(
        "Customers",
        "One row per partner, metric, track and customer tenant with any usage or seats now or a year before: "
        "which count, which do not, and why.",
        "fct_customer_contribution",
        f"inner join marts.dim_customer using (pga_mpn_id, customer_tenant_id) {PARTNER} {METRIC} {TRACK}",
        "partner_name, pga_mpn_id, metric, track, abs(contribution) desc, distance_to_threshold, customer_tenant_id",
        (
            *_partner("fct_customer_contribution"),
            Column("Customer", "dim_customer.customer_name", width=26),
            Column("Metric", "dim_metric.metric_name", width=20),
            Column("Track", "tracks.track_name", width=14, meaning="Azure or Microsoft 365."),
            Column("Reason", "fct_customer_contribution.reason", "code", 20),
            Column("Contribution", "fct_customer_contribution.contribution", "value", 14),
            Column("Value now", "fct_customer_contribution.current_value", "value", 14),
            Column("Value a year before", "fct_customer_contribution.prior_value", "value", 14),
            Column("Unit", "tracks.value_unit", "unit", 8, meaning="Unit of the values: US dollars or seats."),
            Column("Short of threshold", "fct_customer_contribution.distance_to_threshold", "value", 14),
            Column("Counts now", "fct_customer_contribution.is_counted_current", "flag", 9),
            Column("Counted a year before", "fct_customer_contribution.is_counted_prior", "flag", 10),
            Column("Deciding workload", "fct_customer_contribution.deciding_workload", width=32),
            Column("Market", "dim_customer.customer_market", width=16),
            Column("Segment", "dim_customer.customer_segment", width=18),
            Column("Tenant", "fct_customer_contribution.customer_tenant_id", width=36),
        ),
    ),
    Sheet(
        "People",
        "One row per partner and individual who holds any step, by pseudonym: schema restricted of the warehouse has "
        "the names, for those who may read it.",
        "fct_certified_individual",
        PARTNER,
        "partner_name, pga_mpn_id, is_counted desc, next_expiration_date nulls last, individual_id",
        (
            *_partner("fct_certified_individual"),
            Column("Individual", "fct_certified_individual.individual_id", width=36),
            Column("Counts", "fct_certified_individual.is_counted", "flag", 9),
            Column("Step 1", "fct_certified_individual.is_step_1_held", "flag", 9),
            Column("Step 2", "fct_certified_individual.is_step_2_held", "flag", 9),
            Column("Step 3", "fct_certified_individual.is_step_3_held", "flag", 9),
            Column("Missing steps", "fct_certified_individual.missing_steps"),
            Column("Steps filled for all", "fct_certified_individual.organization_steps_filled"),
            Column("Next expiration", "fct_certified_individual.next_expiration_date", "date", 14),
        ),
    ),
    Sheet(
        "Recommendations",
        "One row per partner and thing to do or to save, the most points first. Points are exact: each was scored like "
        "the month itself, what would be lost in the month that would lose it.",
        "fct_recommendation",
        f"{PARTNER} {METRIC} {TRACK} left join marts.dim_customer"
        " on fct_recommendation.pga_mpn_id = dim_customer.pga_mpn_id and subject_id = customer_tenant_id",
        "partner_name, fct_recommendation.pga_mpn_id, points_rank, kind, metric, subject_id, detail",
        (
            *_partner("fct_recommendation"),
            Column("Rank", "fct_recommendation.points_rank", "rank", 8),
            Column("What to do", "fct_recommendation.sentence", "wrapped", 60),
            Column("Kind", "fct_recommendation.kind", "code", 24),
            Column("Customer", "dim_customer.customer_name", width=26),
            Column("Metric", "dim_metric.metric_name", width=27),
            Column("Track", "tracks.track_name", width=14, meaning="Azure, Microsoft 365 or skilling."),
            Column("Points to gain", "fct_recommendation.points_gain", "points", 10),
            Column("Points at risk", "fct_recommendation.points_at_risk", "points", 10),
            Column("Total then", "fct_recommendation.total_points_then", "points", 10),
            Column("Earns designation", "fct_recommendation.reaches_designation", "flag"),
            Column("Loses designation", "fct_recommendation.loses_designation", "flag"),
            Column("It takes", "fct_recommendation.missing_value", "value", 14),
            Column("Unit", "fct_recommendation.missing_unit", "unit"),
            Column("Active seats it takes", "fct_recommendation.missing_active_value", "value", 12),
            Column("By month", "fct_recommendation.deadline_month", "month", 11),
            Column("Expires on", "fct_recommendation.deadline_date", "date", 13),
            Column("Workload or certification", "fct_recommendation.detail", "text", 32),
            Column("Tenant or individual", "fct_recommendation.subject_id", width=36),
        ),
        frozen_columns=4,
    ),
    Sheet(
        "Outlook",
        "One row per partner and month to come, if the last month's usage goes on and nobody renews a certification. "
        "It is no forecast.",
        "fct_designation_outlook",
        f"{PARTNER} {RULESET}",
        "partner_name, pga_mpn_id, outlook_month",
        (
            *_partner("fct_designation_outlook"),
            Column("Month", "fct_designation_outlook.outlook_month", "month", 11),
            Column("Total points", "fct_designation_outlook.total_points", "points", 12, conditions=(TOTAL_BAR,)),
            Column("Status", "fct_designation_outlook.designation_status", "code", 20, conditions=STATUS_COLOURS),
            Column("Net customer adds", "fct_designation_outlook.net_customer_adds_points", "points"),
            Column(
                "Intermediate certifications",
                "fct_designation_outlook.intermediate_certifications_points",
                "points",
                14,
            ),
            Column("Deployments", "fct_designation_outlook.deployments_points", "points", 13),
            Column("Usage growth", "fct_designation_outlook.usage_growth_points", "points"),
        ),
        month_column="last_scored_month",
    ),
    Sheet(
        "Rule sets",
        "One row per partner and rule set: what the same month would be by every version of the rules.",
        "fct_designation",
        f"{PARTNER} {RULESET}",
        "partner_name, pga_mpn_id, effective_from, path",
        (
            *_partner("fct_designation"),
            Column("Rules", "dim_ruleset.ruleset_name", width=27),
            Column("In force", "fct_designation.is_in_force", "flag", 9),
            Column("Better path", "fct_designation.is_best_path", "flag", 9),
            Column("Total points", "fct_designation.total_points", "points", 14, conditions=(TOTAL_BAR,)),
            Column("Points short", "fct_designation.points_short", "points"),
            Column("Status", "fct_designation.designation_status", "code", 20, conditions=STATUS_COLOURS),
            Column("In force from", "dim_ruleset.effective_from", "date", 13),
            Column("In force until", "dim_ruleset.effective_to", "date", 13),
        ),
        has_all_rules=True,
    ),
)

TERMS = (
    ("PGA", "Partner global account: the partner as Microsoft scores it, with all its locations."),
    (
        "TTM",
        "Trailing twelve months: the month of the score and the eleven before it. Azure revenue is summed over them.",
    ),
    ("ACR", "Azure consumed revenue: what a customer's usage of Azure was worth, in US dollars."),
    ("Tenant", "A customer's account at Microsoft, named by an id; customers may have several."),
    (
        "Track",
        "Azure and Microsoft 365 are measured separately in a metric, then added; skilling is a track of its own.",
    ),
    (
        "Unit",
        "Growth that earns points: a tenant, an individual, or a step of revenue or seats. Only full units count.",
    ),
    ("Points", "Maximum points x units / units for the maximum, rounded up to the hundredth as Microsoft prints them."),
    (
        "Steps",
        "What the skilling metric asks for: three steps, each completed by a certification that schema rulebook names.",
    ),
)
NOTES = (
    (
        "Names",
        "They are as the exports have them. One that begins with = + - @ or a tab could be taken for a formula: here "
        "it is a text, in the CSV files an apostrophe stands before it, and the Parquet files have it unchanged.",
    ),
    ("Figures", "Excel keeps 15 digits of a figure. The CSV and Parquet files have all."),
    (
        "Filters",
        "The headings of every table have filters. An empty cell has no value (null).",
    ),
    (
        "Formulas",
        "The sheet What-if has them, and What-if data two that find the chosen partner and its rules. Nothing is "
        "locked; partner-score export writes the file anew.",
    ),
)
SCOPE = (
    "The sheets show this month by these rules alone, and earlier months by the same rules. The folders csv and "
    "parquet beside this file have all months and rule sets, a file per table; partner-score export --ruleset "
    "2023-12 writes the workbook by other rules."
)


def write_workbook(
    connection: duckdb.DuckDBPyConnection, path: Path, asked: str | None = None, maximum_rows: int = MAXIMUM_ROWS
) -> list[str]:
    """Write the workbook of a warehouse.

    Arguments:
        connection: an open warehouse.
        path: the file to write.
        asked: rule set or version to show; None for the rules in force, each partner on its better path.
        maximum_rows: rows that fit on a sheet, the headings' among them.

    Returns:
        A warning for each sheet that cannot hold all its rows; the last sheet says the same.

    Raises:
        LookupError: the warehouse does not score the rule set, or no month at all.
    """
    month = _last_month(connection)
    shown = shown_designations(_designations(connection, month), asked)
    rules = rules_in_words(shown)
    choice = {"month": month, "rulesets": sorted({row["ruleset_id"] for row in shown})}
    connection.execute("create or replace temp table shown (pga_mpn_id varchar, ruleset_id varchar)")
    connection.executemany("insert into shown values (?, ?)", [(row["pga_mpn_id"], row["ruleset_id"]) for row in shown])
    totals = {sheet.name: connection.execute(sheet.query(["count(*)"]), choice).fetchone()[0] for sheet in SHEETS}
    room = {sheet.name: maximum_rows - sheet.heading_row - 1 for sheet in SHEETS}
    warnings = [
        f"Sheet {sheet.name} holds the first {room[sheet.name]:,} of {totals[sheet.name]:,} rows: Excel has no room "
        f"for more. The file csv/{sheet.fact}.csv has them all."
        for sheet in SHEETS
        if totals[sheet.name] > room[sheet.name]
    ]
    rows = {name: min(total, room[name]) for name, total in totals.items()}
    # constant_memory writes each row when the next begins, so that a million of them need no memory
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as workbook:
        workbook.set_properties({"title": f"Partner capability score, {month:%B %Y}"})
        styles = make_styles(workbook)
        for sheet in SHEETS:
            limited = f" order by {sheet.order} limit {room[sheet.name]}"
            found = connection.execute(sheet.query(column.source for column in sheet.columns) + limited, choice)
            worksheet = workbook.add_worksheet(sheet.name)
            if sheet.heading_row:
                _write_head(worksheet, styles, (f"Partner capability score, {month:%B %Y}", f"By the {rules}.", HINT))
            partners = _write_sheet(worksheet, sheet, found, rows[sheet.name], styles)
            if sheet.name == "Trend":
                _draw_trend(workbook, worksheet, sheet, partners)
            set_up_print(worksheet, f"{month:%B %Y}, {rules}")
            worksheet.repeat_rows(sheet.heading_row)
        if shown:
            figures = Figures(connection, month, shown, _first_partner(connection, choice))
            what_if_sheet.write_what_if(workbook, styles, figures, f"{month:%B %Y}, {rules}")
        front = _Front(workbook.add_worksheet("About"), styles)
        front.introduce(month, rules, shown)
        front.tell_of_data(connection)
        front.warn("Not complete", warnings)
        front.list_sheets(rows, has_what_if=bool(shown))
        front.explain(_meanings(connection))
    return warnings


def _last_month(connection: duckdb.DuckDBPyConnection) -> datetime.date:
    month = connection.execute("select as_of_month from marts.dim_month where is_last_scored_month").fetchone()
    if not month:
        raise LookupError("No month is scored: no month is over in every usage report.")
    return month[0]


def _first_partner(connection: duckdb.DuckDBPyConnection, choice: dict[str, Any]) -> str:
    """The partner in the first row of the first sheet."""
    sheet = SHEETS[0]
    found = connection.execute(sheet.query([f"{sheet.fact}.pga_mpn_id"]) + f" order by {sheet.order} limit 1", choice)
    return found.fetchone()[0]


def _designations(connection: duckdb.DuckDBPyConnection, month: datetime.date) -> list[Row]:
    """Rows of fct_designation of a month, each with its rule set."""
    found = connection.execute(DESIGNATIONS, [month])
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _newest_export(connection: duckdb.DuckDBPyConnection) -> datetime.date:
    return connection.execute("select max(export_date) from audit.processed_exports").fetchone()[0]


def _meanings(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """What the columns of the marts mean, by `<mart>.<column>`: their comments in the warehouse."""
    comments = connection.execute(
        "select table_name || '.' || column_name, comment from duckdb_columns() where schema_name = 'marts'"
    ).fetchall()
    return {name: re.sub("`(.*?)`", lambda code: code[1].replace("_", " "), comment) for name, comment in comments}


def _write_head(worksheet: Worksheet, styles: dict[str, Format], lines: tuple[str, str, str]) -> None:
    """Write a title, the rules and a hint above the headings of the first sheet."""
    worksheet.hide_gridlines(2)
    worksheet.set_row(0, TITLE_HEIGHT)
    for row, (line, style) in enumerate(zip(lines, ("title", "lead", "text"), strict=True)):
        worksheet.write_string(row, 0, line, styles[style])


def _write_sheet(
    worksheet: Worksheet,
    sheet: Sheet,
    found: duckdb.DuckDBPyConnection,
    row_count: int,
    styles: dict[str, Format],
) -> list[tuple[str, int, int]]:
    """Write a sheet as a table of Excel, and return of each partner, in order, its name and its first and last row."""
    top, last = sheet.heading_row, sheet.heading_row + max(row_count, 1)
    _add_table(worksheet, sheet, last)
    worksheet.set_row(top, 48)
    for number, column in enumerate(sheet.columns):
        worksheet.set_column(number, number, column.width)
        worksheet.write_string(top, number, column.heading, styles["heading"])
        for condition in column.conditions if row_count else ():
            style = {"format": styles[condition["format"]]} if "format" in condition else {}
            worksheet.conditional_format(top + 1, number, last, number, {**condition, **style})
    worksheet.freeze_panes(top + 1, sheet.frozen_columns)
    wrapped = [(number, column.width) for number, column in enumerate(sheet.columns) if column.style == "wrapped"]
    row = top
    partners: list[tuple[str, int, int]] = []
    pga_mpn_id = None
    while block := found.fetchmany(10_000):
        for values in block:
            row += 1
            # not every program fits the height of a row to its text by itself
            lines = [math.ceil(len(values[number] or "") / width) for number, width in wrapped]
            if max(lines, default=1) > 1:
                worksheet.set_row(row, LINE_HEIGHT * max(lines))
            for number, (column, value) in enumerate(zip(sheet.columns, values, strict=True)):
                write_cell(worksheet, (row, number), value, column.style, styles)
            if values[1] != pga_mpn_id:
                pga_mpn_id = values[1]
                partners.append((values[0], row, row))
            partners[-1] = (*partners[-1][:2], row)
    return partners


def _add_table(worksheet: Worksheet, sheet: Sheet, last_row: int) -> None:
    """Make a table of Excel of the rows to come, with a filter in each heading.

    XlsxWriter makes none where memory is constant, because it writes the headings, and they may be gone already. Here
    they are the next row to be written.
    """
    worksheet.constant_memory = False
    worksheet.add_table(
        *(sheet.heading_row, 0, last_row, len(sheet.columns) - 1),
        {
            "name": sheet.name.replace(" ", ""),
            "style": "Table Style Light 15",
            "columns": [{"header": column.heading} for column in sheet.columns],
        },
    )
    worksheet.constant_memory = True


def _draw_trend(
    workbook: xlsxwriter.Workbook, worksheet: Worksheet, sheet: Sheet, partners: list[tuple[str, int, int]]
) -> None:
    """Draw the totals of the first partners over the months beside the table, and what passes."""
    if not partners:
        return
    places = {column.heading: number for number, column in enumerate(sheet.columns)}
    month, total, passes = places["Month"], places["Total points"], places["Points that pass"]
    chart = workbook.add_chart({"type": "line"})
    for name, first, last in partners[:PARTNERS_DRAWN]:
        chart.add_series(
            {
                "name": name,
                "categories": [sheet.name, first, month, last, month],
                "values": [sheet.name, first, total, last, total],
            }
        )
    _, first, last = partners[0]
    chart.add_series(
        {
            "name": "Points that pass",
            "categories": [sheet.name, first, month, last, month],
            "values": [sheet.name, first, passes, last, passes],
            "line": {"color": "#59616E", "dash_type": "dash", "width": 1},
        }
    )
    chart.set_title({"name": "Total points by month", "name_font": {"size": 14}})
    chart.set_x_axis({"date_axis": True, "num_format": "mmm yyyy", "major_unit": 6, "major_unit_type": "months"})
    chart.set_y_axis({"min": 0, "max": 100, "major_gridlines": {"visible": True, "line": {"color": LINE}}})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 900, "height": 420})
    worksheet.insert_chart(1, len(sheet.columns) + 1, chart, {"description": "Total points by month and partner"})


def _ruleset_in_words(ruleset: Row) -> str:
    first, last = ruleset["effective_from"], ruleset["effective_to"]
    force = f"in force from {first} to {last}" if last else f"in force since {first}"
    return f"{ruleset['ruleset_id']}: {ruleset['ruleset_name']}, {force} ({ruleset['certainty_of_dates']})"


class _Front:
    """The sheet that explains the others. Its lines are written top down, as constant_memory wants it."""

    def __init__(self, worksheet: Worksheet, styles: dict[str, Format]) -> None:
        self.worksheet = worksheet
        self.styles = styles
        self.row = 0
        worksheet.hide_gridlines(2)
        for column, width in enumerate((20, 28, 96, 52)):
            worksheet.set_column(column, column, width)
        set_up_print(worksheet)

    def introduce(self, month: datetime.date, rules: str, shown: list[Row]) -> None:
        """Say what the workbook shows and what not."""
        self._line(("title", f"Partner capability score, {month:%B %Y}"))
        self._paragraph("Rules", rules, "text" if all(row["is_in_force"] for row in shown) else "warning")
        for ruleset in {row["ruleset_id"]: row for row in shown}.values():
            total, metric = (ruleset[f"minimum_{of}_points"].normalize() for of in ("total", "metric"))
            self._paragraph("Rule set", _ruleset_in_words(ruleset))
            self._paragraph("To pass", f"{total:f} points in total, and {metric:f} in each metric")
        self._paragraph("Rows", SCOPE)

    def tell_of_data(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Say what the reports held, and what makes the figures less than they seem."""

        def query(sql: str) -> list[tuple]:
            return connection.execute(sql).fetchall()

        if data_notes.is_sample(query):
            self._paragraph("Data", data_notes.SAMPLE_DATA)
        self._paragraph("Newest export", f"{_newest_export(connection):%d %B %Y}".lstrip("0"))
        if running := data_notes.running_month(query):
            self._paragraph("Running month", running)
        self.warn("Warning", data_notes.warnings(query))

    def warn(self, term: str, warnings: Iterable[str]) -> None:
        """Give each warning a line of its own, or as many as it takes."""
        for warning in warnings:
            self._paragraph(term, warning, "warning")

    def list_sheets(self, rows: dict[str, int], *, has_what_if: bool) -> None:
        """Name the sheets with their rows."""
        self._section("Sheets")
        self._line(("heading", "Sheet"), ("heading", "Rows"), ("heading", "What it shows"))
        for sheet in SHEETS:
            self._line(("link", sheet.name), ("rows", rows[sheet.name]), ("wrapped", sheet.about))
        for name, about in what_if_sheet.ABOUT.items() if has_what_if else ():
            self._line(("link", name), ("text", None), ("wrapped", about))

    def explain(self, meanings: dict[str, str]) -> None:
        """Define words and columns."""
        self._section("Words")
        for term, meaning in TERMS:
            self._paragraph(term, meaning)
        self._section("Text and numbers")
        for term, meaning in NOTES:
            self._paragraph(term, meaning)
        self._section("Columns")
        self._line(*(("heading", text) for text in ("Sheet", "Column", "What it means", "In the warehouse")))
        for sheet in SHEETS:
            for column in sheet.columns:
                place = f"marts.{column.source}" if column.source in meanings else "worked out or looked up"
                meaning = column.meaning or meanings[column.source]
                self._line(("text", sheet.name), ("term", column.heading), ("wrapped", meaning), ("text", place))
        for heading, meaning in what_if_sheet.HEADINGS.items():
            place = "looked up, or worked out by a formula"
            self._line(("text", what_if_sheet.NAME), ("term", heading), ("wrapped", meaning), ("text", place))

    def _section(self, title: str) -> None:
        self.row += 1
        self._line(("section", title))

    def _paragraph(self, term: str, text: str, style: str = "text") -> None:
        # cells cannot be merged here; a text runs over the empty cells beside it
        for number, line in enumerate(textwrap.wrap(text, 150)):
            self._line(("term", "" if number else term), (style, line))

    def _line(self, *cells: tuple[str, str | int]) -> None:
        # not every program fits the height of a row to its text by itself
        heights = [LINE_HEIGHT * math.ceil(len(str(value)) / 100) for style, value in cells if style == "wrapped"]
        self.worksheet.set_row(self.row, TITLE_HEIGHT if cells[0][0] == "title" else max(heights, default=LINE_HEIGHT))
        for column, (style, value) in enumerate(cells):
            if style == "link":
                self.worksheet.write_url(self.row, column, f"internal:'{value}'!A1", self.styles[style], value)
            else:
                write_cell(self.worksheet, (self.row, column), value, style, self.styles)
        self.row += 1
