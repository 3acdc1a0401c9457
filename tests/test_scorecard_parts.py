"""Parts of the scorecard by themselves: numbers and words as people read them, geometry, names of files."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from partner_score.outputs.scorecard import charts, figures, wording
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
    told = {"sentence": "Keep <A&B>: 1.", "customer_name": "<A&B>", "nobody": None}
    assert str(figures.sentence_about(told, "sentence", "customer_name")) == (
        '<span data-column="sentence">Keep <bdi>&lt;A&amp;B&gt;</bdi>: 1.</span>'
    )
    assert str(figures.sentence_about(told, "sentence", "nobody")) == (
        '<span data-column="sentence">Keep &lt;A&amp;B&gt;: 1.</span>'
    )
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
