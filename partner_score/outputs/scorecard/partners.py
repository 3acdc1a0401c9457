"""Shapes the rows of one partner into what its page shows: a panel per rule set, with its metrics and customers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from partner_score.outputs.scorecard import first_screen
from partner_score.outputs.scorecard.agreement import Agreement, agreements
from partner_score.outputs.scorecard.charts import MonthPoints
from partner_score.outputs.scorecard.first_screen import Advice, Answer, Changes
from partner_score.outputs.scorecard.marts import Marts
from partner_score.outputs.scorecard.shortened import Shortened, shortened
from partner_score.warehouse.shown_rules import Row, shown_designations

# Lengths of the lists of a page, which is to be read. What is cut off is counted there, and is a query away.
MOVES_SHOWN = 100
GROWTH_SHOWN = 8
BRIDGE_SHOWN = 100
PEOPLE_SHOWN = 100

# Reasons of fct_customer_contribution that say a tenant came or went.
ARRIVALS = {"new": "won", "lost": "lost"}
# Kinds of fct_recommendation that say a tenant may come or go.
PROSPECTS = {"near_threshold": "near", "about_to_drop": "about_to_drop"}
STATES = [*ARRIVALS.values(), *PROSPECTS.values()]


@dataclass
class Track:
    """A track of a metric: its row of fct_metric_track, its criterion, and what one more unit takes.

    Attributes:
        name: of the track, for people.
        value_unit: unit of a tenant's own value: USD or seats.
        unit: what the track's values count: tenants, individuals, or what is summed: USD, active seats.
        missing_to_next_unit: in that unit; None when the metric or the track has all its units.
    """

    row: Row
    criterion: Row
    name: str
    value_unit: str
    unit: str
    missing_to_next_unit: Decimal | None

    @property
    def is_compared(self) -> bool:
        """Whether the change counts, and not the level."""
        return self.row["prior_value"] is not None

    @property
    def counts_tenants(self) -> bool:
        """Whether each tenant counts as one."""
        return self.is_compared and self.criterion["measure"] == "count"


@dataclass
class Metric:
    """A metric of the last scored month, with its tracks and its months.

    Attributes:
        row: of fct_metric_score.
        about: of dim_metric.
        rule: of the rulebook's ruleset_metrics.
        history: rows of fct_metric_score, by month.
        series: its points by month, and those of the outlook.
    """

    row: Row
    about: Row
    rule: Row
    tracks: list[Track]
    history: list[Row]
    series: list[MonthPoints]

    @property
    def name(self) -> str:
        """Name of the metric for people."""
        return self.about["metric_name"]

    @property
    def open_tracks(self) -> list[Track]:
        """Tracks in which one more unit can be earned."""
        return [track for track in self.tracks if track.missing_to_next_unit is not None]

    @property
    def points_open(self) -> Decimal:
        """Points that are still to be had."""
        return self.row["max_points"] - self.row["points"]

    @property
    def is_full_with_steps(self) -> bool:
        """Whether it has all its points only because steps of the organization bring some, too."""
        return not self.points_open and self.row["earned_units"] < self.row["units_for_max"]

    @property
    def is_compared(self) -> bool:
        """Whether a track is compared with the year before."""
        return any(track.is_compared for track in self.tracks)

    def highest(self, unit: str) -> Decimal:
        """Return the highest value of the tracks with this unit, now or before: the full width of their bars."""
        rows = [track.row for track in self.tracks if track.unit == unit]
        return max(value for row in rows for value in (row["current_value"], row["prior_value"] or Decimal()))


@dataclass
class Move:
    """A tenant that came or went, or may, in one track of one metric: its row and the recommendations about it."""

    metric: Metric
    track: Track
    row: Row
    states: list[str]
    advice: list[Row]


@dataclass
class Growth:
    """A track that sums, and the tenants that moved it, those that moved it most first."""

    metric: Metric
    track: Track
    changes: Shortened

    @property
    def is_two_sided(self) -> bool:
        """Whether some of the tenants grew and others shrank."""
        return len({row["contribution"] > 0 for row in self.changes.rows}) > 1


@dataclass
class Panel:
    """A partner under one rule set.

    Attributes:
        months: rows of fct_designation; `designation` is the last of them.
        series: total points by month, and those of the outlook.
        advice: what to do, of which `answer` is what keeps or earns the designation.
        planned: numbers of the recommendations that are the shortest way to the designation.
        changes: why the total changes until the designation is lost, or in the next month; `bridge` has every cause of
            every month of the outlook.
        moves: tenants won, lost, near or about to drop; `counts` has their number per metric, track and state.
        expiring: individuals of whom a recommendation says that a certification expires soon.
        steps: of the skilling metric, each with its certifications.
        revenue: eligible over the trailing year, and how much of it is on unknown offers; None without Azure.
    """

    ruleset: Row
    designation: Row
    months: list[Row]
    series: list[MonthPoints]
    metrics: list[Metric]
    outlook: list[Row]
    advice: Advice
    answer: Answer
    planned: set[int]
    changes: Changes | None
    bridge: Shortened
    moves: Shortened
    counts: dict[tuple[str, str], Counter]
    growth: list[Growth]
    individuals: Shortened
    expiring: set[str]
    steps: list[Row]
    comparisons: dict[str, Row]
    revenue: Row | None

    @property
    def max_points(self) -> Decimal:
        """Points of all metrics at their maximum."""
        return sum((metric.row["max_points"] for metric in self.metrics), Decimal())

    @property
    def points_above(self) -> Decimal:
        """Points above the pass mark."""
        return self.designation["total_points"] - self.ruleset["minimum_total_points"]

    def short_of_mark(self, month: Row) -> Decimal:
        """Return how many points a month of the outlook is below the pass mark; not above 0 when it is not."""
        return self.ruleset["minimum_total_points"] - month["total_points"]

    @property
    def address(self) -> str:
        """What the address of the page says of the rule set: `2026-smb` of `security_2026_smb`."""
        return self.ruleset["ruleset_id"].removeprefix(f"{self.ruleset['area']}_").replace("_", "-")

    @property
    def lowest(self) -> Row | None:
        """Month of the outlook with the lowest total, the first of several."""
        return min(self.outlook, key=lambda row: row["total_points"]) if self.outlook else None

    @property
    def counting(self) -> list[tuple[Metric, Track]]:
        """Tracks that count tenants."""
        return [(metric, track) for metric in self.metrics for track in metric.tracks if track.counts_tenants]

    @property
    def compared_tracks(self) -> list[str]:
        """Names of the tracks that are compared with the year before."""
        tracks = (track for metric in self.metrics for track in metric.tracks)
        return list(dict.fromkeys(track.name for track in tracks if track.is_compared))

    @property
    def metric_choices(self) -> list[tuple[str, str]]:
        """Metrics that count tenants, with their names, for a filter."""
        return list(dict.fromkeys((metric.row["metric"], metric.name) for metric, _ in self.counting))

    @property
    def ends_in_outlook(self) -> bool:
        """Whether the rule set is no longer in force at the end of the outlook."""
        last_day = self.ruleset["effective_to"]
        if not self.outlook or last_day is None:
            return False
        # the first month that ends after that day
        return (last_day + timedelta(days=1)).replace(day=1) <= self.outlook[-1]["outlook_month"]

    @property
    def largest_difference(self) -> Row | None:
        """Comparison of the metric that differs most from the rule set in force."""
        different = [row for row in self.comparisons.values() if row["is_largest_difference"]]
        return different[0] if different else None


@dataclass
class Partner:
    """What a page shows.

    Attributes:
        row: of dim_partner.
        panels: that of the shown rule set first.
        has_customers: whether any report ever named a customer of the partner.
        agreements: Microsoft's points beside ours, by month, the newest first; none when no points were noted.
    """

    row: Row
    panels: list[Panel]
    has_customers: bool
    agreements: list[Agreement]


def partner_page(marts: Marts, partner: Row, asked: str | None = None) -> Partner:
    """Shape what the page of a partner shows.

    Arguments:
        asked: rule set or version of the first panel; None for the rules in force, on the partner's better path.

    Raises:
        LookupError: the one asked for is not in the warehouse.
    """
    rows = marts.of_partner(partner["pga_mpn_id"])
    last_month = marts.last_month["as_of_month"]
    (shown,) = shown_designations((row for row in rows["designations"] if row["as_of_month"] == last_month), asked)
    rulesets = sorted(marts.shared["rulesets"], key=lambda ruleset: ruleset["ruleset_id"] != shown["ruleset_id"])
    return Partner(
        partner,
        [_panel(marts, rows, ruleset) for ruleset in rulesets],
        has_customers=bool(rows["customers"]),
        agreements=agreements(rows["variances"], marts.shared["metrics"]),
    )


def _panel(marts: Marts, rows: dict[str, list[Row]], ruleset: Row) -> Panel:
    ruleset_id = ruleset["ruleset_id"]
    own = {
        name: [row for row in table if row["ruleset_id"] == ruleset_id]
        for name, table in rows.items()
        if name != "customers"
    }
    metrics = _metrics(marts, own, ruleset_id)
    moves = _moves(metrics, own["contributions"], own["recommendations"])
    lost_month = own["outlook"][0]["designation_lost_month"] if own["outlook"] else None
    return Panel(
        ruleset=ruleset,
        designation=own["designations"][-1],
        months=own["designations"],
        series=_series(own, own["designations"], "total_points", "total_points"),
        metrics=metrics,
        outlook=own["outlook"],
        advice=first_screen.advice(own["recommendations"], own["plan"]),
        answer=first_screen.answer(own["designations"][-1], lost_month, own["recommendations"], own["plan"]),
        planned=first_screen.planned(own["recommendations"], own["plan"]),
        changes=first_screen.changes(own["outlook"], lost_month, own["bridge"]),
        bridge=shortened(own["bridge"], BRIDGE_SHOWN),
        moves=shortened(moves, MOVES_SHOWN),
        counts=_counts(moves),
        growth=_growth(metrics, own["contributions"]),
        individuals=shortened(own["individuals"], PEOPLE_SHOWN),
        expiring={row["subject_id"] for row in own["recommendations"] if row["kind"] == "certification_expiring"},
        steps=_steps(marts, ruleset_id),
        comparisons={row["metric"]: row for row in own["comparisons"]},
        revenue=own["eligible_revenue"][0] if own["eligible_revenue"] else None,
    )


def _metrics(marts: Marts, own: dict[str, list[Row]], ruleset_id: str) -> list[Metric]:
    rules = {(row["ruleset_id"], row["metric"]): row for row in marts.shared["ruleset_metrics"]}
    history = _grouped(own["scores"], lambda row: row["metric"])
    tracks = _grouped(own["tracks"], lambda row: row["metric"])
    return [
        Metric(
            row=history[about["metric"]][-1],
            about=about,
            rule=rules[ruleset_id, about["metric"]],
            tracks=[_track(marts, row, history[about["metric"]][-1]) for row in tracks[about["metric"]]],
            history=history[about["metric"]],
            series=_series(own, history[about["metric"]], "points", f"{about['metric']}_points"),
        )
        for about in marts.shared["metrics"]
        if about["metric"] in history
    ]


def _series(own: dict[str, list[Row]], rows: list[Row], column: str, outlook_column: str) -> list[MonthPoints]:
    is_complete = {row["as_of_month"]: row["is_history_complete"] for row in own["designations"]}
    past = [MonthPoints(row["as_of_month"], row[column], is_complete[row["as_of_month"]], False) for row in rows]
    # a metric that the wide outlook has no column for has no outlook
    ahead = [row for row in own["outlook"] if outlook_column in row]
    return past + [
        MonthPoints(row["outlook_month"], row[outlook_column], row["is_history_complete"], True) for row in ahead
    ]


def _track(marts: Marts, row: Row, score: Row) -> Track:
    about = next(track for track in marts.shared["track_names"] if track["track"] == row["track"])
    key = ("ruleset_id", "metric", "track")
    criterion = next(rule for rule in marts.shared["criteria"] if all(rule[name] == row[name] for name in key))
    missing = None
    if score["units_short_of_max"] and row["earned_units"] < score["units_for_max"]:
        missing = missing_to_next_unit(row, criterion["unit_size"])
    track = Track(row, criterion, about["track_name"], about["value_unit"], about["value_unit"], missing)
    if track.counts_tenants:
        track.unit = "tenants"
    elif track.is_compared and track.unit == "seats":
        # seats are summed when they are in use, and counted as paid ones
        track.unit = "active seats"
    return track


def missing_to_next_unit(row: Row, unit_size: Decimal) -> Decimal:
    """Return what a row of fct_metric_track lacks to one more full unit: a decline has to be made up for first."""
    grown = row["change_value"] if row["change_value"] is not None else row["current_value"]
    return (max(grown, Decimal()) // unit_size + 1) * unit_size - grown


def _moves(metrics: list[Metric], contributions: list[Row], recommendations: list[Row]) -> list[Move]:
    tracks = {
        (track.row["metric"], track.row["track"]): (metric, track) for metric in metrics for track in metric.tracks
    }
    prospects = _grouped(
        [row for row in recommendations if row["kind"] in PROSPECTS],
        lambda row: (row["metric"], row["track"], row["subject_id"]),
    )
    moves = []
    for row in contributions:
        advice = prospects[row["metric"], row["track"], row["customer_tenant_id"]]
        states = {ARRIVALS.get(row["reason"]), *(PROSPECTS[one["kind"]] for one in advice)}
        if ordered := [state for state in STATES if state in states]:
            moves.append(Move(*tracks[row["metric"], row["track"]], row, ordered, advice))
    # what may still be changed comes first
    return sorted(moves, key=lambda move: -STATES.index(move.states[-1]))


def _counts(moves: Iterable[Move]) -> dict[tuple[str, str], Counter]:
    counts: dict[tuple[str, str], Counter] = defaultdict(Counter)
    for move in moves:
        counts[move.row["metric"], move.row["track"]].update(move.states)
    return counts


def _growth(metrics: list[Metric], contributions: list[Row]) -> list[Growth]:
    moved = _grouped([row for row in contributions if row["contribution"]], lambda row: (row["metric"], row["track"]))
    growth = []
    for metric in metrics:
        for track in metric.tracks:
            if track.criterion["measure"] == "sum":
                rows = moved[track.row["metric"], track.row["track"]]
                growth.append(Growth(metric, track, shortened(rows, GROWTH_SHOWN)))
    return growth


def _steps(marts: Marts, ruleset_id: str) -> list[Row]:
    certifications = _grouped(marts.shared["step_certifications"], lambda row: (row["ruleset_id"], row["step"]))
    return [
        {**step, "certifications": certifications[ruleset_id, step["step"]]}
        for step in marts.shared["steps"]
        if step["ruleset_id"] == ruleset_id
    ]


def _grouped(rows: list[Row], key: Callable[[Row], Any]) -> dict[Any, list[Row]]:
    groups: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups
