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
from partner_score.simulator.actions import REACHING, Action, joint_changes
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
    """Each partner and rule set of a case, with the actions that may gain something."""
    return asked(case, plans.recommended)


@pytest.fixture(scope="module")
def keeping(case) -> list[tuple[dict, dict, list[Action]]]:
    """Each partner and rule set that loses the designation, in the month of the loss, with the recommended actions."""
    return asked(case, plans.keeping)


def asked(case: Build, questions) -> list:
    """The questions of a warehouse. States are read back from JSON."""
    with duckdb.connect(str(case.warehouse), read_only=True) as connection:
        found = questions(lambda sql, values: connection.execute(sql, values).fetchall())
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


# --- the month of the loss ------------------------------------------------------------------------------------------


def test_the_month_of_the_loss_has_the_score_of_the_outlook(case, keeping):
    lost = {
        row[:2]: row[2:]
        for row in case.rows("""
            select pga_mpn_id, ruleset_id, cast(outlook_month as varchar), total_points, designation_status
            from marts.fct_designation_outlook where outlook_month = designation_lost_month
        """)
    }
    metrics = {
        row[:4]: row[4:]
        for row in case.rows("""
            select pga_mpn_id, ruleset_id, metric, cast(as_of_month as varchar), earned_units, exact_points
            from intermediate.int_scored_metrics where is_outlook
        """)
    }
    for of_partner, ruleset, _ in keeping:
        place = (of_partner["pga_mpn_id"], ruleset["ruleset_id"])
        judged = judge_ruleset(of_partner, ruleset)
        assert lost.pop(place) == (of_partner["as_of_month"], judged.total_points, judged.status)
        for metric in judged.metrics:
            month_of_metric = (*place, metric.name, of_partner["as_of_month"])
            assert metrics[month_of_metric] == (metric.units, metric.exact_points)
    assert not lost


def test_what_is_kept_in_its_own_month_scores_what_the_sql_scores(case, keeping):
    """Where the month of the loss is that of the deadline, action and points are those of the recommendation."""
    kept = {
        row[0]: row[1:]
        for row in case.rows("""
            select scenario_id, months.as_of_month, missing_value, deadline_date, total_points_now, is_qualified_now
            from intermediate.int_scenarios
            inner join intermediate.int_scenario_designations using (scenario_id)
            inner join intermediate.int_scored_months as months using (month_number)
            where kind in ('about_to_drop', 'certification_expiring') and months.is_outlook
        """)
    }
    compared = 0
    for of_partner, ruleset, actions in keeping:
        for action in actions:
            month, missing_value, deadline_date, total, is_qualified = kept.get(action.scenario_id, (None,) * 5)
            if str(month) == of_partner["as_of_month"]:
                told = (action.deadline_month, action.missing_value, action.deadline_date)
                assert told == (month, missing_value, deadline_date)
                judged = judge_ruleset(of_partner, ruleset, [action.change()])
                assert (judged.total_points, judged.is_qualified) == (total, is_qualified), action
                compared += 1
    # the sample has some
    assert compared or "99100000" not in {of_partner["pga_mpn_id"] for of_partner, _, _ in keeping}


def test_what_azure_takes_is_what_the_month_of_the_loss_lacks(case, keeping):
    """Not what another month lacks: the tenant lands on the threshold to the cent."""
    lowest = {
        row[:2]: row[2]
        for row in case.rows(
            "select ruleset_id, metric, lowest_counted_value from intermediate.int_track_criteria where track = 'azure'"
        )
    }
    for of_partner, ruleset, actions in keeping:
        for action in actions:
            if action.track == "azure":
                of_tenant = of_partner["tenants"][action.subject]["azure"]
                then = Decimal(of_tenant.get(ruleset["lists"]["azure"], 0))
                assert action.amount > 0 and action.missing_value >= action.amount
                if action.kind in REACHING:
                    assert then + action.amount == lowest[ruleset["ruleset_id"], action.metric], action


