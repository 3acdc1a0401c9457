"""The engine of partner_score/simulator against the warehouse's scores, and its shortest ways against all others."""

import copy
import json
import random
import re
from decimal import Decimal
from itertools import combinations

import duckdb
import pytest
from conftest import GOLDEN, PROJECT, Build

from partner_score.simulator import plans
from partner_score.simulator.actions import Action, joint_changes
from partner_score.simulator.changes import AZURE, LOST, SEATS, Change
from partner_score.simulator.engine import changed_values, counted_value, full_units, judge_ruleset
from partner_score.simulator.plan import fewest, in_order

CASES = ["sample", *sorted(folder.name for folder in GOLDEN.iterdir())]
# So many actions have 512 sets of them.
TRIED_ACTIONS = 9


@pytest.fixture(scope="module", params=CASES)
def case(request, golden) -> Build:
    """The sample and the golden cases, with their plans."""
    return request.getfixturevalue("sample") if request.param == "sample" else golden(request.param)


@pytest.fixture(scope="module")
def recommended(case) -> list[tuple[dict, dict, list[Action]]]:
    """Each partner and rule set of a case, with the recommended actions. States are read back from JSON."""
    with duckdb.connect(str(case.warehouse), read_only=True) as connection:
        found = plans.recommended(lambda sql, values: connection.execute(sql, values).fetchall())
    return [json.loads(json.dumps(one[:2])) + [one[2]] for one in found]


def test_the_month_as_it_is_has_its_own_score(case, recommended):
    metrics = {
        row[:3]: row[3:]
        for row in case.rows("""
            select pga_mpn_id, ruleset_id, metric, earned_units, exact_points, is_minimum_met
            from intermediate.int_scored_metrics
            inner join intermediate.int_scored_months using (month_number) where is_last_scored_month
        """)
    }
    designations = {
        row[:2]: row[2:]
        for row in case.rows("""
            select pga_mpn_id, ruleset_id, total_exact_points, total_points, is_qualified, designation_status
            from intermediate.int_scored_designations
            inner join intermediate.int_scored_months using (month_number) where is_last_scored_month
        """)
    }
    assert len(recommended) == len(designations) > 0
    for of_partner, ruleset, _ in recommended:
        place = (of_partner["pga_mpn_id"], ruleset["ruleset_id"])
        judged = judge_ruleset(of_partner, ruleset)
        assert designations[place] == (judged.exact_total, judged.total_points, judged.is_qualified, judged.status)
        for metric in judged.metrics:
            expected = (metric.units, metric.exact_points, metric.is_minimum_met)
            assert metrics.pop((*place, metric.name)) == expected
    assert not metrics


def test_every_recommendation_scores_what_the_sql_scores(case, recommended):
    designations = {
        row[0]: row[1:]
        for row in case.rows(
            "select scenario_id, total_points, is_qualified from intermediate.int_scenario_designations"
        )
    }
    metrics = {
        row[:2]: row[2]
        for row in case.rows("select scenario_id, metric, exact_points from intermediate.int_scenario_metrics")
    }
    kinds = ", ".join(f"'{kind}'" for kind in plans.KINDS)
    shown = case.rows(f"select total_points_then from marts.fct_recommendation where kind in ({kinds}) order by 1")
    totals = []
    for of_partner, ruleset, actions in recommended:
        for action in actions:
            judged = judge_ruleset(of_partner, ruleset, [action.change()])
            assert designations[action.scenario_id] == (judged.total_points, judged.is_qualified), action
            for metric in judged.metrics:
                assert metrics[(action.scenario_id, metric.name)] == metric.exact_points, action
            totals.append((judged.total_points,))
    assert totals
    assert sorted(totals) == shown


def test_a_state_has_no_floats(recommended):
    def values(node):
        if isinstance(node, dict | list):
            for value in node.values() if isinstance(node, dict) else node:
                yield from values(value)
        else:
            yield node

    assert {type(value) for of_partner, _, _ in recommended for value in values(of_partner)} <= {
        *(str, int, bool, type(None))
    }


# --- the shortest way ---------------------------------------------------------------------------------------------


def best_by_trying(of_partner: dict, ruleset: dict, actions: list[Action]) -> list[Action] | None:
    """The set that counts by the rule of plan.py, found by judging every set."""
    reached = []
    for count in range(len(actions) + 1):
        for chosen in combinations(sorted(actions), count):
            judged = judge_ruleset(of_partner, ruleset, joint_changes(chosen))
            if judged.is_qualified:
                reached.append((count, -judged.exact_total, chosen))
    return list(min(reached)[2]) if reached else None


