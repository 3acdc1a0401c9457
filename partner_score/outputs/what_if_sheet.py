"""The workbook's What-if sheet: how a partner changes is typed into cells, and formulas say what that earns.

The formulas are those of macros/scoring.sql and macros/skilling_values.sql. They read figures of the warehouse, which
stand on a second sheet: a row per rule set and a row per partner. No number of a rule stands in a formula. A
spreadsheet counts in binary fractions, so a formula rounds to the decimals of the SQL before it cuts or compares.

XlsxWriter works out no formula, and not every program does when it opens a file. So each formula is written with its
result for the partner that is chosen at first and for no change: that is the month as the marts have it.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

import duckdb
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from partner_score.outputs.workbook_cells import (
    FORMULA_START,
    LINE_HEIGHT,
    STATUS_COLOURS,
    TITLE_HEIGHT,
    set_up_print,
    write_cell,
)
from partner_score.simulator.engine import COMPLETE, amounts_now
from partner_score.simulator.state import State, load
from partner_score.warehouse.shown_rules import Row

NAME, DATA = "What-if", "What-if data"
ABOUT = {
    NAME: "One partner at a time: type how it changes, and formulas work out units, points, total and status.",
    DATA: "What the formulas of What-if read: one row per rule set, and one row per partner.",
}
HINTS = (
    "Choose a partner, and type into the yellow cells what it gains in {month}, or with a minus sign what it loses. "
    "The other cells are formulas.",
    "Each line stands by itself: type a customer into every line in which it counts, and a person into every step "
    "that the person holds.",
    "Whether one customer counts (threshold, active seats, carry-over) this sheet cannot say: partner-score what-if "
    "and the partner's page judge single customers.",
)
NOW = ("Now", "As the warehouse has it in the last scored month.")
THEN = ("Then", "With what is typed.")
DIFFERENCE = ("Change", "Then less now.")
CHANGE_BY = ("Change by", "Yours to type: what is added in the last scored month, or with a minus sign what is lost.")
UNITS_NOW = ("Units now", "Full units of a track; of a metric those of its tracks, cut at the units for maximum.")
UNITS_THEN = ("Units then", "The same of what is there then.")
IT_TAKES = ("It takes", "The least that is asked for: of a metric its points, of a step the people who hold it.")
MET_THEN = ("Met then", "Whether that is reached then.")
# Headings of the blocks with what they mean, from the third column on; the first two name the line.
SCORE_BLOCK = (NOW, DIFFERENCE, THEN)
POINTS_BLOCK = (
    NOW,
    DIFFERENCE,
    THEN,
    UNITS_NOW,
    UNITS_THEN,
    ("Units for maximum", "Units that earn the maximum of the metric."),
    ("Points per unit", "Where the rules name them. Without them the units for the maximum earn it in equal parts."),
    ("Points for steps", "Points that the steps held then earn by themselves."),
    ("Maximum points", "The most that the metric earns."),
    ("Exact points then", "Before they are rounded up to the hundredth. The total adds these."),
    IT_TAKES,
    MET_THEN,
)
TRACKS_BLOCK = (
    NOW,
    CHANGE_BY,
    THEN,
    ("A year before", "What it is compared with. It does not change."),
    ("Growth now", "Now less a year before; of skilling the people themselves."),
    ("Growth then", "Then less a year before; of skilling the people themselves."),
    ("One unit", "Growth that makes a unit. Only full units count."),
    ("Units at most", "Where the track itself has a bound."),
    UNITS_NOW,
    UNITS_THEN,
)
PEOPLE_BLOCK = (
    NOW,
    CHANGE_BY,
    THEN,
    IT_TAKES,
    MET_THEN,
    ("Points for it", "Points that the step earns by itself."),
)
# What the headings mean; one that several blocks have means the same in each.
HEADINGS = dict((*SCORE_BLOCK, *TRACKS_BLOCK, *PEOPLE_BLOCK, *POINTS_BLOCK))
# The first columns, in characters, and those after them.
WIDTHS, WIDTH = (27, 58), 12
# Excel looks up no text longer than 255 characters.
MAXIMUM_NAME = 200

METRIC_FIGURES = """
    select pga_mpn_id, ruleset_id, metric, earned_units, points, exact_points
    from marts.fct_metric_score
    where as_of_month = $month and list_contains($rulesets, ruleset_id)
