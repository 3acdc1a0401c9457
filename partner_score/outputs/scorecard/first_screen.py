"""Shapes what a reader wants to know first: what becomes of the designation, why, and what keeps or earns it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from partner_score.outputs.scorecard.shortened import Shortened, shortened
from partner_score.warehouse.shown_rules import Row

# Kinds of fct_recommendation that keep points, each with a deadline. The others win points.
DEFENDING = ("about_to_drop", "certification_expiring")
# Customers and people in each list of what to do.
ENTRIES_SHOWN = 30
# Lines of the first screen.
CAUSES_SHOWN = 4
PARTS_SHOWN = 2
STEPS_SHOWN = 3


# What is the same in recommendations of one and the same action: it reaches the thresholds of several metrics.
ACTION = (
    *("kind", "subject_type", "subject_id", "detail", "missing_value", "missing_active_value", "deadline_month"),
    *("deadline_date", "points_gain", "points_at_risk"),
)


@dataclass
class Action:
    """One thing to do: a recommendation, or several that ask for the same.

    Attributes:
        rows: of fct_recommendation.
        step: row of fct_plan, where it is part of the shortest way to the designation.
    """

    rows: list[Row]
    step: Row | None = None

    @property
    def first(self) -> Row:
        """The recommendation that comes first."""
        return self.rows[0]


@dataclass
class Entry:
    """A customer or a person, with all recommendations of one group about it."""

    rows: list[Row]

    @property
    def actions(self) -> list[Action]:
        """What there is to do, in order."""
        return actions(self.rows)

    @property
    def kinds(self) -> list[str]:
        """Kinds of its recommendations."""
        return list(dict.fromkeys(row["kind"] for row in self.rows))


def actions(recommendations: Iterable[Row]) -> list[Action]:
    """Put recommendations that ask for the same together, in order."""
    found: dict[tuple, Action] = {}
    for row in recommendations:
        found.setdefault(tuple(row[name] for name in ACTION), Action([])).rows.append(row)
    return list(found.values())


@dataclass
class Advice:
    """What to do: entries that defend points, those due first at the top, and entries that win points."""

    defend: Shortened
    win: Shortened

    @property
    def kinds(self) -> list[str]:
        """Kinds of the recommendations that are shown."""
        return list(dict.fromkeys(kind for entry in self.defend.rows + self.win.rows for kind in entry.kinds))

    @property
    def more(self) -> int:
        """Customers and people that are not shown."""
        return self.defend.more + self.win.more


def advice(recommendations: list[Row], plan: Iterable[Row] = ()) -> Advice:
    """Group the recommendations of a partner and rule set by what they are for and whom they are about.

    Arguments:
        recommendations: rows of fct_recommendation, those of most points first.
        plan: rows of fct_plan, whose customers and people are never cut off.
    """
    defend = sorted((row for row in recommendations if row["kind"] in DEFENDING), key=_due)
    win = [row for row in recommendations if row["kind"] not in DEFENDING]
    entries = _entries(win)
    subjects = {step["subject_id"] for step in plan}
    kept = [entry for entry in entries[ENTRIES_SHOWN:] if entry.rows[0]["subject_id"] in subjects]
    winning = Shortened(entries[:ENTRIES_SHOWN] + kept, len(entries[ENTRIES_SHOWN:]) - len(kept))
    return Advice(shortened(_entries(defend), ENTRIES_SHOWN), winning)


def planned(recommendations: list[Row], plan: list[Row]) -> set[int]:
    """Return the numbers of the recommendations that together earn the designation; none where none do."""
    return {_recommendation(step, recommendations)["number"] for step in plan if step["is_reached"]}


def _due(row: Row) -> tuple[date, date]:
    # without a day, any day of the month will do
    return row["deadline_month"] or date.max, row["deadline_date"] or date.max


def _entries(rows: Iterable[Row]) -> list[Entry]:
    entries: dict[tuple[str, str], Entry] = {}
    for row in rows:
        entries.setdefault((row["subject_type"], row["subject_id"]), Entry([])).rows.append(row)
    return list(entries.values())


@dataclass
class Answer:
    """What to do about the designation.

    Attributes:
        kind: `keeps`: any one action keeps it in the month in which it would be lost; `defends`: these actions are due
            by then, and none is enough alone; `wins`: nothing is due by then, and the actions win points; `earns`: the
            actions together earn it, and no fewer do; `next`: what is due first, or wins most.
        steps: actions.
        out_of_reach: row of fct_plan that says what is missing with all actions done, where they do not earn it.
    """

    kind: str
    steps: Shortened
    out_of_reach: Row | None = None


def answer(designation: Row, lost_month: date | None, recommendations: list[Row], plan: list[Row]) -> Answer:
    """Pick what keeps or earns the designation.

    What would be lost is scored in the month of its deadline. So where that is the month of the loss, and
    `loses_designation` says so, this one action keeps the designation.

    Arguments:
        designation: row of fct_designation of the last scored month.
        lost_month: month of the outlook in which the designation is lost; None when it is not.
        recommendations: rows of fct_recommendation, those of most points first.
        plan: rows of fct_plan by step: of a partner in progress alone.
    """
    defending = sorted((row for row in recommendations if row["kind"] in DEFENDING and row["points_at_risk"]), key=_due)
    winning = [row for row in recommendations if row["kind"] not in DEFENDING and row["points_gain"]]
    if lost_month:
        due = [row for row in defending if row["deadline_month"] <= lost_month]
        enough = [row for row in due if _keeps(row, lost_month)]
        kind = "keeps" if enough else "defends" if due else "wins"
        return Answer(kind, shortened(actions(enough or due or winning), STEPS_SHOWN))
    if plan and plan[0]["is_reached"]:
        # the fewest are few: none is left out
        return Answer("earns", Shortened([Action([_recommendation(step, recommendations)], step) for step in plan], 0))
    if designation["designation_status"] == "in_progress":
        return Answer("next", shortened(actions(winning), STEPS_SHOWN), plan[0] if plan else None)
    return Answer("next", shortened(actions(defending or winning), STEPS_SHOWN))


def _recommendation(step: Row, recommendations: list[Row]) -> Row:
    names = ("kind", "metric", "track", "subject_id", "detail")
    return next(row for row in recommendations if all(row[name] == step[name] for name in names))


def _keeps(row: Row, lost_month: date) -> bool:
    return row["deadline_month"] == lost_month and row["loses_designation"]


@dataclass
class Cause:
    """What a customer or a person changes, in all metrics; without a name, what several customers do in one track.

    Attributes:
        rows: of fct_outlook_bridge.
        points: their sum.
    """

    rows: list[Row]
    points: Decimal

    @property
    def told(self) -> list[Row]:
        """Rows to tell: the largest of those that move points."""
        moving = [row for row in self.rows if row["points"]]
        return sorted(moving, key=lambda row: -abs(row["points"]))[:PARTS_SHOWN]

    @property
    def has_more(self) -> bool:
        """Whether other rows move points, too."""
        return sum(1 for row in self.rows if row["points"]) > PARTS_SHOWN


@dataclass
class Changes:
    """Why the total of a month of the outlook is another than that of the last scored month.

    Attributes:
        until: row of fct_designation_outlook of that month: the one of the loss, else the next.
        causes: what changes the total by that month, the largest first.
        months: how many months they are of.
        points_of_more: points of the causes that are not shown.
    """

    until: Row
    causes: Shortened
    months: int
    points_of_more: Decimal


def changes(outlook: list[Row], lost_month: date | None, bridge: list[Row]) -> Changes | None:
    """Pick what changes the total until the designation is lost, or else in the next month.

    What a customer loses in one metric and wins in another is one cause, and none at all when it comes to nothing.

    Arguments:
        outlook: rows of fct_designation_outlook by month.
        bridge: rows of fct_outlook_bridge by month and cause.

    Returns:
        None without an outlook.
    """
    if not outlook:
        return None
    last = lost_month or outlook[0]["outlook_month"]
    until = next(row for row in outlook if row["outlook_month"] == last)
    months = [row["outlook_month"] for row in outlook if row["outlook_month"] <= last]
    grouped: dict[tuple, list[Row]] = {}
    for row in bridge:
        if row["outlook_month"] <= last:
            key = (row["subject_id"],) if row["subject_id"] else (row["metric"], row["track"])
            grouped.setdefault(key, []).append(row)
    causes = [Cause(rows, sum((row["points"] for row in rows), Decimal())) for rows in grouped.values()]
    moving = sorted((cause for cause in causes if cause.points), key=lambda cause: -abs(cause.points))
    of_more = sum((cause.points for cause in moving[CAUSES_SHOWN:]), Decimal())
    return Changes(until, shortened(moving, CAUSES_SHOWN), len(months), of_more)
