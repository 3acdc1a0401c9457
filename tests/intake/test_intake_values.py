"""Point 4: what the values of a column mean is decided from all of them, and said."""

from __future__ import annotations

from datetime import datetime

import pytest
from downloads import DAY, POINTS, SEATS, TENANT, TRAINING, USAGE, Downloads, csv_text, table

from partner_score.intake.flags import READ_AS, WORDS
from partner_score.intake.sources import datasets


@pytest.fixture
def downloads(tmp_path, monkeypatch):
    monkeypatch.delenv("PARTNER_CENTER_DATE_ORDER", raising=False)
    return Downloads(tmp_path)


def months(downloads, *values: str, **options) -> list[str]:
    downloads.write(csv_text(table(*({"Month": value} for value in values)), ";"))
    return downloads.values("Month", **options)


def days(downloads, *values: str, **options) -> list[str]:
    downloads.write(csv_text(table(*({"TrainingCompletionDate": value} for value in values), base=TRAINING), ";"))
    return downloads.values("TrainingCompletionDate", "training_completions", **options)


def as_of(downloads, *values: str, **options) -> list[str]:
    downloads.write(csv_text(table(*({"AsOfDate": value} for value in values), base=POINTS), ";"))
    return downloads.values("AsOfDate", "partner_center_scores", **options)


def amounts(*values: str, delimiter: str = ";") -> str:
    return csv_text(table(*({"ACR_USD": value} for value in values)), delimiter)


def numbers(downloads, *values: str) -> list[str]:
    downloads.write(amounts(*values))
    return downloads.values("ACR_USD")


def seats(downloads, *values: str) -> list[str]:
    downloads.write(csv_text(table(*({"PaidAvailableUnits": value} for value in values), base=SEATS), ";"))
    return downloads.values("PaidAvailableUnits", "cpor_m365_usage")


# Numbers


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["1,5"], ["1.5"]),
        (["14295,04", "-0,0001", "7"], ["14295.04", "-0.0001", "7"]),
        (["1.234,56", "1.234", "0,5"], ["1234.56", "1234", "0.5"]),
        (["1.234.567", "1.234"], ["1234567", "1234"]),
        (["0,125", "1,234"], ["0.125", "1.234"]),
        (["1 234,56", "1\u00a0234,5", "1\u202f234"], ["1234.56", "1234.5", "1234"]),
        (["1,5E-05", "2,1e3", "1E-05", "7"], ["1.5E-05", "2.1e3", "1E-05", "7"]),
        (["1,234E-05"], ["1.234E-05"]),
    ],
)
def test_a_decimal_comma_where_the_numbers_show_it(downloads, values, expected):
    assert numbers(downloads, *values) == expected
    assert "decimal comma" in downloads.remarks()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["1,234.56", "1,234"], ["1234.56", "1234"]),
        (["1,234,567", "1,234"], ["1234567", "1234"]),
        (["1'234.50"], ["1234.50"]),
        (["12.5", "1,234"], ["12.5", "1234"]),
    ],
)
def test_thousands_separators_where_they_are_unmistakable(downloads, values, expected):
    assert numbers(downloads, *values) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("$12.50", "12.50"),
        ("$ 1,234.50", "1234.50"),
        ("-$5", "-5"),
        ("$-5", "-5"),
        ("US$7", "7"),
        ("12.5 USD", "12.5"),
        ("usd 12.5", "12.5"),
        ("12.5 $US", "12.5"),
        ("US $12.5", "12.5"),
        ("\u22125.5", "-5.5"),
        ("\u20135", "-5"),
        ("\u00a05.5\u00a0", "5.5"),
    ],
)
def test_a_dollar_sign_a_typographic_minus_and_odd_blanks(downloads, value, expected):
    assert numbers(downloads, value) == [expected]