"""
TRACK_FIGURES = """
    select pga_mpn_id, ruleset_id, metric, track, earned_units
    from marts.fct_metric_track
    where as_of_month = $month and list_contains($rulesets, ruleset_id)
"""

Key = tuple[str, ...]
Value = str | int | Decimal | None


@dataclass(frozen=True)
class Formula:
    """A formula, and its result for the partner that is chosen at first and for no change."""

    text: str
    result: Value


@dataclass(frozen=True)
class Block:
    """A block of the sheet of data.

    Attributes:
        headings: of its columns, by key.
        rows: values by key; a key that is missing has none.
        top: row of the headings, counted from 0.
        chosen_cell: where the sheet says which of the rows is chosen, counted from 1.
        chosen: the row that is chosen at first.
    """

    headings: dict[Key, str]
    rows: Sequence[dict[Key, Value]]
    top: int
    chosen_cell: str
    chosen: dict[Key, Value]

    @cached_property
    def columns(self) -> dict[Key, str]:
        """Name of the column of each key."""
        return {key: xl_col_to_name(number) for number, key in enumerate(self.headings)}

    def column_range(self, key: Key) -> str:
        """Address of a column's values."""
        column = self.columns[key]
        return f"'{DATA}'!${column}${self.top + 2}:${column}${self.top + 1 + len(self.rows)}"

    def has_gaps(self, key: Key) -> bool:
        """Whether some row has no such value."""
        return any(row.get(key) is None for row in self.rows)

    def lookup(self, key: Key) -> Formula | None:
        """The chosen row's value; None when no row has one."""
        if all(row.get(key) is None for row in self.rows):
            return None
        found = f"INDEX({self.column_range(key)},'{DATA}'!{self.chosen_cell})"
        # an empty cell would be looked up as 0
        text = f'IF({found}="","",{found})' if self.has_gaps(key) else found
        value = self.chosen.get(key)
        return Formula(f"={text}", "" if value is None else value)


def write_what_if(workbook: xlsxwriter.Workbook, styles: dict[str, Format], figures: Figures, foot: str) -> None:
    """Write the two sheets.

    Arguments:
        workbook: open, with the sheets before them written.
        styles: the workbook's formats.
        figures: what the formulas read.
        foot: what stands at the foot of the printed sheet.
    """
    form, data = workbook.add_worksheet(NAME), workbook.add_worksheet(DATA)
    _Form(form, styles, figures).write()
    _write_data(data, styles, figures)
    set_up_print(form, foot)
    form.fit_to_pages(1, 1)


