"""The shortest ways of all partners, as rows for the model int_plans."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

import duckdb

from partner_score.simulator.actions import KINDS, Action, joint_changes
from partner_score.simulator.engine import Designation, judge_ruleset
from partner_score.simulator.plan import shortest_way
from partner_score.simulator.state import OF_LOADED, Query, State, load

ACTIONS = f"""
    select
        pga_mpn_id, ruleset_id, track, subject_id, kind, coalesce(metric, ''), coalesce(detail, ''), missing_value,
        coalesce(missing_active_value, 0), scenario_id
    from intermediate.int_scenarios
    where kind in (select unnest($kinds)) and {OF_LOADED}
"""
COLUMNS = {
    "pga_mpn_id": "varchar",
    "ruleset_id": "varchar",
    "step": "integer",
    "is_reached": "boolean",
    "action_count": "integer",
    "scenario_id": "varchar",
    "points": "decimal(5, 2)",
    "total_points": "decimal(5, 2)",
    "points_short": "decimal(5, 2)",
    "metrics_below_minimum": "varchar",
}


def find(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
    """Find the shortest way of every partner in progress, under every rule set.

    Arguments:
        connection: a warehouse whose intermediate models are built.

    Returns:
        A relation with COLUMNS: a row per step, or one with step 0 where no actions reach the designation.
    """
    rows = [
        row
        for state, ruleset, actions in recommended(lambda sql, values: connection.execute(sql, values).fetchall())
        for row in plan_rows(state, ruleset, actions)
    ]
    fields = ", ".join(f'"{name}": "{kind}"' for name, kind in COLUMNS.items())
    # as one text, so that no library is needed to hand over a table
    return connection.sql(
        f"select one.* from (select unnest(from_json($rows, '[{{{fields}}}]')) as one)",
        params={"rows": json.dumps(rows)},
    )


def recommended(query: Query) -> list[tuple[State, State, list[Action]]]:
    """Every partner and each of its rule sets, with the actions that are recommended to it there."""
    actions = recommended_actions(query)
    tenants: dict[str, set[str]] = defaultdict(set)
    for (pga_mpn_id, _), of_it in actions.items():
        tenants[pga_mpn_id].update(action.subject for action in of_it if action.track != "skilling")
    return [
        (state, ruleset, actions.get((pga_mpn_id, ruleset["ruleset_id"]), []))
        for pga_mpn_id, state in load(query, tenants).items()
        for ruleset in state["rulesets"]
    ]


def recommended_actions(query: Query, partners: Sequence[str] | None = None) -> dict[tuple[str, str], list[Action]]:
    """The recommended actions by partner and rule set, of some partners or of all."""
    actions: dict[tuple[str, str], list[Action]] = defaultdict(list)
    asked = {"kinds": list(KINDS), "loaded": None if partners is None else json.dumps(list(partners))}
    for pga_mpn_id, ruleset_id, *values in query(ACTIONS, asked):
        actions[(pga_mpn_id, ruleset_id)].append(Action(*values))
    return dict(actions)


def plan_rows(state: State, ruleset: State, actions: list[Action]) -> list[dict]:
    """The rows of one partner and rule set; none unless it is in progress."""
    if judge_ruleset(state, ruleset).status != "in_progress":
        return []
    steps = shortest_way(state, ruleset, actions)
    shared = {
        "pga_mpn_id": state["pga_mpn_id"],
        "ruleset_id": ruleset["ruleset_id"],
        "is_reached": steps is not None,
        "action_count": len(actions),
    }
    if steps is None:
        then = judge_ruleset(state, ruleset, joint_changes(actions))
        return [{**shared, "step": 0, "scenario_id": None, "points": None, **_outcome(ruleset, then)}]
    return [
        {
            **shared,
            "step": number,
            "scenario_id": step.action.scenario_id,
            "points": str(step.points),
            **_outcome(ruleset, step.then),
        }
        for number, step in enumerate(steps, start=1)
    ]


def _outcome(ruleset: State, then: Designation) -> dict:
    below = [metric.name for metric in then.metrics if not metric.is_minimum_met]
    short = Decimal(ruleset["minimum_total_points"]) - then.total_points
    return {
        "total_points": str(then.total_points),
        "points_short": str(max(Decimal(0), short)),
        "metrics_below_minimum": ", ".join(below) or None,
    }