@pytest.mark.parametrize(
    "values",
    [
        ["12.50", "-0.0001", "7"],
        ["n/a", "12.5", ""],
        ["1.5E+02"],
        ["500.00", "1e3"],
        ["1.234", "0.5"],
        ["(5", "5)", "(-5)", "-(5)", "-5-", "(1)(2)", "12.5"],
        ["5 EURO CENTS", "EURO", "A5"],
    ],
)
def test_plain_numbers_and_what_is_none_stay_as_they_came(downloads, values):
    assert numbers(downloads, *values) == [value or None for value in values]
    assert downloads.remarks() == ""


@pytest.mark.parametrize(
    "values",
    [["1,234"], ["1,234", "5,678"], ["1,234", "7"], ["1,5", "2.5"], ["1.234,5", "1,234.5"], ["1,234", "1.234"]],
)
def test_numbers_that_can_be_read_in_two_ways_stop_the_build(downloads, values):
    downloads.write(csv_text(table(*({"ACR_USD": value} for value in values)), ";"))
    message = downloads.error()
    for word in (f"usage {DAY}.csv", "column ACR_USD", "without opening it in Excel", values[0]):
        assert word in message


# Thousands by points


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
@pytest.mark.parametrize(
    "values",
    [
        ["13.485", "1.000", "25"],
        ["25", "1.234", "0", "7"],
        ["-1.234"],
        ["$1.234", "25"],
        ["(1.234)", "n/a"],
    ],
)
def test_points_that_may_separate_thousands_stop_the_build(downloads, delimiter, values):
    """Excel in German writes 13.485 for thirteen thousand."""
    downloads.write(amounts(*values, delimiter=delimiter))
    message = downloads.error()
    examples = sorted(value for value in values if "." in value)
    for word in (f"usage {DAY}.csv", "column ACR_USD", "may be thousands or decimals", examples[0], examples[-1]):
        assert word in message


def test_the_message_says_how_the_number_is_written_so_that_it_is_one(downloads):
    downloads.write(amounts("13.485", "25"))
    assert "such as 13485 or 13.4850" in downloads.error()
    assert numbers(downloads, "13485", "25") == ["13485", "25"]
    assert numbers(downloads, "13.4850", "25") == ["13.4850", "25"]


@pytest.mark.parametrize("decides", ["0.5", "12.50", "1234.567", "0.000", "1.5E-05"])
def test_one_number_decides_what_points_are(downloads, decides):
    assert numbers(downloads, "13.485", "25", decides) == ["13.485", "25", decides]
    assert downloads.remarks() == ""


@pytest.mark.parametrize("value", ["1.234.567", "0,5", "1.234,5"])
def test_one_number_decides_that_points_separate_thousands(downloads, value):
    assert numbers(downloads, "13.485", "25", value)[:2] == ["13485", "25"]


def test_a_file_with_commas_between_its_fields_has_decimal_points(downloads):
    """Whoever writes 13.485 for thirteen thousand has the comma for decimals, and no commas between fields."""
    downloads.write(amounts("13.485", "1.000", "25", delimiter=","))
    assert downloads.values("ACR_USD") == ["13.485", "1.000", "25"]
    assert "the point is read as the decimal sign, such as in 13.485" in downloads.remarks()


def test_points_of_a_parquet_file_with_texts_are_open_too(downloads):
    line = ", ".join(f"'{value}' as {name}" for name, value in (USAGE | {"ACR_USD": "13.485"}).items())
    downloads.write_parquet(f"select {line}")
    assert "13.485 may be thousands or decimals" in downloads.error()
    downloads.write_parquet(f"select * replace (13.485 as ACR_USD) from (select {line})")
    assert [float(value) for value in downloads.values("ACR_USD")] == [13.485]


# Negatives, zeros and currencies


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("(1,234.50)", "-1234.50"),
        ("($12.00)", "-12.00"),
        ("$(12.00)", "-12.00"),
        (" $ (1,234.50) ", "-1234.50"),
        ("(12.00) USD", "-12.00"),
        ("(5)", "-5"),
        ("(1.234,50)", "-1234.50"),
        ("(1 234,50 $)", "-1234.50"),
    ],
)
def test_a_number_in_parentheses_is_negative(downloads, value, expected):
    assert numbers(downloads, value) == [expected]
    assert f"in parentheses are negative, as in accounting, such as {value.strip()}" in downloads.remarks()


