"""Recommended actions as changes: what fct_recommendation says to do, in the words of a scenario."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from partner_score.simulator.changes import AZURE, CERTIFICATION, SEATS, Change

# The kinds of recommendation that something can be gained by; the others warn of a loss.
KINDS = ("association_missing", "missing_one_step", "near_threshold")


@dataclass(frozen=True, order=True)
class Action:
    """A recommended action. Actions are in the order of their names: track, subject, kind, metric and detail.

    Attributes:
        track: track of the metric.
        subject: tenant, individual, or `any individual`.
        kind: kind of the recommendation.
        metric: metric whose threshold is meant; empty where none is.
        detail: workload or certification; empty where there is none.
        amount: what it takes: US dollars, paid seats, or 1 certification.
        active_amount: active users that it takes.
        scenario_id: its scenario in int_scenarios.
    """

    track: str
    subject: str
    kind: str
    metric: str
    detail: str
    amount: Decimal
    active_amount: Decimal
    scenario_id: str

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
        if action.kind != "near_threshold":
            changes.append(change)
            continue
        value = (action.track, action.subject, action.detail)
        other = reaching.get(value, change)
        amount, active_amount = max(change.amount, other.amount), max(change.active_amount, other.active_amount)
        reaching[value] = Change(change.kind, change.subject, change.detail, amount, active_amount)
    return [*changes, *reaching.values()]