class Figures:
    """What the formulas read: the numbers of the rule sets that are shown, and the figures of the partners.

    Attributes:
        month: the last scored month.
        scored: of each partner, by name, its row of fct_designation, its state, and of that the rule set that is shown.
        metrics: the metrics of the rule sets, in the order of the wide fact's columns.
        lines: metric and track of every track.
        steps: numbers of the steps that somebody has to hold for all.
        rules: numbers, a row per rule set.
        partners: figures, a row per partner.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, month: datetime.date, shown: Sequence[Row], first: str
    ) -> None:
        """Read them.

        Arguments:
            connection: an open warehouse.
            month: the last scored month.
            shown: rows of fct_designation of the month, one per partner, each with its rule set; at least one.
            first: pga_mpn_id of the partner that is chosen at first.
        """

        def query(sql: str, values: dict[str, Any]) -> list[tuple]:
            return connection.execute(sql, values).fetchall()

        choice = {"month": month, "rulesets": sorted({row["ruleset_id"] for row in shown})}
        states = load(query, {}, [row["pga_mpn_id"] for row in shown])
        self.month = month
        self.metric_names = dict(query("select metric, metric_name from marts.dim_metric", {}))
        self.tracks = {
            row[0]: row[1:] for row in query("select track, track_name, value_unit from rulebook.tracks", {})
        }
        self.partner_names = dict(query("select pga_mpn_id, partner_name from marts.dim_partner", {}))
        self.metric_figures = {row[:3]: row[3:] for row in query(METRIC_FIGURES, choice)}
        self.track_figures = {row[:4]: row[4] for row in query(TRACK_FIGURES, choice)}
        self.scored = [
            (row, state, next(one for one in state["rulesets"] if one["ruleset_id"] == row["ruleset_id"]))
            for row in sorted(shown, key=lambda one: (self._name(one).casefold(), one["pga_mpn_id"]))
            for state in (states[row["pga_mpn_id"]],)
        ]
        rulesets = {ruleset["ruleset_id"]: (row, state, ruleset) for row, state, ruleset in self.scored}
        lines = {
            (metric["metric"], track["track"])
            for _, _, ruleset in rulesets.values()
            for metric in ruleset["metrics"]
            for track in metric["tracks"]
        }
        wide = [name.removesuffix("_points") for name in shown[0]]
        # a metric that the wide fact lacks comes last
        self.metrics = sorted({line[0] for line in lines}, key=lambda one: ([*wide, one].index(one), one))
        self.lines = sorted(lines, key=lambda line: (self.metrics.index(line[0]), line[1]))
        self.steps = sorted({step["step"] for _, _, ruleset in rulesets.values() for step in _steps_for_all(ruleset)})
        rules = [self._rules(*one) for _, one in sorted(rulesets.items())]
        partners = [self._figures(*one) for one in self.scored]
        chosen = next(row for row in partners if row[("pga",)] == first)
        ruleset = next(row for row in rules if row[("ruleset",)] == chosen[("ruleset",)])
        self.rules = Block(self._rule_headings(), rules, 6, "$B$5", ruleset)
        self.partners = Block(self._partner_headings(), partners, 9 + len(rules), "$B$4", chosen)

    def _name(self, row: Row) -> str:
        return self.partner_names[row["pga_mpn_id"]] or ""

    def _label(self, row: Row) -> str:
        """What a partner is chosen by. A program may take what is chosen for a formula, if it begins like one."""
        pga, name = row["pga_mpn_id"], self._name(row)[:MAXIMUM_NAME]
        return f"{name} ({pga})" if name and not re.match(FORMULA_START, name) else f"{pga} {name}".rstrip()

    def line_name(self, metric: str, track: str | None = None) -> str:
        """Name of a metric, or of a track of it."""
        return self.metric_names[metric] + (f", {self.tracks[track][0]}" if track else "")

    def _rule_headings(self) -> dict[Key, str]:
        headings = {
            ("ruleset",): "Rule set",
            ("name",): "Rules",
            ("minimum total",): "Points that pass",
            ("minimum metric",): "Points that each metric takes",
        }
        for metric in self.metrics:
            headings[("units for max", metric)] = f"{self.line_name(metric)}: units for maximum"
            headings[("max points", metric)] = f"{self.line_name(metric)}: maximum points"
            headings[("points per unit", metric)] = f"{self.line_name(metric)}: points per unit"
        for line in self.lines:
            headings[("counts", *line)] = f"{self.line_name(*line)}: what counts"
            headings[("unit", *line)] = f"{self.line_name(*line)}: one unit"
            headings[("cap", *line)] = f"{self.line_name(*line)}: units at most"
        for step in self.steps:
            headings[("takes", str(step))] = f"Step {step}: people it takes"
            headings[("step points", str(step))] = f"Step {step}: points"
        headings[("of one",)] = "Asked of one person"
        return headings

    def _rules(self, row: Row, state: State, ruleset: State) -> dict[Key, Value]:
        """The numbers of a rule set."""
        found: dict[Key, Value] = {
            ("ruleset",): ruleset["ruleset_id"],
            ("name",): row["ruleset_name"],
            ("minimum total",): _number(ruleset["minimum_total_points"]),
            ("minimum metric",): _number(ruleset["minimum_metric_points"]),
        }
        for metric in ruleset["metrics"]:
            name = metric["metric"]
            found[("units for max", name)] = metric["units_for_max"]
            found[("max points", name)] = _number(metric["max_points"])
            found[("points per unit", name)] = _number(metric["points_per_unit"])
            for track in metric["tracks"]:
                line = (name, track["track"])
                criterion = state["criteria"][track["criterion_id"]]
                found[("counts", *line)] = _what_counts(*self.tracks[track["track"]], track, criterion)
                found[("unit", *line)] = _number(track["unit_size"])
                found[("cap", *line)] = track["units_cap"]
        for step in _steps_for_all(ruleset):
            found[("takes", str(step["step"]))] = step["minimum_individuals"]
            found[("step points", str(step["step"]))] = _number(step["points"])
        steps = [str(step["step"]) for step in ruleset["steps"] if step["held_by"] == "individual"]
        if steps:
            found[("of one",)] = f"People who hold step{'s' if steps[1:] else ''} {_listed(steps)}"
        return found

    def _partner_headings(self) -> dict[Key, str]:
        headings = {
            ("label",): "Partner",
            ("pga",): "PGA",
            ("ruleset",): "Rule set",
            ("history",): "History complete",
            ("status",): "Status",
            ("total",): "Total points",
        }
        for metric in self.metrics:
            headings[("units", metric)] = f"{self.line_name(metric)}: units"
            headings[("points", metric)] = f"{self.line_name(metric)}: points"
        for line in self.lines:
            headings[("value", *line)] = f"{self.line_name(*line)}: value now"
            headings[("prior", *line)] = f"{self.line_name(*line)}: value a year before"
            headings[("growth", *line)] = f"{self.line_name(*line)}: growth"
            headings[("units", *line)] = f"{self.line_name(*line)}: units"
        for step in self.steps:
            headings[("holders", str(step))] = f"Step {step}: people who hold it"
        headings[("complete",)] = "People who hold all that is asked of one person"
        return headings

    def _figures(self, row: Row, state: State, ruleset: State) -> dict[Key, Value]:
        """The figures of a partner; `exact` is no column, only the result of a formula."""
        amounts = amounts_now(state, ruleset)
        of_it = (row["pga_mpn_id"], row["ruleset_id"])
        found: dict[Key, Value] = {
            ("label",): self._label(row),
            ("pga",): row["pga_mpn_id"],
            ("ruleset",): row["ruleset_id"],
            ("history",): "yes" if row["is_history_complete"] else "no",
            ("status",): row["designation_status"].replace("_", " "),
            ("total",): row["total_points"],
        }
        for metric in ruleset["metrics"]:
            name = metric["metric"]
            units, points, exact_points = self.metric_figures[(*of_it, name)]
            found |= {("units", name): units, ("points", name): points, ("exact", name): exact_points}
            for track in metric["tracks"]:
                line = (name, track["track"])
                value, prior = _number(track["current_value"]), _number(track["prior_value"])
                found |= {("value", *line): value, ("prior", *line): prior, ("growth", *line): value - (prior or 0)}
                found[("units", *line)] = self.track_figures[(*of_it, *line)]
        for step in _steps_for_all(ruleset):
            found[("holders", str(step["step"]))] = amounts[("step", str(step["step"]))]
        if any(step["held_by"] == "individual" for step in ruleset["steps"]):
            found[("complete",)] = amounts[COMPLETE]
        return found


def _steps_for_all(ruleset: State) -> list[State]:
    return [step for step in ruleset["steps"] if step["held_by"] == "organization"]


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _listed(words: Sequence[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last


def _what_counts(track_name: str, value_unit: str, track: State, criterion: State) -> str:
    """What a track counts, in words, from the rulebook's row."""
    if track["prior_value"] is None:
        return f"{track_name}: people who count, from the block below"
    least, most = (_number(criterion[name]) for name in ("minimum_value", "maximum_value"))
    bounds = []
    if least is not None:
        bounds.append(f"{'at least' if criterion['is_minimum_included'] else 'more than'} {least:,f}")
    if most is not None:
        bounds.append(f"{'at most' if criterion['is_maximum_included'] else 'less than'} {most:,f}")
    is_money = value_unit == "USD"
    bounded = f"{' and '.join(bounds) or 'some'} {value_unit}"
    tenants = f"tenants with {bounded} in a year" if is_money else f"tenants with a workload of {bounded}"
    if criterion["minimum_active_share"] is not None:
        tenants += f", {(_number(criterion['minimum_active_share']) * 100).normalize():f} % of them active"
    if criterion["measure"] == "count":
        return f"{track_name}: {tenants}"
    summed = "USD of revenue in a year" if is_money else "active seats"
    return f"{track_name}: {summed}" + (f", of {tenants}" if bounds else "")


