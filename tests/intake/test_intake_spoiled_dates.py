"""Point 4: dates that a spreadsheet changed are read as they were where all values show it; else the build stops."""

from __future__ import annotations

from datetime import datetime

import pytest
from downloads import DAY, POINTS, SEATS, TRAINING, Downloads, csv_text, table

AGAIN = "without opening it in Excel"


@pytest.fixture
def downloads(tmp_path, monkeypatch):
    monkeypatch.delenv("PARTNER_CENTER_DATE_ORDER", raising=False)
    return Downloads(tmp_path)


def write(downloads, column: str, values, **options) -> None:
    """Write a report with a row per value of a column."""
    downloads.write(csv_text(table(*({column: value} for value in values), **options), ";"))


def months(downloads, *values: str, **options) -> list[str]:
    write(downloads, "Month", values)
    return downloads.values("Month", **options)


def months_error(downloads, *values: str) -> str:
    write(downloads, "Month", values)
    message = downloads.error()
    for word in (f"usage {DAY}.csv", "column Month", AGAIN):
        assert word in message
    return message


# Months whose day and month were swapped: 5/1/2023, opened where the day comes first


@pytest.mark.parametrize(
    "values",
    [
        pytest.param(["2023-01-01", "2023-01-05", "2023-01-12"], id="as a CSV file has them"),
        pytest.param(["2023-01-01 00:00:00", "2023-01-05 00:00:00", "2023-01-12 00:00:00"], id="with a time"),
        pytest.param(["2023/1/1", "2023/1/5", "2023/1/12"], id="with slashes"),
        pytest.param(["20230101", "20230105", "20230112"], id="digits alone"),
        pytest.param(["44927", "44931", "44938"], id="days as Excel counts them"),
    ],
)
def test_months_that_all_lie_in_january_are_read_with_the_day_before_the_month(downloads, values):
    read = months(downloads, *values)
    assert [value[:10] for value in read[1:]] == ["2023-05-01", "2023-12-01"]
    record = downloads.record()
    assert record.date_order == {"Month": "ydm"}
    assert f"{values[1]} for 2023-05-01, because that makes every day the first of a month" in downloads.remarks()
    assert len(record.remarks) == 1


def test_true_dates_of_a_workbook_are_turned_like_texts(downloads):
    lines = table(*({} for _ in range(12)))
    for number, line in enumerate(lines[1:], start=1):
        line[lines[0].index("Month")] = datetime(2023, 1, number)
    downloads.write_workbook({"Export": lines})
    expected = ["2023-01-01", *(f"2023-{month:02}-01" for month in range(2, 13))]
    assert downloads.values("Month") == expected
    assert "such as 2023-01-02 for 2023-02-01" in downloads.remarks()


def test_months_of_several_years_are_turned(downloads):
    assert months(downloads, "2022-01-12", "2023-01-02") == ["2022-12-01", "2023-02-01"]


def test_a_month_that_had_not_come_was_not_swapped(downloads):
    """The export is of June 2024: 12 and 11 January cannot have been December and November."""
    values = ["2024-01-12", "2024-01-11"]
    assert months(downloads, *values) == values
    assert "2 rows have a day that is neither the first nor the last of a month" in downloads.remarks()


def test_a_time_behind_a_t_is_no_work_of_a_spreadsheet(downloads):
    values = ["2023-01-10T00:00:00Z", "2023-01-11T00:00:00Z"]
    assert months(downloads, *values) == values
    assert "it counts for its month" in downloads.remarks()


@pytest.mark.parametrize("values", [["2023-01-10", "2023-01-10"], ["2023-01-01", "2023-01-10"]])
def test_one_day_of_january_may_be_what_it_is(downloads, values):
    """Somebody who dates months by the 10th, or October."""
    message = months_error(downloads, *values)
    for word in ("2023-01-10 was 2023-10-01", "If the day is right, write the month like 2023-01"):
        assert word in message


def test_claims_of_microsoft_365_are_turned_too(downloads):
    write(downloads, "Date", ["2023-01-05", "2023-01-06"], base=SEATS)
    assert downloads.values("Date", "cpor_m365_usage") == ["2023-05-01", "2023-06-01"]


@pytest.mark.parametrize(
    "values",
    [
        pytest.param(["2023-01-01", "2022-01-01"], id="first days alone"),
        pytest.param(["2023-01-31", "2023-02-28", "2024-02-29", "2023-04-30", "2023-12-31"], id="last days of months"),
        pytest.param(["2023-01-31"], id="the last of January"),
        pytest.param([*["2023-05-01"] * 20, "9999-12-31"], id="the last day that there is"),
    ],
)
def test_first_and_last_days_of_months_need_no_word(downloads, values):
    assert months(downloads, *values) == values
    assert downloads.remarks() == ""


# Days that stand for no month