@pytest.mark.parametrize(
    ("value", "expected"), [("12.50-", "-12.50"), ("1.234,50-", "-1234.50"), ("7 -", "-7"), ("$12.50\u2212", "-12.50")]
)
def test_a_minus_behind_a_number(downloads, value, expected):
    assert numbers(downloads, value) == [expected]
    assert f"a minus behind a number is read as one before it, such as {value}" in downloads.remarks()


def test_a_decimal_comma_is_said_where_only_a_negative_shows_it(downloads):
    assert numbers(downloads, "(12,50)", "7") == ["-12.50", "7"]
    assert "decimal comma" in downloads.remarks() and "parentheses" in downloads.remarks()


@pytest.mark.parametrize("zero", ["-", " - ", " $-   ", "$ -   ", "-   USD", "\u2013"])
def test_the_zero_of_accounting(downloads, zero):
    assert numbers(downloads, zero, " $12.50 ", "7") == ["0", "12.50", "7"]
    assert numbers(downloads, zero, "7") == ["0", "7"]
    assert f"{zero.strip()} is read as 0" in downloads.remarks()


def test_dashes_alone_are_no_zeros(downloads):
    """Nothing in such a column is a number: the figures are missing, and not zero."""
    assert numbers(downloads, "-", "-", "") == ["-", "-", None]
    assert downloads.remarks() == ""


def test_seats_with_the_zero_of_accounting(downloads):
    assert seats(downloads, " -   ", "1,234") == ["0", "1234"]


@pytest.mark.parametrize(
    "value",
    [
        "\u20ac12.50",
        "12,50 \u20ac",
        "EUR 12.50",
        "12.50EUR",
        "(\u20ac1,234.50)",
        "-\u20ac5",
        "5- eur",
        "\u00a312",
        "CA$5",
    ],
)
def test_an_amount_in_another_currency_stops_the_build(downloads, value):
    downloads.write(amounts("12.50", value))
    message = downloads.error()
    for word in (f"usage {DAY}.csv", "column ACR_USD", f"{value} is no amount in US dollars"):
        assert word in message


# Workbooks: true numbers, and texts


def workbook_of(*values: object) -> list[list]:
    lines = table(*({} for _ in values))
    for line, value in zip(lines[1:], values, strict=True):
        line[-1] = value
    return lines


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param(["1234,56", 0.125, 7, -0.0001], ["1234.56", "0.125", "7", "-0.0001"], id="a text among numbers"),
        pytest.param(["1.234,5", 1.234, 12.5], ["1234.5", "1.234", "12.5"], id="a number is not rewritten"),
        pytest.param(["1.234", "0,5", 2.345], ["1234", "0.5", "2.345"], id="a text like a number is"),
        pytest.param([1.234, 13.485, 25], ["1.234", "13.485", "25"], id="numbers alone have no question"),
        pytest.param(["12.50", 1.234], ["12.50", "1.234"], id="a text with a point"),
        pytest.param(["(5)", "-", 1.234], ["-5", "0", "1.234"], id="accounting"),
    ],
)
def test_a_true_number_of_a_workbook_has_no_decimal_sign(downloads, values, expected):
    downloads.write_workbook({"Export": workbook_of(*values)})
    assert downloads.values("ACR_USD") == expected


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (["13.485", 25], "13.485 may be thousands or decimals"),
        (["13.485", 0.5], "13.485 may be thousands or decimals"),
        (["1,5", "2.5"], "1,5 and 2.5 contradict each other"),
        (["1.234", "0,5", 1.234], "1.234 stands there as a number and as a text"),
    ],
)
def test_texts_of_a_workbook_that_can_be_read_in_two_ways_stop_the_build(downloads, values, words):
    downloads.write_workbook({"Export": workbook_of(*values)})
    assert words in downloads.error()


def test_seats_of_a_workbook(downloads):
    lines = table({}, {}, base=SEATS)
    position = lines[0].index("PaidAvailableUnits")
    lines[1][position], lines[2][position] = "1.234", 25
    downloads.write_workbook({"Export": lines}, f"seats {DAY}.xlsx")
    assert downloads.values("PaidAvailableUnits", "cpor_m365_usage") == ["1234", "25"]