def test_the_sample_keeps_customers_beyond_their_own_deadline(sample):
    """Veldkamp Optiek is out in July, and takes more to be in when the rules of June 2023 lose it in September."""
    rows = asked(sample, plans.keeping)
    (actions,) = (
        actions
        for of_partner, ruleset, actions in rows
        if (of_partner["pga_mpn_id"], ruleset["ruleset_id"]) == ("99100000", "security_2023_06")
    )
    ((deadline, at_its_deadline),) = sample.rows("""
        select deadline_month, missing_value
        from marts.fct_recommendation
        inner join marts.dim_customer as customers using (pga_mpn_id)
        where pga_mpn_id = '99100000' and ruleset_id = 'security_2023_06' and kind = 'about_to_drop'
            and metric = 'deployments' and subject_id = customer_tenant_id and customer_name = 'Veldkamp Optiek'
    """)
    later = [one for one in actions if one.kind == "about_to_drop" and one.metric == "deployments"]
    (veldkamp,) = (one for one in later if one.missing_value > at_its_deadline)
    assert deadline.month == 7 and veldkamp.deadline_month.month == 9


def test_a_link_takes_the_usage_of_the_trailing_year_of_the_loss(case, keeping):
    """Without an association, too, usage goes on."""
    ((last_month,),) = case.rows("select month_number from intermediate.int_scored_months where is_last_scored_month")
    numbers = dict(case.rows("select cast(as_of_month as varchar), month_number from intermediate.int_scored_months"))
    links = 0
    for of_partner, ruleset, actions in keeping:
        lost_month = numbers[of_partner["as_of_month"]]
        for action in actions:
            if action.kind == "association_missing":
                ((then,),) = case.rows(f"""
                    select sum(unlinked_acr_usd)
                    from range({lost_month} - 11, {lost_month} + 1) as trailing_year (month_number)
                    inner join intermediate.int_azure_tenant_months as usage
                        on usage.month_number = least(trailing_year.month_number, {last_month})
                    inner join intermediate.int_customers as customers using (pga_mpn_id, customer_tenant_key)
                    where pga_mpn_id = '{of_partner["pga_mpn_id"]}' and customer_tenant_id = '{action.subject}'
                        and eligibility_id = '{ruleset["lists"]["azure"]}'
                """)
                assert action.amount == action.missing_value == then
                links += 1
    assert links or "99100000" not in {of_partner["pga_mpn_id"] for of_partner, _, _ in keeping}


def test_a_certification_that_still_holds_or_earns_nothing_is_no_action(case, keeping):
    for of_partner, ruleset, actions in keeping:
        for action in actions:
            if action.track == "skilling":
                assert action.detail in ruleset["certifications"]
            if action.kind == "certification_expiring":
                assert str(action.deadline_month) <= of_partner["as_of_month"]
                assert action.detail not in of_partner["individuals"].get(action.subject, [])


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


def test_no_other_set_of_actions_is_shorter_or_better(recommended, keeping):
    """Under pass marks between what is there and what all actions bring, and beyond, so that every length occurs."""
    chance = random.Random(21)
    lengths = set()
    for of_partner, ruleset, actions in recommended + keeping:
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


def test_the_mart_has_the_shortest_way_of_every_partner_that_needs_one(case, recommended, keeping):
    place = "pga_mpn_id, ruleset_id, goal, cast(judged_month as varchar), step"
    columns = "kind, metric, track, subject_id, detail, points, total_points, points_short, metrics_below_minimum"
    plan = {
        row[:5]: row[5:]
        for row in case.rows(f"select {place}, is_reached, action_count, {columns} from marts.fct_plan")
    }
    questions = [("earn", *question) for question in recommended] + [("keep", *question) for question in keeping]
    for goal, of_partner, ruleset, actions in questions:
        place = (of_partner["pga_mpn_id"], ruleset["ruleset_id"], goal, of_partner["as_of_month"])
        now = judge_ruleset(of_partner, ruleset)
        if now.status != "in_progress":
            assert not [key for key in plan if key[:4] == place]
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


