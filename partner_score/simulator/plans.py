"""The shortest ways of all partners, to earn the designation or to keep it, as rows for the model int_plans."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

import duckdb

from partner_score.simulator.actions import KINDS, Action, joint_changes
from partner_score.simulator.engine import Designation, judge_ruleset
from partner_score.simulator.plan import shortest_way
from partner_score.simulator.state import OF_LOADED, Query, State, load

# To reach the designation in the last scored month, or to hold it in the month in which the outlook loses it.
EARN = "earn"
KEEP = "keep"
# Actions that are in memory at once, with the tenants that they name: a large distributor has millions.
ACTIONS_AT_ONCE = 100_000

PARTNERS = """
    select scored.pga_mpn_id, count(scenarios.scenario_id)
    from (select distinct pga_mpn_id from intermediate.int_scored_designations) as scored
    left join intermediate.int_scenarios as scenarios using (pga_mpn_id)
    group by scored.pga_mpn_id
    order by scored.pga_mpn_id
"""
ACTIONS = f"""
    select
        pga_mpn_id, ruleset_id, track, subject_id, kind, coalesce(metric, ''), coalesce(detail, ''), missing_value,
        coalesce(missing_active_value, 0), scenario_id, missing_value
    from intermediate.int_scenarios
    where kind in (select unnest($kinds)) and {OF_LOADED}
"""
# The month in which the outlook loses the designation.
LOSSES = """
    select pga_mpn_id, ruleset_id, lost_month_number from intermediate.int_designations_lost_or_won
    where lost_month_number is not null
"""
# What each recommendation takes in that month.
KEEPING_ACTIONS = f"""
    select
        pga_mpn_id, scenarios.ruleset_id, track, subject_id, kind, coalesce(metric, ''), coalesce(detail, ''),
        added_value, coalesce(missing_active_value, 0), scenario_id, actions.missing_value, months.as_of_month,
        deadline_date
    from intermediate.int_keeping_actions as actions
    inner join intermediate.int_scenarios as scenarios using (pga_mpn_id, scenario_id)
    inner join intermediate.int_scored_months as months on actions.deadline_month_number = months.month_number
    where {OF_LOADED}