def _write_data(worksheet: Worksheet, styles: dict[str, Format], figures: Figures) -> None:
    """Write the sheet that the formulas read, top down."""
    rules, partners = figures.rules, figures.partners
    worksheet.hide_gridlines(2)
    worksheet.set_column(0, 0, 44)
    worksheet.set_column(1, len(partners.headings) - 1, 16)
    worksheet.set_row(0, TITLE_HEIGHT)
    write_cell(worksheet, (0, 0), "What the sheet What-if reads", "title", styles)
    write_cell(
        worksheet, (1, 0), "Nothing is to be typed here. The numbers of the rules are the rulebook's.", "text", styles
    )
    label = f"'{NAME}'!$B$7"
    # a text that is looked up may have wildcards in it
    for sign in "~*?":
        label = f'SUBSTITUTE({label},"{sign}","~{sign}")'
    places = {
        3: ("Row of the partner", f"=MATCH({label},{partners.column_range(('label',))},0)", partners),
        4: (
            "Row of its rule set",
            f"=MATCH(INDEX({partners.column_range(('ruleset',))},$B$4),{rules.column_range(('ruleset',))},0)",
            rules,
        ),
    }
    for row, (name, text, block) in places.items():
        write_cell(worksheet, (row, 0), name, "term", styles)
        worksheet.write_formula(row, 1, text, styles["rank"], 1 + block.rows.index(block.chosen))
    for block in (rules, partners):
        worksheet.set_row(block.top, 75)
        for number, heading in enumerate(block.headings.values()):
            write_cell(worksheet, (block.top, number), heading, "heading", styles)
        for row, values in enumerate(block.rows, start=block.top + 1):
            for number, key in enumerate(block.headings):
                write_cell(worksheet, (row, number), values.get(key), "plain", styles)