def test_seats_are_whole(downloads):
    """Nobody has 1.234 seats: of 1,234 the comma separates thousands."""
    assert seats(downloads, "1,234", "25") == ["1234", "25"]
    assert seats(downloads, "1.234", "25") == ["1234", "25"]
    assert seats(downloads, "29.000", "1.000") == ["29.000", "1.000"]
    assert seats(downloads, "29.00", "0.5") == ["29.00", "0.5"]


def test_a_column_that_shows_it_speaks_for_the_others_of_the_file(downloads):
    line = {"PaidAvailableUnits": "1.234", "MonthlyActiveUsers": "999,5"}
    downloads.write(csv_text(table(line, base=SEATS), ";"))
    assert downloads.values("PaidAvailableUnits", "cpor_m365_usage") == ["1234"]


# Flags


def flags(downloads, *values: str) -> list[str]:
    downloads.write(table(*({"IsACRDuplicateAtPGALevel": value} for value in values)))
    return downloads.values("IsACRDuplicateAtPGALevel")


@pytest.mark.parametrize("language", WORDS)
def test_flags_in_words_of_other_languages(downloads, language):
    true, false = WORDS[language]
    assert READ_AS[true] == "1" and READ_AS[false] == "0"
    expected = ["true", "false"] * 3 if language == "English" else ["1", "0"] * 3
    read = flags(downloads, true, false, true.upper(), false.upper(), f" {true.title()} ", false.title())
    assert [value.strip().lower() for value in read] == expected
    assert ("flags are read" in downloads.remarks()) == (language != "English")


def test_no_word_is_true_in_one_language_and_false_in_another():
    true, false = ({pair[side] for pair in WORDS.values()} for side in (0, 1))
    assert not true & false


def test_flags_that_went_through_a_decimal_comma(downloads):
    assert flags(downloads, "1,00", "0,00") == ["1", "0"]
    assert "1,00 for 1" in downloads.remarks()


@pytest.mark.parametrize("values", [["0", "1"], [" 1 ", "0"], ["True", "FALSE"], ["1.0", "0.0"], ["00", "+1"]])
def test_flags_that_staging_reads_stay_as_they_came(downloads, values):
    assert flags(downloads, *values) == values
    assert downloads.remarks() == ""


def test_words_for_nothing_are_no_flags(downloads):
    assert flags(downloads, "NULL", "None") == ["NULL", "None"]
    assert "2 of 2 rows have no flag" in downloads.remarks()


def test_many_amounts_with_a_decimal_comma(downloads):
    """Each has another spelling; what is written otherwise among them follows the same sign."""
    values = [f"{number},{number % 100:02}" for number in range(5000)]
    downloads.write(amounts(*values, "1.234,5", " 7,5 ", "(8,25)", "9,125", "-3,1234", "8"))
    read = downloads.values("ACR_USD")
    assert read[:5000] == [value.replace(",", ".") for value in values]
    assert read[5000:] == ["1234.5", "7.5", "-8.25", "9.125", "-3.1234", "8"]


def test_flags_that_cannot_be_read_are_counted_with_an_example(downloads):
    assert flags(downloads, "0", "maybe", "maybe", "2", "") == ["0", "maybe", "maybe", "2", None]
    said = downloads.remarks()
    assert "3 of 5 rows have a flag that cannot be read, such as maybe" in said
    assert "1 of 5 rows has no flag" in said


@pytest.mark.parametrize("values", [["maybe"], ["kyll\u00e4", "ei", ""]])
def test_a_column_of_flags_that_cannot_be_read_stops_the_build(downloads, values):
    """The score would be silently wrong: a usage line counts once, and the flag says which of its rows."""
    downloads.write(table(*({"IsACRDuplicateAtPGALevel": value} for value in values)))
    message = downloads.error()
    for word in (
        f"usage {DAY}.csv",
        "column IsACRDuplicateAtPGALevel",
        "no row has a flag that can be read",
        values[0],
    ):
        assert word in message


