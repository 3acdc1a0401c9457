"""Point 2: the day of an export, parts of an export, and what counts once."""

from __future__ import annotations

import zipfile
from datetime import date, datetime

import pytest
from downloads import DAY, PROFILE, USAGE, Downloads, csv_text, packed, set_day, table

from partner_score.intake.days import days_in, export_day
from partner_score.intake.errors import ExportError

TAKEN = date(2024, 6, 20)
LATE = datetime(2026, 1, 1, 12)
TODAY = date(2026, 1, 2)


@pytest.fixture
def downloads(tmp_path):
    return Downloads(tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        "2024-06-20",
        "usage_2024-06-20 (1)",
        "AzureUsage20240620",
        "20240620 1a2b3c",
        "2024_06_20",
        "2024.06.20",
        "20-06-2024",
        "06-20-2024",
        "20 June 2024",
        "20-Jun-2024",
        "June 20, 2024",
        "report_20240620T101500Z",
        "20240620101500",
    ],
)
def test_a_day_in_a_name(name):
    assert days_in(name) == [TAKEN]


@pytest.mark.parametrize(
    "name",
    [
        "report",
        "report (12)",
        "05-06-2024",
        "2024-13-01",
        "20241301",
        "7e06e3f9-28be-4214-822b-855149dc3c0e",
        "ab20240620",
        "3fa920240620",
        "1720240620",
        "20240620ab12",
        "2024",
        "2024-06",
        "19990101",
    ],
)
def test_no_day_in_a_name(name):
    assert days_in(name) == []


@pytest.mark.parametrize(
    ("path", "day", "whence"),
    [
        ("export_date=2024-06-20/2023-01-01.csv", TAKEN, "export_date folder"),
        ("x/azure_usage/export_date=2024-06-20/deep/er/a.csv", TAKEN, "export_date folder"),
        ("2023-01-01/usage 2024-06-20.csv", TAKEN, "file name"),
        ("2023-01-01/20 June 2024/usage.csv", TAKEN, "folder name"),
        ("2024-06-20/downloads/usage.csv", TAKEN, "folder name"),
        ("usage 2024-06-20.zip/usage.csv", TAKEN, "folder name"),
        ("usage.csv", LATE.date(), "file time"),
        ("usage 2099-01-01.csv", LATE.date(), "file time"),
    ],
)
def test_the_day_is_that_of_the_nearest_place_that_says_one(path, day, whence):
    found = export_day(path, LATE, TODAY)
    assert (found.day, found.whence) == (day, whence)
    assert bool(found.remark) == (whence == "file time")


def test_of_two_days_in_a_name_the_last_counts_and_is_said():
    found = export_day("usage 2024-01-01 to 2024-06-20.csv", LATE, TODAY)
    assert found.day == TAKEN and "2 days" in found.remark


@pytest.mark.parametrize("day", ["2024-13-01", "2024-02-30", "20240220", "2024-2-20", "2024-W21-1", "", "latest"])
def test_an_export_folder_that_names_no_day(day):
    with pytest.raises(ExportError, match=f"export_date={day}"):
        export_day(f"azure_usage/export_date={day}/a.csv", LATE, TODAY)


def test_a_time_stamp_is_said_to_be_one(downloads):
    set_day(downloads.write(table(), "usage.csv"), DAY)
    record = downloads.record()
    assert (record.export_date, record.whence) == (TAKEN, "file time")
    assert "time stamp" in record.remarks[0]


def test_a_member_is_as_old_as_itself_or_its_archive(downloads):
    """Whichever is earlier: an archive is written after its members, and some writers stamp members with today."""
    for name, member_day, archive_day in (
        ("a.zip", (2024, 6, 20, 0, 0, 0), "2024-07-01"),
        ("b.zip", (2025, 1, 1, 0, 0, 0), DAY),
    ):
        file = downloads.folder / name
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr(zipfile.ZipInfo("usage.csv", member_day), csv_text(table({"MPNID": name})))
        set_day(file, archive_day)
    assert [record.export_date for record in downloads.take().records] == [TAKEN, TAKEN]


@pytest.mark.parametrize("name", ["usage 2024-01-20.csv", "2024-01-20/usage.csv"])
def test_an_export_of_a_day_before_its_months_stops_the_build(downloads, name):
    downloads.write(table({"Month": "2024-04-01"}, {"Month": "2024-05-01"}), name)
    message = downloads.error()
    for word in (name, "2024-01-20", "2024-05"):
        assert word in message


