"""Parts of the scorecard by themselves: numbers and words as people read them, geometry, names of files."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from partner_score.outputs.scorecard import charts, figures, first_screen, wording
from partner_score.outputs.scorecard.charts import MonthPoints
from partner_score.outputs.scorecard.pages import file_name
from partner_score.outputs.scorecard.partners import Panel, missing_to_next_unit


@pytest.mark.parametrize(
    ("change", "unit_size", "missing"),
    [
        ("0", "1250", "1250"),
        # at a full unit the next one is a whole unit away, a cent below it a cent
        ("1250", "1250", "1250"),
        ("2499.99", "1250", "0.01"),
        # a decline has to be made up for
        ("-500", "1250", "1750"),
        ("-2", "1", "3"),
    ],
)
def test_what_one_more_unit_takes(change, unit_size, missing):
    row = {"change_value": Decimal(change), "current_value": Decimal(9999)}
    assert missing_to_next_unit(row, Decimal(unit_size)) == Decimal(missing)


def test_what_one_more_unit_takes_where_the_level_counts():
    assert missing_to_next_unit({"change_value": None, "current_value": Decimal(4)}, Decimal(1)) == 1


def test_money_never_seems_to_reach_a_threshold():
    assert wording.amount(Decimal("11999.9999"), "USD") == "11,999.99"
    assert wording.missing_amount(Decimal("0.0001"), "USD") == "0.01"
    assert wording.signed_amount(Decimal("-0.001"), "USD") == "−0.01"
    assert wording.signed_amount(Decimal("0"), "USD") == "+0.00"


def test_numbers_are_grouped_and_signed():
    assert wording.points(Decimal("7")) == "7.00"
    assert wording.signed_points(Decimal("-3.33")) == "−3.33"
    assert wording.count(Decimal("1200.0000000000")) == "1,200"
    assert wording.count(Decimal("25.5")) == "25.5"
    assert wording.percent(Decimal("0.15")) == "15 %"


def test_a_word_that_is_not_listed_is_readable():
    assert wording.words("a_new_reason") == "A new reason"
    assert wording.words("new") == "New"


@pytest.mark.parametrize(
    ("pga_mpn_id", "is_plain"),
    [
        ("99100000", True),
        ("index", False),
        ("index-2026", False),
        ("../../etc/passwd", False),
        ("a b", False),
        ("", False),
        ("É", False),
    ],
)
def test_a_file_is_named_by_a_plain_id_alone(pga_mpn_id, is_plain):
    name = file_name(pga_mpn_id)
    assert (name == f"{pga_mpn_id}.html") is is_plain
    assert name.removesuffix(".html").isalnum()


def test_markup_escapes_what_it_is_given():
    row = {"customer_tenant_id": '"><&', "customer_name": '<b>"', "value": "<i>"}
    assert str(figures.of("dim_customer", row, "customer_tenant_id")) == (
        'data-mart="dim_customer" data-key="customer_tenant_id=%22%3E%3C%26"'
    )
    assert str(figures.name(row, "customer_name")) == '<bdi data-column="customer_name">&lt;b&gt;&#34;</bdi>'
    assert str(figures.figure(row, "value")) == '<data data-column="value" value="&lt;i&gt;">&lt;i&gt;</data>'
    assert str(figures.value("value", None)) == '<data data-column="value" value="">–</data>'
    assert str(figures.sentence("warning", "3 < 4")) == '<span data-column="warning">3 &lt; 4</span>'
    # no exponent: a script reads it too
    assert 'value="0.0000000000"' in figures.value("value", Decimal("0E-10"))


def series(*points: tuple[int, str, bool, bool]) -> list[MonthPoints]:
    """Months of 2024."""
    return [MonthPoints(date(2024, month, 1), Decimal(value), *flags) for month, value, *flags in points]


def test_a_trend_marks_what_is_incomplete_and_what_is_outlook():
    drawn = charts.trend(
        series((1, "0", False, False), (2, "50", True, False), (3, "100", True, False), (4, "75", True, True)),
        top=Decimal(100),
        goal=Decimal(70),
    )
    assert drawn.line == "M12.5 100.0L37.5 50.0L62.5 0.0"
    # the outlook begins where the scored months end
    assert drawn.outlook_line == "M62.5 0.0L87.5 25.0"
    assert drawn.marks == {
        "complete": "M37.5 50.0h0M62.5 0.0h0",
        "incomplete": "M12.5 100.0h0",
        "outlook": "M87.5 25.0h0",
    }
    assert (drawn.goal_y, drawn.incomplete, drawn.outlook_from) == (30.0, [(0, 25.0)], 75.0)
    assert drawn.ticks == [(12.5, 2024)]


def test_a_trend_marks_each_run_of_incomplete_months_alone():
    """A month that is missing in between leaves those before it as they are."""
    months = [(number, "1", number not in {1, 2, 5}, False) for number in range(1, 7)]
    drawn = charts.trend(series(*months, (7, "1", False, True)), Decimal(2), Decimal(1))
    assert drawn.incomplete == [(0, 28.57), (57.14, 14.29)]


def test_a_trend_of_one_month_has_no_outlook():
    drawn = charts.trend(series((2, "5", True, False)), top=Decimal(20), goal=Decimal(1))
    assert (drawn.line, drawn.outlook_line, drawn.outlook_from, drawn.incomplete) == ("M50.0 75.0", "", None, [])


def test_a_share_stays_within_its_box():
    assert charts.share(Decimal(3), Decimal(2)) == 100
    assert charts.share(Decimal(-3), Decimal(2)) == 0
    assert charts.share(Decimal(3), Decimal(0)) == 0


def test_long_histories_name_fewer_years():
    months = [MonthPoints(date(year, 1, 1), Decimal(1), True, False) for year in range(2000, 2030)]
    assert len(charts.trend(months, Decimal(2), Decimal(1)).ticks) <= charts.TICKS


@pytest.mark.parametrize(
    ("last_day", "ends"),
    [(None, False), (date(2024, 12, 31), False), (date(2024, 12, 30), True), (date(2024, 5, 7), True)],
)
def test_rules_end_in_the_outlook_when_they_do_not_rule_the_last_day_of_its_last_month(last_day, ends):
    panel = SimpleNamespace(
        ruleset={"effective_to": last_day},
        outlook=[{"outlook_month": date(2024, month, 1)} for month in (11, 12)],
    )
    assert Panel.ends_in_outlook.fget(panel) is ends


JULY, AUGUST, SEPTEMBER = date(2024, 7, 1), date(2024, 8, 1), date(2024, 9, 1)
IN_PROGRESS, QUALIFIED = {"designation_status": "in_progress"}, {"designation_status": "qualified"}


def recommendation(kind: str, subject: str, **values) -> dict:
    """A row of fct_recommendation about a tenant."""
    points = Decimal(values.pop("points", 2))
    is_defending = kind in first_screen.DEFENDING
    row = {
        "number": f"of {subject}",
        "kind": kind,
        "metric": "deployments",
        "track": "azure",
        "subject_type": "customer_tenant",
        "subject_id": subject,
        "detail": None,
        "missing_value": Decimal(100),
        "missing_active_value": None,
        "deadline_month": None,
        "deadline_date": None,
        "points_gain": Decimal() if is_defending else points,
        "points_at_risk": points if is_defending else Decimal(),
        "reaches_designation": False,
        "loses_designation": False,
    }
    return row | values


def drops(subject: str, month: date, **values) -> dict:
    """A tenant that is about to drop in a month."""
    return recommendation("about_to_drop", subject, deadline_month=month, **values)


def step_of(row: dict, place: int = 1, goal: str = "earn", **values) -> dict:
    """A row of fct_plan about a recommendation."""
    return {**row, "goal": goal, "is_reached": True, "step": place} | values


def answered(designation: dict, lost_month: date | None, *recommendations: dict, plan=()) -> tuple[str, list[str]]:
    """What the first screen answers: its kind, and the tenants of its actions."""
    answer = first_screen.answer(designation, lost_month, list(recommendations), list(plan))
    return answer.kind, [action.first["subject_id"] for action in answer.steps.rows + answer.others]


def test_where_one_action_keeps_it_others_may_that_are_due_in_the_month_of_the_loss():
    enough = drops("kept", JULY, loses_designation=True)
    other = drops("other", JULY)
    winning = recommendation("near_threshold", "won")
    plan = [step_of(winning, goal="keep")]
    assert answered(QUALIFIED, JULY, other, enough, winning, plan=plan) == ("keeps", ["won", "kept"])
    # what it does in August says nothing of July, nor the other way round
    later = drops("later", AUGUST, loses_designation=True)
    assert answered(QUALIFIED, JULY, other, later, winning, plan=plan) == ("keeps", ["won"])
    assert answered(QUALIFIED, AUGUST, enough, later, winning, plan=plan) == ("keeps", ["won", "later"])
    expiring = recommendation(
        "certification_expiring", "person", deadline_month=JULY, deadline_date=date(2024, 7, 9), loses_designation=True
    )
    both = [expiring, enough, other, winning]
    assert answered(QUALIFIED, JULY, *both, plan=plan) == ("keeps", ["won", "person", "kept"])
    # the action of the plan is not told twice, and none is enough where the plan needs two
    assert answered(QUALIFIED, JULY, *both, plan=[step_of(enough, goal="keep")]) == ("keeps", ["kept", "person"])
    two = [step_of(winning, goal="keep"), step_of(other, 2, goal="keep")]
    assert answered(QUALIFIED, JULY, *both, plan=two) == ("keeps", ["won", "other"])


def test_where_nothing_keeps_it_what_is_due_until_then_comes_first():
    winning = recommendation("near_threshold", "won")
    none = {"is_reached": False, "step": 0, "goal": "keep", "subject_id": None}
    for plan in ([none], []):
        assert answered(QUALIFIED, JULY, drops("due", JULY), winning, plan=plan) == ("defends", ["due"])
        assert answered(QUALIFIED, JULY, drops("late", AUGUST), winning, plan=plan) == ("wins", ["won"])
        assert answered(QUALIFIED, JULY, drops("idle", JULY, points=0), winning, plan=plan) == ("wins", ["won"])
        assert answered(QUALIFIED, JULY, plan=plan) == ("wins", [])
        found = first_screen.answer(QUALIFIED, JULY, [winning], plan)
        assert found.out_of_reach == (none if plan else None)


def test_a_step_without_a_recommendation_leads_nowhere():
    winning = recommendation("near_threshold", "won", track="azure", number=7)
    plan = [step_of(winning, goal="keep"), step_of(winning | {"subject_id": "person"}, 2, goal="keep")]
    answer = first_screen.answer(QUALIFIED, JULY, [winning], plan)
    assert [action.first["number"] for action in answer.steps.rows] == [7, None]
    # only what earns it is ticked in the last month
    assert first_screen.planned([winning], plan) == set()
    assert first_screen.planned([winning], [step_of(winning)]) == {7}


def test_without_a_loss_the_first_due_or_what_wins_most_comes_first():
    early, late = drops("early", JULY), drops("late", SEPTEMBER, points=5)
    winning = recommendation("missing_one_step", "won", points=9)
    assert answered(QUALIFIED, None, winning, late, early) == ("next", ["early", "late"])
    assert answered(QUALIFIED, None, winning) == ("next", ["won"])
    assert answered(IN_PROGRESS, None, winning, early) == ("next", ["won"])
    assert answered({"designation_status": "insufficient_history"}, None, winning) == ("next", ["won"])


def test_the_plan_says_what_earns_the_designation_or_that_nothing_does():
    rows = [recommendation("near_threshold", f"{number}") for number in range(6)]
    steps = [step_of(rows[number], place) for place, number in enumerate((5, 0, 2, 3), 1)]
    answer = first_screen.answer(IN_PROGRESS, None, rows, steps)
    # all of its steps, in its order, each with the number of its recommendation
    assert (answer.kind, answer.steps.more, answer.out_of_reach) == ("earns", 0, None)
    assert [(action.rows, action.step) for action in answer.steps.rows] == [
        ([{**step, "number": rows[number]["number"]}], step) for number, step in zip((5, 0, 2, 3), steps, strict=True)
    ]
    none = {"is_reached": False, "step": 0, "goal": "earn"}
    answer = first_screen.answer(IN_PROGRESS, None, rows, [none])
    assert (answer.kind, answer.out_of_reach, len(answer.steps.rows), answer.steps.more) == ("next", none, 3, 3)


def test_recommendations_of_one_subject_are_one_entry_and_those_of_one_action_one_line():
    same = {"missing_value": Decimal(1), "detail": "Intune"}
    rows = [
        recommendation("near_threshold", "a", metric="deployments", **same),
        recommendation("near_threshold", "b"),
        recommendation("near_threshold", "a", metric="net_customer_adds", **same),
        recommendation("near_threshold", "a", metric="net_customer_adds", missing_value=Decimal(2)),
        drops("a", AUGUST),
        drops("c", JULY),
    ]
    advice = first_screen.advice(rows)
    assert [entry.rows[0]["subject_id"] for entry in advice.win.rows] == ["a", "b"]
    assert [entry.rows[0]["subject_id"] for entry in advice.defend.rows] == ["c", "a"]
    assert [len(action.rows) for action in advice.win.rows[0].actions] == [2, 1]
    assert (advice.kinds, advice.more) == (["about_to_drop", "near_threshold"], 0)


def test_long_advice_is_cut_group_by_group():
    number = first_screen.ENTRIES_SHOWN + 2
    rows = [recommendation("near_threshold", f"{n}") for n in range(number)]
    advice = first_screen.advice([*rows, *rows, drops("0", JULY)])
    assert (len(advice.win.rows), len(advice.defend.rows), advice.more) == (first_screen.ENTRIES_SHOWN, 1, 2)


def test_what_defends_no_points_comes_last_unless_it_is_part_of_the_shortest_way():
    rows = [drops("idle", JULY, points=0), drops("planned", AUGUST, points=0), drops("kept", SEPTEMBER)]
    rows += [drops("both", SEPTEMBER, points=0), drops("both", SEPTEMBER, metric="net_customer_adds")]
    entries = first_screen.advice(rows, [step_of(rows[1], goal="keep")]).defend.rows
    found = [(entry.rows[0]["subject_id"], entry.is_idle) for entry in entries]
    assert found == [("planned", False), ("kept", False), ("both", False), ("idle", True)]
    # nor is it cut off
    many = [*(drops(f"{n}", JULY) for n in range(first_screen.ENTRIES_SHOWN)), rows[1]]
    shown = first_screen.advice(many, [step_of(rows[1], goal="keep")]).defend
    assert (shown.rows[-1].rows, shown.more) == ([rows[1]], 0)


def test_causes_are_those_until_the_loss_or_of_the_next_month():
    outlook = [{"outlook_month": month} for month in (JULY, AUGUST, SEPTEMBER)]
    months = {
        JULY: {"a": 1, "b": 0, "c": -2},
        AUGUST: {"d": -1, "e": -1, "f": -1, "g": -4, "c": -3, "a": -1},
        SEPTEMBER: {"h": -9},
    }
    bridge = [
        {"outlook_month": month, "subject_id": subject, "points": Decimal(points)}
        for month, causes in months.items()
        for subject, points in causes.items()
    ]

    def changed(lost_month):
        found = first_screen.changes(outlook, lost_month, bridge)
        named = [(cause.rows[0]["subject_id"], int(cause.points)) for cause in found.causes.rows]
        return named, found.causes.more, found.points_of_more, found.until["outlook_month"], found.months

    assert changed(None) == ([("c", -2), ("a", 1)], 0, 0, JULY, 1)
    # what comes to nothing is no cause
    assert changed(AUGUST) == ([("c", -5), ("g", -4)], 3, -3, AUGUST, 2)
    folded = first_screen.changes(outlook, SEPTEMBER, bridge).folded
    assert [cause.rows[0]["subject_id"] for cause in folded] == ["g", "d", "e", "f"]
    assert first_screen.changes([], None, []) is None


def test_customers_without_a_name_are_a_cause_by_track():
    bridge = [
        {"outlook_month": JULY, "subject_id": None, "metric": metric, "track": track, "points": Decimal(points)}
        for metric, track, points in (("growth", "azure", 3), ("growth", "m365", -1), ("growth", "azure", -2))
    ]
    causes = first_screen.changes([{"outlook_month": JULY}], None, bridge).causes.rows
    assert [(len(cause.rows), int(cause.points)) for cause in causes] == [(2, 1), (1, -1)]
    assert [[int(row["points"]) for row in cause.told] for cause in causes] == [[3, -2], [-1]]
    assert not any(cause.has_more for cause in causes)


def test_the_address_of_a_rule_set_is_short():
    panel = SimpleNamespace(ruleset={"ruleset_id": "security_2026_smb", "area": "security"})
    assert Panel.address.fget(panel) == "2026-smb"
    panel = SimpleNamespace(ruleset={"ruleset_id": "my_rules", "area": "security"})
    assert Panel.address.fget(panel) == "my-rules"