def test_flags_of_a_parquet_file(downloads):
    line = ", ".join(f"'{value}' as {name}" for name, value in USAGE.items())
    downloads.write_parquet(f"select * replace ('WAHR' as IsACRDuplicateAtPGALevel) from (select {line})")
    assert downloads.values("IsACRDuplicateAtPGALevel") == ["1"]
    downloads.write_parquet(f"select * replace (true as IsACRDuplicateAtPGALevel) from (select {line})")
    assert downloads.values("IsACRDuplicateAtPGALevel") == [True]


def test_a_copy_in_another_language_counts_once(downloads):
    """Excel in German saves the True and False of a download as WAHR and FALSCH."""
    tenants = [f"{TENANT[:-2]}{number}" for number in range(10, 22)]
    for name, word, delimiter in (("usage", "True", ","), ("saved usage", "WAHR", ";")):
        lines = table(*({"CustomerTenantId": tenant, "IsACRDuplicateAtPGALevel": word} for tenant in tenants))
        downloads.write(csv_text(lines, delimiter), f"{name} {DAY}.csv")
    assert "It counts once" in downloads.remarks()


# Ids


@pytest.mark.parametrize("column", ["MPNID", "PGAMpnID", "SubscriptionId", "CustomerTenantId"])
@pytest.mark.parametrize("value", ["1.23457E+06", "1E+06", "1,23457E+12", "9.91e+07"])
def test_an_id_in_scientific_notation_stops_the_build(downloads, column, value):
    downloads.write(csv_text(table({}, {column: value}), ";"))
    message = downloads.error()
    for word in (f"usage {DAY}.csv", f"column {column}", value, "without opening it in Excel"):
        assert word in message


def test_an_id_with_an_e_is_no_number(downloads):
    downloads.write(table({"SubscriptionId": "7e06"}, {"SubscriptionId": "1e10-4"}))
    assert downloads.values("SubscriptionId") == ["7e06", "1e10-4"]


def test_a_guid_in_braces(downloads):
    downloads.write(table({"CustomerTenantId": "{" + TENANT + "}"}, {"CustomerTenantId": " {" + TENANT.upper() + "} "}))
    assert downloads.values("CustomerTenantId") == [TENANT, TENANT.upper()]
    assert "braces" in downloads.remarks()


def test_an_id_written_as_a_float_is_for_staging(downloads):
    downloads.write(table({"PGAMpnID": "99100000.0"}))
    assert downloads.values("PGAMpnID") == ["99100000.0"]


# Months and days


@pytest.mark.parametrize(
    "value",
    [
        "2024-05-01",
        "2024-05-01 00:00:00",
        "2024-05-01T00:00:00",
        "2024-05-01T00:00:00Z",
        "5/1/2024",
        " 5/1/2024 12:00:00 AM ",
        "APR-2023",
        "Apr-2023",
        "2024-5-1",
    ],
)
def test_what_staging_reads_stays_as_it_came(downloads, value):
    assert months(downloads, value) == [value]


@pytest.mark.parametrize(
    "value",
    [
        "2024-05",
        "2024/05",
        "05/2024",
        "5.2024",
        "202405",
        "20240501",
        "2024/5/1",
        "2024.05.01",
        "May 2024",
        "may 2024",
        "MAY-24",
        "May-24",
        "May, 2024",
        "2024-May",
        "1-May-2024",
        "01 May 2024",
        "May 1, 2024",
        "Wednesday, May 1, 2024",
        "1-May-24",
        "01.05.2024",
        "1.5.2024 00:00",
        "01-05-2024",
        "01/05/2024",
        "01/05/24",
        "45413",
        "45413.0",
        "2024-05-01T00:00:00.0000000",
        "2024-05-01T00:00:00+00:00",
        "\u00a02024-05-01\u00a0",
        "2024-05-01\t",
    ],
)
def test_every_form_of_a_month(downloads, value):
    assert months(downloads, value) == ["2024-05-01"]