def test_a_month_that_is_still_running_is_no_error(downloads):
    downloads.write(table({"Month": "2024-06-01"}))
    assert downloads.record().export_date == TAKEN


def test_two_files_of_a_report_and_day_are_parts_of_one_export(downloads):
    downloads.write(table({"MPNID": "1"}), f"a {DAY}.csv")
    downloads.write(table({"MPNID": "2"}), f"b/{DAY}.csv")
    assert downloads.values("MPNID") == ["1", "2"]
    assert downloads.values("export_date") == [TAKEN, TAKEN]


def test_the_same_content_twice_counts_once_and_is_said(downloads):
    text = csv_text(table())
    downloads.write(text, f"report {DAY}.csv")
    downloads.write(text, f"copy of report {DAY}.csv")
    downloads.write(packed(text), f"report {DAY}.csv.gz")
    downloads.write_zip({"report.csv": text.encode()}, f"report {DAY}.zip")
    intake = downloads.take()
    assert [record.source_file for record in intake.records] == [f"report {DAY}.zip/report.csv"]
    assert len(intake.copies) == 3
    assert f"copy of report {DAY}.csv has the same content" in "\n".join(intake.remarks)
    assert len(downloads.rows()) == 1


def test_the_same_rows_in_another_format_count_once(downloads):
    """Saved again by Excel: other bytes, other spellings, the same rows."""
    lines = table(*({"MPNID": str(number), "Month": "2024-05-01"} for number in range(10)))
    downloads.write(lines)
    other = table(*({"MPNID": str(number), "Month": "5/1/2024", "ACR_USD": "12.5"} for number in reversed(range(10))))
    downloads.write(csv_text(other, ";"), f"saved {DAY}.csv")
    downloads.write_workbook({"Sheet1": lines})
    assert len(downloads.rows()) == 10
    assert len(downloads.take().copies) == 2


def overlapping(downloads, count: int, shared: int, base: dict = USAGE) -> None:
    column = "MPNID" if base is USAGE else "MPNId"
    downloads.write(table(*({column: str(n)} for n in range(count)), base=base), f"report {DAY}.csv")
    second = table(*({column: str(n)} for n in range(count - shared, 2 * count - shared)), base=base)
    downloads.write("\ufeff" + csv_text(second, lineterminator="\r\n"), f"report (1) {DAY}.csv")


def test_a_report_that_was_downloaded_twice_stops_the_build(downloads):
    """Restated within the day: the bytes differ, and most of the rows would count twice."""
    overlapping(downloads, 20, 10)
    message = downloads.error()
    for word in (f"report {DAY}.csv", f"report (1) {DAY}.csv", "10 of its 20 rows", "count twice"):
        assert word in message


def test_where_rows_are_not_summed_nothing_counts_twice(downloads):
    overlapping(downloads, 20, 10, PROFILE)
    assert len(downloads.rows("partner_profile")) == 40


def test_some_rows_in_common_may_be_chance(downloads):
    overlapping(downloads, 20, 9)
    assert len(downloads.rows()) == 40
    assert f"9 of its rows are in report {DAY}.csv, too. They count in both" in downloads.remarks()


def test_the_same_few_rows_in_another_format_count_once(downloads):
    downloads.write(table())
    downloads.write_workbook({"Sheet1": table()})
    assert len(downloads.rows()) == 1


# What makes no difference to what a row reports, and how the second file has it.
SAVED_OTHERWISE = {
    "a name that was edited": {"CustomerName": "Contoso GmbH"},
    "an offer that only the API has": {"AI_OfferType": "MS-AZR-0003P"},
    "a flag as Excel writes it": {"IsACRDuplicateAtPGALevel": "FALSE"},
    "fractions of a cent": {"ACR_USD": "33.41666667"},
    "a month by its name": {"Month": "OCT-2023"},
    "ids in another case": {"SubscriptionId": "ABCDEF00-0000-4000-8000-00000000000A"},
}