"""
COLUMNS = {
    "pga_mpn_id": "varchar",
    "ruleset_id": "varchar",
    "goal": "varchar",
    "judged_month": "date",
    "step": "integer",
    "is_reached": "boolean",
    "action_count": "integer",
    "scenario_id": "varchar",
    "missing_value": "decimal(28, 10)",
    "deadline_month": "date",
    "deadline_date": "date",
    "points": "decimal(5, 2)",
    "total_points": "decimal(5, 2)",
    "points_short": "decimal(5, 2)",
    "metrics_below_minimum": "varchar",
}
# A partner in a month, one of its rule sets, and the actions that are to be chosen from.
Question = tuple[State, State, list[Action]]
Actions = Mapping[tuple[str, str], list[Action]]


def find(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
    """Find the shortest way of every partner that is in progress or loses the designation, under every rule set.

    Arguments:
        connection: a warehouse whose intermediate models are built.

    Returns:
        A relation with COLUMNS: a row per step, or one with step 0 where no actions are enough.
    """

    def query(sql: str, values: dict) -> list[tuple]:
        return connection.execute(sql, values).fetchall()

    rows = [row for question in recommended(query) for row in plan_rows(EARN, *question)]
    rows += [row for question in keeping(query) for row in plan_rows(KEEP, *question)]
    fields = ", ".join(f'"{name}": "{kind}"' for name, kind in COLUMNS.items())
    # as one text, so that no library is needed to hand over a table
    return connection.sql(
        f"select one.* from (select unnest(from_json($rows, '[{{{fields}}}]')) as one)",
        params={"rows": json.dumps(rows)},
    )


def recommended(query: Query) -> Iterator[Question]:
    """Every partner in the last scored month and each of its rule sets, with the actions that may gain something."""
    for partners in _at_once(query(PARTNERS, {})):
        actions = recommended_actions(query, partners)
        for pga_mpn_id, state in load(query, _tenants(actions), partners).items():
            for ruleset in state["rulesets"]:
                yield state, ruleset, actions.get((pga_mpn_id, ruleset["ruleset_id"]), [])


def recommended_actions(query: Query, partners: Sequence[str] | None = None) -> dict[tuple[str, str], list[Action]]:
    """The actions that may gain something by partner and rule set, of some partners or of all."""
    asked = {"kinds": list(KINDS), "loaded": None if partners is None else json.dumps(list(partners))}
    return _by_partner_and_ruleset(query(ACTIONS, asked))


def keeping(query: Query) -> Iterator[Question]:
    """Every partner in the month in which the outlook loses its designation, by the rule sets that lose it then.

    Actions are the recommended ones, with what they take in that month.
    """
    sizes = query(PARTNERS, {})
    lost: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for pga_mpn_id, ruleset_id, month_number in query(LOSSES, {}):
        lost[month_number].add((pga_mpn_id, ruleset_id))
    for month_number, places in sorted(lost.items()):
        losers = {pga_mpn_id for pga_mpn_id, _ in places}
        for partners in _at_once(size for size in sizes if size[0] in losers):
            actions = _by_partner_and_ruleset(query(KEEPING_ACTIONS, {"loaded": json.dumps(partners)}))
            for pga_mpn_id, state in load(query, _tenants(actions), partners, month_number).items():
                for ruleset in state["rulesets"]:
                    place = (pga_mpn_id, ruleset["ruleset_id"])
                    if place in places:
                        yield state, ruleset, _earning(ruleset, actions.get(place, []))


def _at_once(sizes: Iterable[tuple[str, int]]) -> Iterator[list[str]]:
    """Partners whose actions are in memory together, one partner at least."""
    partners: list[str] = []
    held = 0
    for pga_mpn_id, actions in sizes:
        if partners and held + actions > ACTIONS_AT_ONCE:
            yield partners
            partners, held = [], 0
        partners.append(pga_mpn_id)
        held += actions
    if partners:
        yield partners


def _earning(ruleset: State, actions: Iterable[Action]) -> list[Action]:
    """Leave out what certifications bring that earn no points any more in the month of the rule set."""
    return [one for one in actions if one.track != "skilling" or one.detail in ruleset["certifications"]]


def _by_partner_and_ruleset(rows: Iterable[tuple]) -> dict[tuple[str, str], list[Action]]:
    actions: dict[tuple[str, str], list[Action]] = defaultdict(list)
    for pga_mpn_id, ruleset_id, *values in rows:
        actions[(pga_mpn_id, ruleset_id)].append(Action(*values))
    return dict(actions)


def _tenants(actions: Actions) -> dict[str, set[str]]:
    tenants: dict[str, set[str]] = defaultdict(set)
    for (pga_mpn_id, _), of_it in actions.items():
        tenants[pga_mpn_id].update(action.subject for action in of_it if action.track != "skilling")
    return tenants


def plan_rows(goal: str, state: State, ruleset: State, actions: list[Action]) -> list[dict]:
    """The rows of one partner and rule set; none unless its month is judged, and does not pass.

    Arguments:
        goal: EARN or KEEP.
        state: the partner, in the last scored month or in that of the loss.
        ruleset: a rule set of the state.
        actions: what is recommended, with what it takes in that month.
    """
    if judge_ruleset(state, ruleset).status != "in_progress":
        return []
    steps = shortest_way(state, ruleset, actions)
    shared = {
        "pga_mpn_id": state["pga_mpn_id"],
        "ruleset_id": ruleset["ruleset_id"],
        "goal": goal,
        "judged_month": state["as_of_month"],
        "is_reached": steps is not None,
        "action_count": len(actions),
    }
    if steps is None:
        then = judge_ruleset(state, ruleset, joint_changes(actions))
        return [{**shared, "step": 0, **_outcome(ruleset, then)}]
    return [
        {
            **shared,
            "step": number,
            "scenario_id": step.action.scenario_id,
            "missing_value": f"{step.action.missing_value:f}",
            "deadline_month": _iso(step.action.deadline_month),
            "deadline_date": _iso(step.action.deadline_date),
            "points": str(step.points),
            **_outcome(ruleset, step.then),
        }
        for number, step in enumerate(steps, start=1)
    ]


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _outcome(ruleset: State, then: Designation) -> dict:
    below = [metric.name for metric in then.metrics if not metric.is_minimum_met]
    short = Decimal(ruleset["minimum_total_points"]) - then.total_points
    return {
        "total_points": str(then.total_points),
        "points_short": str(max(Decimal(0), short)),
        "metrics_below_minimum": ", ".join(below) or None,
    }