@pytest.mark.parametrize("value", ["soon", "May", "2024-13", "May-01", "31.31.2024x", "13", "2024", "Total"])
def test_what_is_no_month_stays_as_it_came(downloads, value):
    assert months(downloads, value, "2024-05-01") == [value, "2024-05-01"]


@pytest.mark.parametrize("value", ["1 May 2024", "May 1, 2024", "2024/5/1", "20240501", "1-May-2024 10:30", "1 May 24"])
def test_every_form_of_a_day(downloads, value):
    assert days(downloads, value) == ["2024-05-01"]


@pytest.mark.parametrize("value", ["2024-05", "May 2024", "May-24"])
def test_a_month_is_no_day(downloads, value):
    assert days(downloads, value) == [value]


@pytest.mark.parametrize(
    ("read", "values", "expected"),
    [
        pytest.param(months, ["01/05/2024", "01/06/2024"], ["2024-05-01", "2024-06-01"], id="every first part is 1"),
        pytest.param(months, ["01/05/2024"], ["2024-05-01"], id="one month alone"),
        pytest.param(months, [" 1/5/2024 00:00:00"], ["2024-05-01"], id="with a time"),
        pytest.param(months, ["31/05/2024", "30/06/2024"], ["2024-05-31", "2024-06-30"], id="a part above 12"),
        pytest.param(days, ["3/4/2024", "31/12/2023"], ["2024-04-03", "2023-12-31"], id="days: a part above 12"),
        pytest.param(
            months, ["01/05/2024", "2024-06-01", "soon"], ["2024-05-01", "2024-06-01", "soon"], id="beside others"
        ),
        pytest.param(months, ["01/05/24", "01/06/24"], ["2024-05-01", "2024-06-01"], id="years of two digits"),
        pytest.param(days, ["03/04/24", "31/12/23"], ["2024-04-03", "2023-12-31"], id="days: years of two digits"),
        pytest.param(days, ["03.04.2024", "05.06.2024"], ["2024-04-03", "2024-06-05"], id="dots are never month first"),
        pytest.param(
            days,
            [*["14/3/2024"] * 20, "12/31/2023"],
            [*["2024-03-14"] * 20, "2023-31-12"],
            id="one of the other order is no day",
        ),
    ],
)
def test_a_column_is_read_day_first_where_its_values_say_so(downloads, read, values, expected):
    assert read(downloads, *values) == expected
    record = downloads.record()
    assert list(record.date_order.values()) == ["dmy"]
    assert "day first" in record.remarks[0]


@pytest.mark.parametrize(
    ("read", "values"),
    [
        pytest.param(months, ["5/1/2024", "6/1/2024"], id="every second part is 1"),
        pytest.param(months, ["5/31/2024", "6/30/2024"], id="a second part above 12"),
        pytest.param(months, ["1/1/2024", "1/1/2023"], id="both orders are one day"),
        pytest.param(days, ["3/4/2024", "12/31/2023"], id="days: a second part above 12"),
        pytest.param(days, ["3/3/2024"], id="days: both orders are one day"),
        # a typing error is set aside, it does not turn the file around
        pytest.param(months, [*["5/1/2024", "6/1/2024"] * 10, "13/1/2024"], id="one month 13 among many"),
        pytest.param(days, [*["3/14/2024"] * 20, "31/12/2023"], id="days: one of the other order among many"),
    ],
)
def test_a_column_is_read_month_first_where_its_values_say_so(downloads, read, values):
    assert read(downloads, *values) == values
    record = downloads.record()
    assert (list(record.date_order.values()), record.remarks) == (["mdy"], [])