class _Form:
    """The sheet to type into. Its cells are collected first: each row is written once, top down."""

    def __init__(self, worksheet: Worksheet, styles: dict[str, Format], figures: Figures) -> None:
        self.worksheet = worksheet
        self.styles = styles
        self.figures = figures
        self.rules, self.partners = figures.rules, figures.partners
        # by row and column as they read on the sheet
        self.cells: dict[tuple[int, str], tuple[Formula | Value, str]] = {}
        self.heights: dict[int, float] = {1: TITLE_HEIGHT}

    def write(self) -> None:
        """Write the sheet."""
        figures = self.figures
        self._put(1, "A", f"What if, {figures.month:%B %Y}", "title")
        for row, hint in enumerate(HINTS, start=2):
            self._put(row, "A", hint.format(month=f"{figures.month:%B %Y}"), "text")
        # rows of the lines of each block, below its headings
        score = 11
        tracks = score + 5
        people = tracks + len(figures.lines) + 2
        points = people + len(figures.steps) + 3
        self.track_rows = dict(zip(figures.lines, range(tracks, points), strict=False))
        self.step_rows = {step: people + number for number, step in enumerate(figures.steps)}
        self.complete_row = people + len(figures.steps)
        self.metric_rows = {metric: points + number for number, metric in enumerate(figures.metrics)}
        self._choose(7)
        self._block(score - 1, "Score", SCORE_BLOCK)
        self._score(score)
        self._block(tracks - 1, "What counts", TRACKS_BLOCK)
        for line, row in self.track_rows.items():
            self._track(row, *line)
        self._block(people - 1, "People", PEOPLE_BLOCK)
        self._people()
        self._block(points - 1, "Points", POINTS_BLOCK)
        for metric, row in self.metric_rows.items():
            self._metric(row, metric)
        self._flush()

    def _choose(self, row: int) -> None:
        self._put(row, "A", "Partner", "term")
        self._put(row, "B", self.partners.chosen[("label",)], "chosen")
        self.worksheet.data_validation(
            f"B{row}",
            {
                "validate": "list",
                "source": f"={self.partners.column_range(('label',))}",
                "ignore_blank": False,
                "error_title": "Partner",
                "error_message": "Choose a partner from the list.",
            },
        )
        asked = f'=IF(ISNA(\'{DATA}\'!{self.partners.chosen_cell}),"Choose a partner from the list.","")'
        self._put(row, "C", Formula(asked, ""), "warning")
        self._put(row + 1, "A", "Rules", "term")
        self._put(row + 1, "B", self.rules.lookup(("name",)), "text")

    def _score(self, row: int) -> None:
        """Total, gap and status."""
        exact = self._range("L", self.metric_rows.values())
        passing = self.rules.lookup(("minimum total",))
        passes, total = passing.text.removeprefix("="), self.partners.chosen[("total",)]
        gap = total - passing.result
        self._put(row, "A", "Total points", "term")
        self._put(row, "C", self.partners.lookup(("total",)), "total")
        self._put(row, "E", Formula(f"={_rounded_up(f'SUM({exact})')}", total), "total")
        self._put(row + 1, "A", "Gap", "term")
        self._put(row + 1, "B", "Total less the points that pass", "text")
        for column in "CE":
            self._put(row + 1, column, Formula(f"=ROUND({column}{row}-{passes},2)", gap), "signed")
        self._put(row + 2, "A", "Status", "term")
        self._put(row + 2, "C", self.partners.lookup(("status",)), "text")
        history = self.partners.lookup(("history",)).text.removeprefix("=")
        met = self._all_met("N", self.metric_rows.values())
        judged = f'IF(AND(ROUND(SUM({exact}),6)>={passes},{met}),"qualified","in progress")'
        status = Formula(f'=IF({history}="yes",{judged},"insufficient history")', self.partners.chosen[("status",)])
        self._put(row + 2, "E", status, "text")
        self._put(row, "D", Formula(f"=ROUND(E{row}-C{row},2)", 0), "signed")
        for condition in STATUS_COLOURS:
            shown = {**condition, "format": self.styles[condition["format"]]}
            self.worksheet.conditional_format(f"C{row + 2}:E{row + 2}", shown)

    def _track(self, row: int, metric: str, track: str) -> None:
        """A track: its growth, and the full units of it."""
        line = (metric, track)
        may_be_missing = self.partners.has_gaps(("value", *line))

        def figure(text: str, key: Key, block: Block = self.partners) -> Formula:
            guarded = f'IF(C{row}="","",{text})' if may_be_missing else text
            return Formula(f"={guarded}", block.chosen.get(key, ""))

        self._put(row, "A", self.figures.metric_names[metric], "text")
        self._put(row, "B", self.rules.lookup(("counts", *line)), "wrapped")
        longest = max(len(str(rules.get(("counts", *line), ""))) for rules in self.rules.rows)
        self.heights[row] = LINE_HEIGHT * math.ceil(longest / WIDTHS[1])
        self._put(row, "C", self.partners.lookup(("value", *line)), "whole")
        if self.partners.lookup(("prior", *line)):
            self._ask(row, is_count=self._is_count(line))
            self._put(row, "E", figure(f"C{row}+D{row}", ("value", *line)), "whole")
        else:
            people = f"E{self.complete_row}"
            met = self._all_met("G", self.step_rows.values())
            self._put(row, "E", figure(f"IF({met},MAX(0,{people}),0)", ("value", *line)), "whole")
            self._put(row, "D", Formula(figure(f"E{row}-C{row}", ()).text, 0), "whole")
        self._put(row, "F", self.partners.lookup(("prior", *line)), "whole")
        self._put(row, "G", self.partners.lookup(("growth", *line)), "whole")
        # not then less a year before: large figures would take the last decimals away
        self._put(row, "H", figure(f"G{row}+D{row}", ("growth", *line)), "whole")
        self._put(row, "I", self.rules.lookup(("unit", *line)), "whole")
        self._put(row, "J", self.rules.lookup(("cap", *line)), "whole")
        self._put(row, "K", self.partners.lookup(("units", *line)), "whole")
        units = f"ROUNDDOWN(ROUND(MAX(0,H{row}),10)/I{row},0)"
        if self.rules.lookup(("cap", *line)):
            # an empty text is no bound
            units = f"MIN(J{row},{units})"
        self._put(row, "L", figure(units, ("units", *line)), "whole")

    def _is_count(self, line: tuple[str, str]) -> bool:
        """Whether every rule set counts tenants here, and sums nothing."""
        criteria = [
            state["criteria"][track["criterion_id"]]
            for _, state, ruleset in self.figures.scored
            for metric in ruleset["metrics"]
            for track in metric["tracks"]
            if (metric["metric"], track["track"]) == line
        ]
        return all(criterion["measure"] == "count" for criterion in criteria)

    def _people(self) -> None:
        """Those who hold the steps that are asked of all together, and those who hold what is asked of one."""
        for step, row in self.step_rows.items():
            key = ("holders", str(step))
            holders = self.partners.lookup(key)
            self._put(row, "A", self._skilling_name(), "text")
            self._put(row, "B", f"People who hold step {step}", "text")
            self._put(row, "C", holders, "whole")
            self._ask(row, is_count=True)
            is_missing = f'IF(C{row}="","",{{}})' if self.partners.has_gaps(key) else "{}"
            self._put(row, "E", Formula("=" + is_missing.format(f"C{row}+D{row}"), holders.result), "whole")
            takes = self.rules.lookup(("takes", str(step)))
            self._put(row, "F", takes, "whole")
            met = "" if holders.result == "" else "yes" if holders.result >= takes.result else "no"
            self._put(row, "G", Formula("=" + is_missing.format(f'IF(E{row}>=F{row},"yes","no")'), met), "flag")
            self._put(row, "H", self.rules.lookup(("step points", str(step))), "points")
        complete = self.partners.lookup(("complete",))
        if complete:
            row = self.complete_row
            self._put(row, "A", self._skilling_name(), "text")
            self._put(row, "B", self.rules.lookup(("of one",)), "text")
            self._put(row, "C", complete, "whole")
            self._ask(row, is_count=True)
            is_missing = f'IF(C{row}="","",{{}})' if self.partners.has_gaps(("complete",)) else "{}"
            self._put(row, "E", Formula("=" + is_missing.format(f"C{row}+D{row}"), complete.result), "whole")

    def _metric(self, row: int, metric: str) -> None:
        """A metric: the units of its tracks, and their points."""
        points = self.partners.lookup(("points", metric))
        exact = self.partners.chosen.get(("exact", metric), "")
        is_missing = f'IF(C{row}="","",{{}})' if self.partners.has_gaps(("points", metric)) else "{}"

        def figure(text: str, result: Value) -> Formula:
            return Formula("=" + is_missing.format(text), "" if points.result == "" else result)

        rows = [place for line, place in self.track_rows.items() if line[0] == metric]
        tracks = [track for name, track in self.track_rows if name == metric]
        has_steps = bool(self.step_rows) and "skilling" in tracks
        self._put(row, "A", self.figures.metric_names[metric], "text")
        self._put(row, "C", points, "points")
        self._put(row, "D", figure(f"ROUND(E{row}-C{row},2)", 0), "signed")
        self._put(row, "E", figure(_rounded_up(f"L{row}"), points.result), "points")
        units = self.partners.lookup(("units", metric))
        self._put(row, "F", units, "whole")
        self._put(row, "G", figure(f"MIN(H{row},SUM({self._range('L', rows)}))", units.result), "whole")
        self._put(row, "H", self.rules.lookup(("units for max", metric)), "whole")
        per_unit = self.rules.lookup(("points per unit", metric))
        self._put(row, "I", per_unit, "points")
        earned = f"K{row}*G{row}/H{row}"
        if per_unit:
            earned = f'IF(I{row}="",{earned},I{row}*G{row})'
        if has_steps:
            steps = self.step_rows.values()
            held = f'SUMIF({self._range("G", steps)},"yes",{self._range("H", steps)})'
            self._put(row, "J", figure(held, self._step_points()), "points")
            earned = f"J{row}+{earned}"
        self._put(row, "K", self.rules.lookup(("max points", metric)), "points")
        self._put(row, "L", figure(f"ROUND(MIN(K{row},{earned}),10)", exact), "exact")
        least = self.rules.lookup(("minimum metric",))
        self._put(row, "M", least, "points")
        met = "yes" if points.result != "" and exact >= least.result else "no"
        self._put(row, "N", figure(f'IF(L{row}>=M{row},"yes","no")', met), "flag")

    def _step_points(self) -> Decimal:
        """Points that the steps earn as they are held now."""
        held = Decimal(0)
        for step in self.step_rows:
            holders = self.partners.chosen.get(("holders", str(step)))
            if holders is not None and holders >= self.rules.chosen[("takes", str(step))]:
                held += self.rules.chosen[("step points", str(step))]
        return held

    def _skilling_name(self) -> str:
        return _listed([self.figures.metric_names[metric] for metric, track in self.track_rows if track == "skilling"])

    def _ask(self, row: int, *, is_count: bool) -> None:
        """Let people type what changes."""
        self._put(row, "D", 0, "input")
        if is_count:
            rule = {"validate": "integer", "criteria": ">=", "value": f"=-C{row}"}
            message = "Type a whole number. No more can be lost than there are now."
        else:
            rule = {"validate": "decimal", "criteria": "between", "minimum": -1e15, "maximum": 1e15}
            message = "Type a number."
        self.worksheet.data_validation(f"D{row}", {**rule, "error_title": "Change by", "error_message": message})

    @staticmethod
    def _range(column: str, rows: Iterable[int]) -> str:
        """Address of cells one below the other."""
        rows = list(rows)
        return f"{column}{min(rows)}:{column}{max(rows)}"

    def _all_met(self, column: str, rows: Iterable[int]) -> str:
        """A condition: no cell says that something is not met."""
        rows = list(rows)
        return f'COUNTIF({self._range(column, rows)},"no")=0' if rows else "TRUE"

    def _block(self, row: int, name: str, headings: Iterable[tuple[str, str]]) -> None:
        self.heights[row] = 2 * LINE_HEIGHT
        for column, heading in zip("ABCDEFGHIJKLMN", (name, "", *(heading for heading, _ in headings)), strict=False):
            self._put(row, column, heading, "heading")

    def _put(self, row: int, column: str, content: Formula | Value, style: str) -> None:
        if content is not None:
            self.cells[(row, column)] = content, style

    def _flush(self) -> None:
        worksheet = self.worksheet
        worksheet.hide_gridlines(2)
        for number, width in enumerate(WIDTHS):
            worksheet.set_column(number, number, width)
        worksheet.set_column(len(WIDTHS), len(WIDTHS) + len(POINTS_BLOCK) - 1, WIDTH)
        rows = self.track_rows.values()
        decimals = {
            "type": "formula",
            "criteria": f"=C{min(rows)}<>ROUND(C{min(rows)},0)",
            "format": self.styles["value"],
        }
        worksheet.conditional_format(f"C{min(rows)}:J{max(rows)}", decimals)
        for row, column in sorted(self.cells):
            content, style = self.cells[(row, column)]
            worksheet.set_row(row - 1, self.heights.get(row, LINE_HEIGHT))
            if isinstance(content, Formula):
                result = float(content.result) if isinstance(content.result, Decimal) else content.result
                worksheet.write_formula(f"{column}{row}", content.text, self.styles[style], result)
            else:
                write_cell(worksheet, (row - 1, ord(column) - ord("A")), content, style, self.styles)


def _rounded_up(exact_points: str) -> str:
    """As the macro round_up_to_hundredth. Hundredths are rounded once more, as a binary fraction times 100 is none."""
    return f"ROUNDUP(ROUND(ROUND({exact_points},6)*100,4),0)/100"