@pytest.mark.parametrize(
    ("values", "cause"),
    [
        pytest.param(
            ["2023-01-05", "2023-01-06", "2023-07-01"], "2023-01-05 was 2023-05-01", id="some swapped, others not"
        ),
        pytest.param(
            ["2023-01-05", "2023-01-06", "JUL-2023"], "2023-01-05 was 2023-05-01", id="beside a month by its name"
        ),
        pytest.param(["5-Jan-2023", "6-Jan-2023"], "2023-01-05 was 2023-05-01", id="shown by the month's name"),
        pytest.param(["2025-04-24", "2025-05-24", "2025-12-25"], "2025-04-24 was 2024-04", id="Apr-24 as a day"),
        pytest.param(["45037", "45068"], "45037 (2023-04-21)", id="days as Excel counts them"),
    ],
)
def test_many_days_as_a_spreadsheet_makes_them_stop_the_build(downloads, values, cause):
    message = months_error(downloads, *values)
    assert "neither the first nor the last of a month" in message
    assert cause in message
    assert "PARTNER_CENTER_DATE_ORDER" not in message


def test_twenty_months_that_excel_took_for_days_of_one_year_stop_the_build(downloads):
    """`Apr-24` typed into Excel is 24 April of this year: 20 months of two years would read as ten of one."""
    values = [datetime(2024, month, year) for year in (22, 23) for month in range(1, 11)]
    lines = table(*({} for _ in values))
    for line, value in zip(lines[1:], values, strict=True):
        line[lines[0].index("Month")] = value
    downloads.write_workbook({"Export": lines})
    message = downloads.error()
    for word in ("20 of 20 rows", "Apr-24", "2024-01-22 was 2022-01", AGAIN):
        assert word in message


def test_few_of_them_are_said(downloads):
    values = ["2023-05-01"] * 38
    assert months(downloads, *values, "2023-01-05", "2023-01-06") == [*values, "2023-01-05", "2023-01-06"]
    assert (
        "2 rows have a day that is neither the first nor the last of a month, such as 2023-01-05" in downloads.remarks()
    )
    months_error(downloads, *values[1:], "2023-01-05", "2023-01-06")


@pytest.mark.parametrize(
    "values",
    [
        pytest.param(["2023-05-15", "2023-06-15"], id="the 15th"),
        pytest.param(["2022-12-15 00:00:00", "2023-01-15"], id="of two years"),
        pytest.param(["2023-01-05", "2023-02-05", "2023-03-01"], id="the fifth, beside first days"),
        pytest.param(["2023-03-15", "2022-03-17", "2022-01-05"], id="days of several months"),
        pytest.param([f"2024-{month:02}-22" for month in range(1, 6)], id="one day that could be a year"),
        pytest.param(["2024-01-19", "2024-02-20"], id="days that are no years of a report of 2024"),
        pytest.param(["2023-01-10", "2023-02-01", "2023-03-01"], id="one day of January among other months"),
        pytest.param(["2022-05-21", "2023-06-21"], id="no year, because it is of two years"),
        pytest.param(["2023-05-31", "2023-06-28"], id="no year, because it had not begun"),
    ],
)
def test_any_other_day_counts_for_its_month_and_is_said(downloads, values):
    """No program makes the 15th of a first day: somebody writes months so."""
    assert months(downloads, *values) == values
    assert "neither the first nor the last of a month" in downloads.remarks()


@pytest.mark.parametrize("values", [["3/2/2023", "4/5/2023"], ["03/02/23", "04/05/23"]])
def test_where_no_order_has_first_days_the_user_is_asked(downloads, values):
    write(downloads, "Month", values)
    assert "PARTNER_CENTER_DATE_ORDER" in downloads.error()


def test_what_is_no_date_does_not_count_as_a_day(downloads):
    values = ["2023-01-05", "2023-01-06", "soon", "", "2023-13-01"]
    assert months(downloads, *values)[:3] == ["2023-05-01", "2023-06-01", "soon"]


def test_the_points_of_partner_center_are_of_any_day_of_a_month(downloads):
    write(downloads, "AsOfDate", ["2024-01-05", "2024-05-17"], base=POINTS)
    assert downloads.values("AsOfDate", "partner_center_scores") == ["2024-01-05", "2024-05-17"]
    assert downloads.remarks() == ""


# Days of which the half was swapped: a US file in a European Excel, or the other way round

US_LATE = ("9/28/2023", "11/15/2023", "12/30/2023", "2/13/2023", "7/31/2023")
EUROPEAN_LATE = ("28/09/2023", "15/11/2023", "30/12/2023", "13/02/2023", "31/07/2023")
TURNED = ("2023-01-05", "2023-03-08", "2023-07-02", "2023-04-11", "2023-10-06")
TURNED_DOTS = ("05.01.2023", "08.03.2023", "02.07.2023", "11.04.2023", "06.10.2023")


def days(downloads, *values: str, **options) -> list[str]:
    write(downloads, "TrainingCompletionDate", values, base=TRAINING)
    return downloads.values("TrainingCompletionDate", "training_completions", **options)


