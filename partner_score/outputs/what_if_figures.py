"""What the formulas of the workbook's What-if sheet read: numbers of the rules, and figures of the partners.

They stand on a sheet of their own, in two blocks: a row per rule set and a row per partner. A formula looks them up in
the row of the partner that is chosen, and of its rule set.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

import duckdb
from xlsxwriter.utility import xl_col_to_name

from partner_score.outputs.workbook_cells import FORMULA_START
from partner_score.simulator.engine import COMPLETE, amounts_now
from partner_score.simulator.state import State, load
from partner_score.warehouse.shown_rules import Row

# The sheet that the figures stand on.
DATA = "What-if data"
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


class Figures:
    """What the formulas read: the numbers of the rule sets that are shown, and the figures of the partners.

    Attributes:
        month: the last scored month.
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
        # by name
        scored = [
            (row, state, next(one for one in state["rulesets"] if one["ruleset_id"] == row["ruleset_id"]))
            for row in sorted(shown, key=lambda one: (self._name(one).casefold(), one["pga_mpn_id"]))
            for state in (states[row["pga_mpn_id"]],)
        ]
        rulesets = {ruleset["ruleset_id"]: (row, state, ruleset) for row, state, ruleset in scored}
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
        partners = [self._figures(*one) for one in scored]
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
        """The numbers of a rule set; `measure` is no column, only what may be typed depends on it."""
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
                found[("measure", *line)] = criterion["measure"]
                found[("unit", *line)] = _number(track["unit_size"])
                found[("cap", *line)] = track["units_cap"]
        for step in _steps_for_all(ruleset):
            found[("takes", str(step["step"]))] = step["minimum_individuals"]
            found[("step points", str(step["step"]))] = _number(step["points"])
        steps = [str(step["step"]) for step in ruleset["steps"] if step["held_by"] == "individual"]
        if steps:
            found[("of one",)] = f"People who hold step{'s' if steps[1:] else ''} {listed(steps)}"
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


def listed(words: Sequence[str]) -> str:
    """Words as a sentence lists them."""
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last


def _what_counts(track_name: str, value_unit: str, track: State, criterion: State) -> str:
    """What a track counts, in words, from the rulebook's row."""
    if track["track"] == "skilling":
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
