"""What the page's simulator reads: the partner's state, and each recommendation that may be ticked as changes.

`templates/simulator.js` judges it by the arithmetic of `partner_score/simulator/engine.py`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from partner_score.outputs.scorecard.marts import Marts
from partner_score.outputs.scorecard.partners import Panel, Partner
from partner_score.simulator.actions import Action
from partner_score.simulator.plans import recommended_actions
from partner_score.simulator.state import State, load
from partner_score.warehouse.shown_rules import Row

# Fields of an action that say what it changes.
CHANGED = ("kind", "track", "subject", "detail", "amount", "active_amount")


@dataclass
class Simulation:
    """What may be tried on the page of a partner.

    Attributes:
        state: of the partner, with the customers that the page lists.
        actions: by rule set and number of a recommendation, what it changes.
        customers: tenant and name of the customers of the state, by name.
        certifications: rows of the rulebook that earn a step in the month under some rule set.
    """

    state: State
    actions: dict[str, dict[int, list[Action]]]
    customers: list[tuple[str, str | None]]
    certifications: list[Row]

    def may_be_ticked(self, ruleset_id: str, number: int) -> bool:
        """Whether a recommendation changes the last scored month: what keeps points later does not."""
        return number in self.actions[ruleset_id]

    def as_json(self, metrics: Sequence[Row], words: dict[str, str]) -> str:
        """Return all that the script reads, as JSON that may stand in a page.

        Arguments:
            metrics: rows of dim_metric, in the order in which people are shown them.
            words: what statuses mean.
        """
        content = {
            "state": self.state,
            "actions": {
                ruleset_id: {number: [_changed(one) for one in of_it] for number, of_it in numbered.items()}
                for ruleset_id, numbered in self.actions.items()
            },
            "metric_names": {row["metric"]: row["metric_name"] for row in metrics},
            "words": words,
        }
        # no text from outside ends the element that this stands in
        return json.dumps(content, separators=(",", ":")).replace("<", "\\u003c")


def _changed(action: Action) -> dict[str, Any]:
    fields = asdict(action)
    return {name: fields[name] if isinstance(fields[name], str) else f"{fields[name]:f}" for name in CHANGED}


def simulations(marts: Marts, partners: Sequence[Partner]) -> list[Simulation]:
    """Load what may be tried on the pages of partners, in a few queries for all of them."""
    numbers = [partner.row["pga_mpn_id"] for partner in partners]
    listed = {partner.row["pga_mpn_id"]: _listed_customers(partner) for partner in partners}
    recommended = recommended_actions(marts.tuples, numbers)
    states = load(marts.tuples, listed, numbers)
    return [
        _simulation(marts, partner, states[number], recommended)
        for partner, number in zip(partners, numbers, strict=True)
    ]


def _simulation(
    marts: Marts, partner: Partner, state: State, recommended: dict[tuple[str, str], list[Action]]
) -> Simulation:
    names = _listed_customers(partner)
    known = [(tenant, names[tenant]) for tenant in state["tenants"]]
    earning = {name for ruleset in state["rulesets"] for name in ruleset["certifications"]}
    return Simulation(
        state=state,
        actions={
            panel.ruleset["ruleset_id"]: _numbered(
                panel, recommended.get((state["pga_mpn_id"], panel.ruleset["ruleset_id"]), [])
            )
            for panel in partner.panels
        },
        customers=sorted(known, key=lambda one: ((one[1] or one[0]).casefold(), one[0])),
        certifications=[row for row in marts.shared["certifications"] if row["certification_id"] in earning],
    )


def _numbered(panel: Panel, actions: Sequence[Action]) -> dict[int, list[Action]]:
    """By the number of the recommendation that stands for it, what each thing to do takes."""
    # a recommendation of an action without a metric has the one that it changes most
    places = {(one.kind, one.metric, one.track, one.subject, one.detail): one for one in actions}
    numbered = {}
    for entry in panel.advice.win.rows:
        for shown in entry.actions:
            keys = [
                [(row["kind"], metric, row["track"], row["subject_id"], row["detail"] or "") for metric in metrics]
                for row in shown.rows
                for metrics in [(row["metric"], "")]
            ]
            found = [places[key] for tried in keys for key in tried if key in places]
            if len(found) == len(shown.rows):
                numbered[shown.first["number"]] = found
    return numbered


def _listed_customers(partner: Partner) -> dict[str, str | None]:
    """The customers that a page lists, with their names."""
    listed = {}
    for panel in partner.panels:
        for entry in (*panel.advice.defend.rows, *panel.advice.win.rows):
            if entry.rows[0]["subject_type"] == "customer_tenant":
                listed[entry.rows[0]["subject_id"]] = entry.rows[0]["customer_name"]
        changes = [move.row for move in panel.moves.rows]
        changes += [row for growth in panel.growth for row in growth.changes.rows]
        listed.update({row["customer_tenant_id"]: row["customer_name"] for row in changes})
    return listed