@pytest.mark.parametrize(
    ("read", "values"),
    [
        pytest.param(days, ["3/2/2024", "3/5/2024"], id="no part is above 12"),
        pytest.param(days, ["1/5/2024", "1/6/2024"], id="days may all be 1"),
        pytest.param(days, ["3/14/2024", "31/12/2023"], id="days of both orders"),
        pytest.param(as_of, ["5/3/2024", "6/4/2024"], id="any days of months"),
        pytest.param(days, ["01/02/23", "03/04/23"], id="years of two digits"),
    ],
)
def test_two_orders_that_differ_stop_the_build(downloads, monkeypatch, read, values):
    with pytest.raises(Exception, match="PARTNER_CENTER_DATE_ORDER") as raised:
        read(downloads, *values)
    for word in (f"usage {DAY}.csv", *values, "column", "PARTNER_CENTER_DATE_ORDER=dmy", "=mdy"):
        assert word in str(raised.value)
    month_first = read(downloads, *values, date_order="mdy")
    assert read(downloads, *values, date_order="dmy") != month_first
    monkeypatch.setenv("PARTNER_CENTER_DATE_ORDER", "mdy")
    assert read(downloads, *values) == month_first
    monkeypatch.setenv("PARTNER_CENTER_DATE_ORDER", "ymd")
    assert "'ymd'" in downloads.error()


def test_a_month_13_among_few_is_asked_for(downloads):
    """The thirteenth of January, or a typing error?"""
    values = ["5/1/2024", "13/1/2024"]
    downloads.write(csv_text(table(*({"Month": value} for value in values)), ";"))
    assert "PARTNER_CENTER_DATE_ORDER" in downloads.error()
    assert months(downloads, *values, date_order="mdy") == values
    assert months(downloads, *values, date_order="dmy") == ["2024-01-05", "2024-01-13"]


def test_the_setting_does_not_overrule_the_values(downloads):
    assert months(downloads, "5/1/2024", "6/1/2024", date_order="dmy") == ["5/1/2024", "6/1/2024"]


def test_each_file_and_column_has_its_own_order(downloads):
    downloads.write(table({"Month": "5/1/2024"}, {"Month": "6/1/2024"}), f"us {DAY}.csv")
    other = USAGE | {"MPNID": "99100002"}
    downloads.write(table({"Month": "01/05/2024"}, {"Month": "01/06/2024"}, base=other), f"european {DAY}.csv")
    both = {"TrainingCompletionDate": "31/01/2024", "ExpirationDate": "1/31/2025"}
    downloads.write(table(both, base=TRAINING), f"trainings {DAY}.csv")
    orders = {record.source_file: record.date_order for record in downloads.take().records}
    assert orders == {
        f"us {DAY}.csv": {"Month": "mdy"},
        f"european {DAY}.csv": {"Month": "dmy"},
        f"trainings {DAY}.csv": {"TrainingCompletionDate": "dmy", "ExpirationDate": "mdy"},
    }


def test_true_dates_of_a_workbook(downloads):
    lines = table({}, {})
    lines[1][3], lines[2][3] = datetime(2024, 5, 1), datetime(2024, 6, 1, 10, 30)
    downloads.write_workbook({"Export": lines})
    assert downloads.values("Month") == ["2024-05-01", "2024-06-01 10:30:00"]


def test_every_column_of_the_sources_says_what_it_holds():
    dates = {(dataset.name, column): kind for dataset in datasets() for column, kind in dataset.dates.items()}
    assert dates == {
        ("azure_usage", "Month"): "month",
        ("cpor_m365_usage", "Date"): "month",
        ("training_completions", "TrainingCompletionDate"): "day",
        ("training_completions", "ExpirationDate"): "day",
        ("partner_center_scores", "AsOfDate"): "day_of_month",
    }
    counted = {(dataset.name, column): kind for dataset in datasets() for column, kind in dataset.numbers.items()}
    assert counted == {
        ("azure_usage", "ACR_USD"): "amount",
        ("cpor_m365_usage", "MonthlyActiveUsers"): "count",
        ("cpor_m365_usage", "PaidAvailableUnits"): "count",
        ("partner_center_scores", "Points"): "amount",
    }
    assert [dataset.name for dataset in datasets() if dataset.adds_up] == ["azure_usage"]
    assert {dataset.name: dataset.flags for dataset in datasets() if dataset.flags} == {
        "azure_usage": ("IsACRDuplicateAtPGALevel",)
    }


def test_a_report_of_the_base_row_needs_no_word(downloads):
    downloads.write(table())
    assert downloads.rows()[0] | USAGE == downloads.rows()[0]
    assert downloads.remarks() == ""