def test_no_other_set_of_actions_is_shorter_or_better(recommended):
    """Under pass marks between what is there and what all actions bring, and beyond, so that every length occurs."""
    chance = random.Random(21)
    lengths = set()
    for of_partner, ruleset, actions in recommended:
        tried = sorted(chance.sample(actions, min(len(actions), TRIED_ACTIONS)))
        now = judge_ruleset(of_partner, ruleset).exact_total
        most = judge_ruleset(of_partner, ruleset, joint_changes(tried)).exact_total
        for share in (Decimal("0.3"), Decimal("0.8"), Decimal(1), Decimal("1.01")):
            changed = copy.deepcopy(ruleset) | {
                "is_history_complete": True,
                "minimum_total_points": str(now + (most - now) * share),
                "minimum_metric_points": chance.choice(["0", "0", "1"]),
            }
            expected = best_by_trying(of_partner, changed, tried)
            assert fewest(of_partner, changed, tried) == expected
            lengths.add(None if expected is None else len(expected))
    assert {None, 1, 2} <= lengths or not any(actions for _, _, actions in recommended)


def test_the_mart_has_the_shortest_way_of_every_partner_in_progress(case, recommended):
    columns = "kind, metric, track, subject_id, detail, points, total_points, points_short, metrics_below_minimum"
    rows = case.rows(f"select pga_mpn_id, ruleset_id, step, is_reached, action_count, {columns} from marts.fct_plan")
    plan = {row[:3]: row[3:] for row in rows}
    for of_partner, ruleset, actions in recommended:
        place = (of_partner["pga_mpn_id"], ruleset["ruleset_id"])
        now = judge_ruleset(of_partner, ruleset)
        if now.status != "in_progress":
            assert not [key for key in plan if key[:2] == place]
            continue
        pass_mark = Decimal(ruleset["minimum_total_points"])
        if (*place, 0) in plan:
            is_reached, action_count, *named, total, short, below = plan.pop((*place, 0))
            then = judge_ruleset(of_partner, ruleset, joint_changes(actions))
            assert (is_reached, action_count, set(named)) == (False, len(actions), {None})
            assert (total, short) == (then.total_points, max(pass_mark - then.total_points, 0))
            assert (below or "") == ", ".join(metric.name for metric in then.metrics if not metric.is_minimum_met)
            if len(actions) <= TRIED_ACTIONS:
                assert best_by_trying(of_partner, ruleset, actions) is None
            continue
        done, running = [], now.total_points
        while (*place, len(done) + 1) in plan:
            row = plan.pop((*place, len(done) + 1))
            (action,) = (
                action
                for action in actions
                if (action.kind, action.track, action.subject, action.detail or None)
                == (row[2], row[4], row[5], row[6])
                and action.metric in ("", row[3])
            )
            done.append(action)
            then = judge_ruleset(of_partner, ruleset, joint_changes(done))
            running += row[7]
            assert row[:2] == (True, len(actions)) and running == row[8] == then.total_points
        assert then.is_qualified and row[9:] == (max(pass_mark - running, 0), None)
        if len(actions) <= TRIED_ACTIONS:
            assert sorted(done) == best_by_trying(of_partner, ruleset, actions)
    assert not plan


def test_the_sample_has_ways_of_several_steps_and_one_that_leads_nowhere(sample):
    lengths = sample.rows("select distinct max(step) from marts.fct_plan group by pga_mpn_id, ruleset_id")
    assert {(0,), (1,), (2,)} <= set(lengths)


def test_each_step_is_the_one_that_then_brings_most(recommended):
    for of_partner, ruleset, actions in recommended:
        steps = in_order(of_partner, ruleset, sorted(actions)[:TRIED_ACTIONS])
        done = [step.action for step in steps]
        for place, step in enumerate(steps):
            others = [
                judge_ruleset(of_partner, ruleset, joint_changes([*done[:place], other])).exact_total
                for other in done[place:]
            ]
            assert step.then.exact_total == max(others)
            equal = [other for other, total in zip(done[place:], others, strict=True) if total == max(others)]
            assert step.action == min(equal)


def test_thresholds_of_one_workload_share_the_seats():
    one = Action("m365", "t", "near_threshold", "deployments", "Intune", Decimal(2), Decimal(3), "")
    other = Action("m365", "t", "near_threshold", "net_customer_adds", "Intune", Decimal(5), Decimal(0), "")
    elsewhere = Action("m365", "u", "near_threshold", "net_customer_adds", "Intune", Decimal(1), Decimal(0), "")
    link = Action("azure", "t", "association_missing", "", "", Decimal(100), Decimal(0), "")
    near = Action("azure", "t", "near_threshold", "deployments", "", Decimal(7), Decimal(0), "")
    assert joint_changes([one, other, elsewhere]) == [
        Change(SEATS, "t", "Intune", Decimal(5), Decimal(3)),
        Change(SEATS, "u", "Intune", Decimal(1)),
    ]
    assert joint_changes([link, near]) == [
        Change(AZURE, "t", amount=Decimal(100)),
        Change(AZURE, "t", amount=Decimal(7)),
    ]


