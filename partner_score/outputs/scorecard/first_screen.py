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
# Kinds of fct_outlook_bridge whose words end with the metric.
TOLD_BY_METRIC = ("customer_drops_out", "customer_outgrows_band", "customer_enters_base", "customer_leaves_base")
# Lines of the first screen, and causes that are folded below them.
CAUSES_SHOWN = 2
CAUSES_FOLDED = 4
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
        rows: of fct_recommendation; of fct_plan where it is part of the shortest way, with the number of the
            recommendation, None where there is none.
        step: that row of fct_plan.
    """

    rows: list[Row]
    step: Row | None = None

    @property
    def first(self) -> Row:
        """The recommendation that comes first."""
        return self.rows[0]


@dataclass
class Entry:
    """A customer or a person, with all recommendations of one group about it.

    Attributes:
        is_idle: whether they defend no points, and none is part of the shortest way.
    """

    rows: list[Row]
    is_idle: bool = False

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
    """What to do: entries that defend points, those due first at the top and idle ones last; then those that win."""

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
    subjects = {step["subject_id"] for step in plan}
    defend = _entries(sorted((row for row in recommendations if row["kind"] in DEFENDING), key=_due))
    for entry in defend:
        is_at_stake = any(row["points_at_risk"] for row in entry.rows)
        entry.is_idle = not is_at_stake and entry.rows[0]["subject_id"] not in subjects
    defend.sort(key=lambda entry: entry.is_idle)
    win = _entries(row for row in recommendations if row["kind"] not in DEFENDING)
    return Advice(_cut(defend, subjects), _cut(win, subjects))


def _cut(entries: list[Entry], subjects: set[str]) -> Shortened:
    kept = [entry for entry in entries[ENTRIES_SHOWN:] if entry.rows[0]["subject_id"] in subjects]
    return Shortened(entries[:ENTRIES_SHOWN] + kept, len(entries[ENTRIES_SHOWN:]) - len(kept))


def planned(recommendations: list[Row], plan: list[Row]) -> set[int]:
    """Return the numbers of the recommendations that together earn the designation; none where none do."""
    earning = [step for step in plan if step["is_reached"] and step["goal"] == "earn"]
    return {_number(step, recommendations) for step in earning}


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
        kind: `keeps`: the actions together keep it in the month in which it would be lost, and no fewer do; `earns`:
            so they earn it; `defends`: nothing keeps it, and these actions are due by then; `wins`: nothing is due by
            then, either, and the actions win points; `next`: what is due first, or wins most.
        steps: actions.
        others: where one action keeps it, others of which each keeps it alone.
        out_of_reach: row of fct_plan that says what is missing with all actions done, where they are not enough.
    """

    kind: str
    steps: Shortened
    others: list[Action]
    out_of_reach: Row | None = None


def answer(designation: Row, lost_month: date | None, recommendations: list[Row], plan: list[Row]) -> Answer:
    """Pick what keeps or earns the designation.

    Where one action is enough to keep it, others may be, too: what is due in the month of the loss is scored in that
    month, and `loses_designation` says whether it is enough.

    Arguments:
        designation: row of fct_designation of the last scored month.
        lost_month: month of the outlook in which the designation is lost; None when it is not.
        recommendations: rows of fct_recommendation, those of most points first.
        plan: rows of fct_plan by step: none of a partner that keeps the designation, or is not judged.
    """
    defending = sorted((row for row in recommendations if row["kind"] in DEFENDING and row["points_at_risk"]), key=_due)
    winning = [row for row in recommendations if row["kind"] not in DEFENDING and row["points_gain"]]
    if plan and plan[0]["is_reached"]:
        steps = [Action([{**step, "number": _number(step, recommendations)}], step) for step in plan]
        numbers = {action.first["number"] for action in steps}
        enough = [row for row in defending if _keeps(row, lost_month) and row["number"] not in numbers]
        # the fewest are few: none is left out
        return Answer(
            "keeps" if lost_month else "earns",
            Shortened(steps, 0),
            actions(enough)[: STEPS_SHOWN - 1] if len(steps) == 1 else [],
        )
    missing = plan[0] if plan else None
    if lost_month:
        due = [row for row in defending if row["deadline_month"] <= lost_month]
        return Answer("defends" if due else "wins", shortened(actions(due or winning), STEPS_SHOWN), [], missing)
    if designation["designation_status"] == "in_progress":
        return Answer("next", shortened(actions(winning), STEPS_SHOWN), [], missing)
    return Answer("next", shortened(actions(defending or winning), STEPS_SHOWN), [])


def _number(step: Row, recommendations: list[Row]) -> int | None:
    """The number of the recommendation that a step is; a certification alone may cost nothing, and is none then."""
    names = ("kind", "metric", "track", "subject_id", "detail")
    return next((row["number"] for row in recommendations if all(row[name] == step[name] for name in names)), None)


def _keeps(row: Row, lost_month: date | None) -> bool:
    return lost_month is not None and row["deadline_month"] == lost_month and row["loses_designation"]


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

    def continues(self, row: Row, other: Row) -> bool:
        """Whether the second of two rows has the words of the first, so that its metric is enough."""
        is_same = row["kind"] == other["kind"] in TOLD_BY_METRIC
        return is_same and row["metric"] != other["metric"] and bool(row["subject_id"])

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
        folded: the largest of the causes that are not among them.
        months: how many months they are of.
        points_of_more: points of the causes that are not among the first.
    """

    until: Row
    causes: Shortened
    folded: list[Cause]
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
    folded = moving[CAUSES_SHOWN : CAUSES_SHOWN + CAUSES_FOLDED]
    return Changes(until, shortened(moving, CAUSES_SHOWN), folded, len(months), of_more)
