"""Recommended actions as changes: what fct_recommendation says to do, in the words of a scenario."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from partner_score.simulator.changes import AZURE, CERTIFICATION, SEATS, Change

# The kinds of recommendation that something can be gained by; the others avert a loss.
KINDS = ("association_missing", "missing_one_step", "near_threshold")
# Kinds that bring a tenant's value to a threshold.
REACHING = ("about_to_drop", "near_threshold")


@dataclass(frozen=True, order=True)
class Action:
    """A recommended action. Actions are in the order of their names: track, subject, kind, metric and detail.

    Attributes:
        track: track of the metric.
        subject: tenant, individual, or `any individual`.
        kind: kind of the recommendation.
        metric: metric whose threshold is meant; empty where none is.
        detail: workload or certification; empty where there is none.
        amount: what is added to the month: US dollars, paid seats, or 1 certification.
        active_amount: active users that are added.
        scenario_id: its scenario in int_scenarios.
        missing_value: what it takes, as people are told; more than is added where a part of it is in the outlook.
        deadline_month: month by which it has to be done, as its first day; None where there is none.
        deadline_date: first day on which a certification no longer holds.
    """

    track: str
    subject: str
    kind: str
    metric: str
    detail: str
    amount: Decimal
    active_amount: Decimal
    scenario_id: str
    missing_value: Decimal | None = field(default=None, compare=False)
    deadline_month: date | None = field(default=None, compare=False)
    deadline_date: date | None = field(default=None, compare=False)

    def change(self) -> Change:
        """The action as a change, done alone."""
        kind = CERTIFICATION if self.track == "skilling" else AZURE if self.track == "azure" else SEATS
        return Change(kind, self.subject, self.detail, self.amount, self.active_amount)


def joint_changes(actions: Iterable[Action]) -> list[Change]:
    """What actions change together.

    They add up, save for two thresholds of one value: who buys the seats that one asks for has them for the other, too,
    so of both amounts the larger one counts.
    """
    reaching: dict[tuple[str, str, str], Change] = {}
    changes = []
    for action in actions:
        change = action.change()
        if action.kind not in REACHING:
            changes.append(change)
            continue
        value = (action.track, action.subject, action.detail)
        other = reaching.get(value, change)
        amount, active_amount = max(change.amount, other.amount), max(change.active_amount, other.active_amount)
        reaching[value] = Change(change.kind, change.subject, change.detail, amount, active_amount)
    return [*changes, *reaching.values()]