# --- rules at their boundary --------------------------------------------------------------------------------------

BAND = {
    "measure": "count",
    "minimum_value": "5",
    "is_minimum_included": True,
    "maximum_value": "300",
    "is_maximum_included": True,
    "minimum_active_share": "0.15",
    "keeps_outgrown_tenants": True,
}
OPEN = BAND | {"minimum_value": None, "maximum_value": None, "minimum_active_share": None, "measure": "sum"}


@pytest.mark.parametrize(
    ("criterion", "values", "was_inside", "counted"),
    [
        (BAND, [("5", "0.75")], False, "1"),
        (BAND, [("5", "0.74")], False, "0"),
        (BAND, [("4.9999", "4")], False, "0"),
        (BAND | {"is_minimum_included": False}, [("5", "5")], False, "0"),
        (BAND, [("300", "300")], False, "1"),
        (BAND | {"is_maximum_included": False}, [("300", "300")], False, "0"),
        # outgrown: only who was inside before, with enough active seats, and with no workload left inside
        (BAND, [("301", "301")], False, "0"),
        (BAND, [("301", "301")], True, "1"),
        (BAND | {"keeps_outgrown_tenants": False}, [("301", "301")], True, "0"),
        (BAND, [("301", "45")], True, "0"),
        (BAND, [("301", "301"), ("10", "0")], True, "0"),
        (BAND, [("301", "301"), ("10", "2")], True, "1"),
        # one workload inside is enough, and all of them are summed
        (BAND | {"measure": "sum"}, [("10", "8"), ("4", "3")], False, "11"),
        (BAND | {"measure": "sum"}, [("4", "4"), ("4", "4")], False, "0"),
        # an open band takes in everything but nothing
        (OPEN, [("-40", "-40")], False, "-40"),
        (OPEN, [], True, "0"),
    ],
)
def test_a_tenant_counts_by_its_band(criterion, values, was_inside, counted):
    values = [(Decimal(value), Decimal(active)) for value, active in values]
    assert counted_value(criterion, values, was_inside) == Decimal(counted)


TENANT = {
    "azure": {"a": "500.25"},
    "m365": {"a": [{"workload": "Intune", "paid_seats": "20", "active_users": "30"}]},
}
LISTS = {"workloads": {"a": {"intune": "Intune", "em+s": "Intune", "defender": "Defender"}}}


@pytest.mark.parametrize(
    ("track", "changes", "values"),
    [
        ("azure", [], [("500.25", "500.25")]),
        ("azure", [Change(AZURE, "t", amount=Decimal(-600))], [("-99.75", "-99.75")]),
        ("azure", [Change(AZURE, "t", amount=Decimal(1)), Change(AZURE, "t", amount=Decimal(2))], [("503.25",) * 2]),
        ("azure", [Change(LOST, "t")], []),
        # more users are active than seats are paid: bought seats are active at once
        ("m365", [Change(SEATS, "t", " Intune ", Decimal(4))], [("24", "24")]),
        ("m365", [Change(SEATS, "t", "EM+S", Decimal(40), Decimal(5))], [("60", "35")]),
        ("m365", [Change(SEATS, "t", "Defender", Decimal(3), Decimal(9))], [("20", "20"), ("3", "3")]),
        ("m365", [Change(SEATS, "t", "Teams", Decimal(3), Decimal(9))], [("20", "20")]),
        ("m365", [Change(LOST, "t")], []),
    ],
)
def test_changes_of_a_tenant_add_up(track, changes, values):
    found = changed_values(LISTS, TENANT, "a", track, changes)
    assert found == [(Decimal(value), Decimal(active)) for value, active in values]
    assert changed_values(LISTS, TENANT, "another list", track, []) == []


@pytest.mark.parametrize(
    ("change", "cap", "units"),
    [("-1", 20, 0), ("1249.9999999999", 20, 0), ("1250", 20, 1), ("1e12", 20, 20), ("26250", None, 21)],
)
def test_units_are_full_ones(change, cap, units):
    assert full_units(Decimal(change), Decimal(1250), cap) == units


def test_the_model_names_all_that_the_simulator_reads(manifest):
    """A relation that is read and not named might not be built when it is read."""
    folder = PROJECT / "partner_score" / "simulator"
    sql = "".join((folder / name).read_text(encoding="utf-8") for name in ("state.py", "plans.py"))
    read = set(re.findall(r"\b(?:intermediate|rulebook)\.(\w+)", sql))
    (model,) = (node for node in manifest["nodes"].values() if node["name"] == "int_plans")
    assert read == {name.split(".")[-1] for name in model["depends_on"]["nodes"]}