@pytest.mark.parametrize("change", SAVED_OTHERWISE.values(), ids=SAVED_OTHERWISE)
def test_one_report_saved_otherwise_does_not_count_twice(downloads, change):
    """Counted once where nothing differs, else refused: the files may differ in what the score reads."""
    base = {
        **USAGE,
        "CustomerName": "Contoso",
        "IsACRDuplicateAtPGALevel": "false",
        "ACR_USD": "33.416666666666664",
        "Month": "2023-10-01",
        "SubscriptionId": "abcdef00-0000-4000-8000-00000000000a",
    }
    places = [{"MPNID": str(number)} for number in range(12)]
    downloads.write(table(*places, base=base))
    downloads.write(table(*places, base=base | change), f"saved {DAY}.csv")
    try:
        assert len(downloads.rows()) == 12
    except ExportError as error:
        assert "12 of its 12 rows are in" in str(error)


def test_a_part_of_a_file_beside_it_stops_the_build(downloads):
    """A sheet that a pivot table showed the details on: few rows, and all of them are in the data."""
    lines = [{"MPNID": str(number)} for number in range(30)]
    downloads.write_workbook({"Data": table(*lines), "Detail1": table(*lines[20:29])})
    assert "9 of its 9 rows are in" in downloads.error()


def test_a_month_that_two_files_share_stops_the_build(downloads):
    """January to June, and June to December."""

    def months(first: int, last: int) -> list[dict]:
        return [{"Month": f"2023-{m:02}-01", "MPNID": str(n)} for m in range(first, last + 1) for n in range(6)]

    downloads.write(table(*months(1, 6)))
    downloads.write(table(*months(6, 12)), f"second half {DAY}.csv")
    message = downloads.error()
    assert "All its rows of 2023-06 are in" in message
    assert "count twice" in message


def test_lines_that_cost_nothing_cannot_count_twice(downloads):
    nothing = [{"ServiceLevel4": str(number), "ACR_USD": "0.00"} for number in range(20)]
    downloads.write(table(*nothing[:10], {"MPNID": "1", "ServiceLevel4": "a"}))
    downloads.write(table(*nothing[10:], {"MPNID": "2", "ServiceLevel4": "b"}), f"more {DAY}.csv")
    assert len(downloads.rows()) == 22
    assert "count in both" not in downloads.remarks()


def test_the_day_in_the_name_of_a_workbook_is_that_of_its_sheets(downloads):
    """A sheet named after a day is no export of its own; where the workbook says no day, the sheet's counts."""
    sheets = {"A to M, 31 Dec 2023": table({"MPNID": "1"}), "N to Z": table({"MPNID": "2"})}
    downloads.write_workbook(sheets)
    assert {(record.export_date, record.whence) for record in downloads.take().records} == {(TAKEN, "file name")}
    downloads.write_workbook({"20 June 2024": table(base=PROFILE)}, "profile.xlsx")
    assert downloads.take().of("partner_profile")[0].whence == "sheet name"


def test_sheets_that_all_have_a_day_are_exports_of_their_own(downloads):
    """Downloads of two days, collected in one workbook: the second restates the first."""
    sheets = {
        day: table({"Month": "2024-01-01", "ACR_USD": amount})
        for day, amount in (("2024-02-10", "1"), ("2024-03-10", "2"))
    }
    downloads.write_workbook(sheets)
    assert [(record.export_date.isoformat(), record.whence) for record in downloads.take().records] == [
        ("2024-02-10", "sheet name"),
        ("2024-03-10", "sheet name"),
    ]


def test_lines_that_differ_in_the_meter_alone_are_not_copies(downloads):
    """An export cut in two: the lines of one service cost the same, and their meters differ."""
    lines = [{"ServiceLevel4": f"meter {number}"} for number in range(40)]
    downloads.write(table(*lines[:30]))
    downloads.write(table(*lines[30:]), f"rest {DAY}.csv")
    assert len(downloads.rows()) == 40
    assert downloads.remarks() == ""


def test_usage_of_an_earlier_day_under_a_later_one_is_said(downloads):
    """The later day says that the months in it are over; an older download under that day says so falsely."""
    downloads.write(table(), f"usage {DAY}.csv")
    downloads.write(table(), "usage 2024-07-20.csv")
    assert f"same content as usage {DAY}.csv" in downloads.remarks()
    assert len(downloads.rows()) == 2


def test_a_list_without_months_may_stay_the_same(downloads):
    downloads.write(table(base=PROFILE), f"{DAY}.csv")
    downloads.write(table(base=PROFILE), "2024-07-20.csv")
    assert downloads.remarks() == ""