def test_what_each_step_of_the_mart_takes_is_what_was_judged(case, recommended, keeping):
    actions = {
        (goal, one.scenario_id): (one.missing_value, one.deadline_month, one.deadline_date)
        for goal, questions in (("earn", recommended), ("keep", keeping))
        for _, _, of_it in questions
        for one in of_it
    }
    rows = case.rows("""
        select goal, scenario_id, missing_value, deadline_month, deadline_date
        from intermediate.int_plans where step > 0
    """)
    assert [row for row in rows if actions[row[:2]] != row[2:]] == []
    shown = "select goal, missing_value, deadline_month, deadline_date from {} where step > 0 order by all"
    assert case.rows(shown.format("marts.fct_plan")) == case.rows(shown.format("intermediate.int_plans"))


def test_who_keeps_the_designation_has_no_plan(case):
    assert (
        case.rows("""
        select pga_mpn_id, ruleset_id from marts.fct_plan
        inner join marts.fct_designation_outlook using (pga_mpn_id, ruleset_id)
        group by all
        having (max(goal) = 'keep') != (max(designation_lost_month) is not null)
            or max(goal) = 'keep' and max(judged_month) != max(designation_lost_month)
    """)
        == []
    )


@pytest.mark.parametrize("case", ["sample"], indirect=True)
def test_where_nothing_keeps_it_one_row_says_what_is_missing(keeping):
    of_partner, ruleset, actions = keeping[0]
    everything = judge_ruleset(of_partner, ruleset, joint_changes(actions))
    beyond = ruleset | {"minimum_total_points": str(everything.total_points + 1)}
    (row,) = plans.plan_rows(plans.KEEP, of_partner, beyond, actions)
    assert (row["goal"], row["judged_month"], row["step"]) == ("keep", of_partner["as_of_month"], 0)
    assert (row["is_reached"], row["action_count"]) == (False, len(actions))
    assert (row["total_points"], Decimal(row["points_short"])) == (str(everything.total_points), 1)
    (nothing_to_do,) = plans.plan_rows(plans.KEEP, of_partner, ruleset, [])
    assert (nothing_to_do["action_count"], nothing_to_do["total_points"]) == (
        0,
        str(judge_ruleset(of_partner, ruleset).total_points),
    )
    # what is not judged cannot be kept by an action
    assert plans.plan_rows(plans.KEEP, of_partner, ruleset | {"is_history_complete": False}, actions) == []


def test_the_sample_has_ways_of_several_steps_and_one_that_leads_nowhere(sample):
    lengths = sample.rows("select distinct max(step) from marts.fct_plan group by pga_mpn_id, ruleset_id")
    assert {(0,), (1,), (2,)} <= set(lengths)


def test_each_step_is_the_one_that_then_brings_most(recommended, keeping):
    for of_partner, ruleset, actions in recommended + keeping:
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
    kept = Action("azure", "t", "about_to_drop", "net_customer_adds", "", Decimal(9), Decimal(0), "")
    near = Action("azure", "t", "near_threshold", "deployments", "", Decimal(7), Decimal(0), "")
    assert joint_changes([one, other, elsewhere]) == [
        Change(SEATS, "t", "Intune", Decimal(5), Decimal(3)),
        Change(SEATS, "u", "Intune", Decimal(1)),
    ]
    assert joint_changes([link, near]) == [
        Change(AZURE, "t", amount=Decimal(100)),
        Change(AZURE, "t", amount=Decimal(7)),
    ]
    # who is kept above one threshold is above a lower one, too
    assert joint_changes([near, kept]) == [Change(AZURE, "t", amount=Decimal(9))]


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