@pytest.mark.parametrize(
    "values",
    [
        pytest.param(US_LATE + TURNED, id="true dates beside month first"),
        pytest.param(EUROPEAN_LATE + TURNED, id="true dates beside day first"),
        pytest.param(US_LATE + TURNED_DOTS, id="dots beside month first"),
        pytest.param(US_LATE + TURNED + ("2023-05-05", ""), id="a day that is the same either way"),
        pytest.param(US_LATE + tuple(f"5-{name}-2023" for name in ("Jan", "Feb", "Mar", "Apr", "Jun")), id="by name"),
        pytest.param((*US_LATE, *(f"{month}/20/2023" for month in range(1, 10)), "soon") + TURNED, id="many texts"),
        pytest.param(
            (*US_LATE, *(f"2023-{month:02}-{day:02}" for month in (1, 2) for day in range(3, 13)), "2023-01-13"),
            id="one of twenty aside",
        ),
    ],
)
def test_days_of_which_half_were_swapped_stop_the_build(downloads, values):
    write(downloads, "TrainingCompletionDate", values, base=TRAINING)
    for options in ({}, {"date_order": "dmy"}, {"date_order": "mdy"}):
        message = downloads.error(**options)
        for word in (f"usage {DAY}.csv", "column TrainingCompletionDate", "days above 12 are written like", AGAIN):
            assert word in message


def test_the_message_names_a_day_of_either_half(downloads):
    write(downloads, "TrainingCompletionDate", US_LATE + TURNED_DOTS, base=TRAINING)
    assert "like 11/15/2023, days up to 12 like 02.07.2023 (2023-07-02)" in downloads.error()


@pytest.mark.parametrize("values", [US_LATE[:4] + TURNED, US_LATE + TURNED[:4], US_LATE + TURNED[:4] * 3])
def test_too_few_days_to_tell_are_said(downloads, values):
    assert len(days(downloads, *values)) == len(values)
    assert "too few to tell" in downloads.remarks()


@pytest.mark.parametrize(
    "values",
    [
        pytest.param((*US_LATE, "1/5/2023", *TURNED), id="a text with an early day"),
        pytest.param((*US_LATE, *TURNED, "2023-10-28"), id="a date with a late day"),
        pytest.param(EUROPEAN_LATE + TURNED_DOTS, id="one order in both"),
        pytest.param(US_LATE, id="one form, late days"),
        pytest.param(TURNED, id="one form, early days"),
        pytest.param((*US_LATE, "2023-05-05", "2023-06-06"), id="days that are the same either way"),
    ],
)
def test_two_forms_with_days_of_every_kind_are_read(downloads, values):
    days(downloads, *values)
    assert "days above 12" not in downloads.remarks()


# Months as numbers, whose last zero a spreadsheet drops


def test_a_month_without_its_zero_is_october_where_january_has_two_digits(downloads):
    assert months(downloads, "2023.09", "2023.1", "2023.11", "2022.1") == [
        *("2023-09-01", "2023-10-01", "2023-11-01", "2022-10-01")
    ]
    assert "Column Month: 2022.1 is 2022-10, because" in downloads.remarks()


def test_one_digit_is_january_where_october_has_its_zero(downloads):
    assert months(downloads, "2023.1", "2023.2", "2023.10") == ["2023-01-01", "2023-02-01", "2023-10-01"]
    assert "Column Month: 2023.1 is 2023-01, because October has kept its zero" in downloads.remarks()


def test_one_digit_is_january_where_october_had_not_come(downloads):
    assert months(downloads, "2024.1", "2024.2", "2024.5") == ["2024-01-01", "2024-02-01", "2024-05-01"]
    assert "Column Month: 2024.1 is 2024-01, because October had not come" in downloads.remarks()


@pytest.mark.parametrize(
    "values",
    [
        pytest.param(["2023.1"], id="alone"),
        pytest.param(["2023.1", "2023-05-01"], id="beside another form"),
        pytest.param([*(f"2023.{month}" for month in range(2, 10)), "2023.1", "2023.11", "2023.12"], id="of a year"),
        pytest.param(["2023.01", "2023.1", "2023.2"], id="one digit and two"),
        pytest.param(["2023.01", "2023.1", "2023.10"], id="January and October with their zeros"),
    ],
)
def test_a_month_that_may_have_lost_its_zero_stops_the_build(downloads, values):
    message = months_error(downloads, *values)
    assert "2023.1 can be January or October 2023" in message
    assert "2023-01 and 2023-10" in message


def test_numbers_of_a_workbook_lose_the_zero(downloads):
    lines = table(*({} for _ in range(12)))
    for month, line in enumerate(lines[1:], start=1):
        line[lines[0].index("Month")] = float(f"2023.{month:02}")
    downloads.write_workbook({"Export": lines})
    assert downloads.values("Month") == [f"2023-{month:02}-01" for month in range(1, 13)]


@pytest.mark.parametrize("value", ["2023.5", "2023.11", "2023-1", "2023/1", "1.2023"])
def test_other_months_as_numbers_are_read_as_before(downloads, value):
    assert months(downloads, value)[0][:7] in {"2023-05", "2023-11", "2023-01"}
