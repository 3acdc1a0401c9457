"""A run: what is asked for, how it waits, and what it leaves in the folder."""

import csv
import gzip
import io
from datetime import date, timedelta

import pytest
from fake_partner_center import CATALOGUE
from fetching import api_rows, fetching, unsigned  # noqa: F401

from partner_score.fetch.clock import read_time
from partner_score.fetch.queries import chosen_span
from partner_score.intake.taking_in import take_in

AZURE = "azure_usage/export_date=2024-03-01/AzureUsage.csv.gz"
ALL = {
    AZURE,
    "cpor_m365_usage/export_date=2024-03-01/CPORM365Usage.csv.gz",
    "training_completions/export_date=2024-03-01/TrainingCompletions.csv.gz",
    "partner_profile/export_date=2024-03-01/Profile.csv.gz",
}


def table(content: bytes) -> list[dict]:
    """The rows of a packed export."""
    return list(csv.DictReader(io.StringIO(gzip.decompress(content).decode())))


def query(fetching, name: str) -> str:
    """The only query of a dataset."""
    (text,) = [one["query"] for one in fetching.service.queries.values() if f" FROM {name} " in one["query"]]
    return text


def test_a_first_run_brings_every_report_as_far_back_as_it_goes(fetching, tmp_path):
    told = fetching.run()
    assert told.status == 0
    assert set(fetching.exports()) == ALL
    assert not fetching.hidden_files()
    spans = {name: query(fetching, name).rpartition(" ")[2] for name in CATALOGUE if name != "OfficeUsage"}
    assert spans == {
        "AzureUsage": "LAST_2_YEARS",
        "CPORM365Usage": "LAST_1_YEAR",
        "TrainingCompletions": "LIFETIME",
        "Profile": "LIFETIME",
    }
    # A progress line and a line of the summary for each.
    for name in spans:
        assert told.output.count(f"{name}: fetched") == 1
        assert told.output.count(f"\n{name} ") == 1
    # The intake takes them all, the column of offers included.
    intake = take_in(fetching.folder, tmp_path / "store", say=None)
    assert {(one.dataset, one.rows) for one in intake.records} == {
        ("azure_usage", 192),
        ("cpor_m365_usage", 195),
        ("partner_profile", 3),
        ("training_completions", 83),
    }


def test_the_query_has_every_key_column_the_revenue_and_the_offer(fetching):
    fetching.run("AzureUsage")
    columns = query(fetching, "AzureUsage").split()[1].split(",")
    assert columns[-1] == "ACR_USD"
    keys = (
        "PGAMpnId MPNId SubscriptionId Month ServiceLevel1 ServiceLevel2 ServiceLevel3 ServiceLevel4 CustomerTenantId "
    )
    keys += (
        "PartnerAttributionType IsACRDuplicateAtPGALevel IsDuplicateAtMpnLevel IsDuplicateAtPgaAttributionTypeLevel "
    )
    keys += "SalesChannel ResellerID AdminType AI_OfferType"
    assert set(keys.split()) <= set(columns)
    # What is no key would split no row, and may be gone one day.
    assert not {"UsageQuantity", "MonthlySubscriptionLevelACR", "EOU"} & set(columns)
    rows = table(fetching.exports()[AZURE])
    assert {"Trial", "Support", "Benefit Program"} <= {row["AI_OfferType"] for row in rows}
    assert {row["Month"] for row in rows} == {"SEP-2023", "OCT-2023", "NOV-2023", "DEC-2023", "JAN-2024", "FEB-2024"}


@pytest.mark.parametrize(
    ("newest", "expected"),
    [
        # a nightly run: the months that may be restated
        (date(2024, 3, 31), "LAST_3_MONTHS"),
        (date(2024, 4, 1), "LAST_3_MONTHS"),
        # a month later it is four
        (date(2024, 3, 1), "LAST_6_MONTHS"),
        (date(2024, 1, 31), "LAST_6_MONTHS"),
        (date(2023, 12, 31), "LAST_1_YEAR"),
        (date(2021, 1, 1), "LAST_2_YEARS"),
        (None, "LAST_2_YEARS"),
    ],
)
def test_a_later_run_reaches_over_what_came_since_and_may_be_restated(newest, expected):
    today = (
        date(2024, 4, 30) if newest in (date(2024, 3, 1), date(2024, 1, 31), date(2023, 12, 31)) else date(2024, 4, 1)
    )
    if newest == date(2024, 3, 31):
        today = newest
    spans = (
        "LAST_7_DAYS",
        "LAST_1_YEAR",
        "LAST_MONTH",
        "LAST_2_YEARS",
        "LAST_3_MONTHS",
        "LAST_90_DAYS",
        "LAST_6_MONTHS",
    )
    assert chosen_span((*spans, "A_NEW_SPAN"), newest, today) == expected


def test_the_next_month_asks_for_less_and_reports_that_count_whole_come_whole(fetching):
    fetching.run()
    fetching.at(date(2024, 4, 2))
    assert fetching.run().status == 0
    later = [one["query"] for one in list(fetching.service.queries.values())[4:]]
    assert [text.split(" FROM ")[1] for text in later] == [
        "AzureUsage TIMESPAN LAST_6_MONTHS",
        "CPORM365Usage TIMESPAN LAST_6_MONTHS",
    ]
    assert "training_completions/export_date=2024-04-02/TrainingCompletions.csv.gz" in fetching.exports()


def test_a_query_of_the_same_text_is_used_again(fetching):
    fetching.run("Profile")
    fetching.clock.time += timedelta(days=1)
    fetching.run("Profile")
    assert len(fetching.service.asked("queries", "POST")) == 1
    assert len(fetching.service.asked("reports", "POST")) == 2
    # Whoever wrote the same query with other blanks and letters wrote the same query.
    (one,) = fetching.service.queries.values()
    one["query"], one["name"] = one["query"].replace("SELECT ", "select  "), "somebody's own"
    fetching.clock.time += timedelta(days=1)
    fetching.service._table = lambda _: b"MPNId,PartnerName,PGAMpnId,PGA_PartnerName,City,Country,HierarchyLevel\n"
    fetching.run("Profile")
    assert len(fetching.service.asked("queries", "POST")) == 1


def test_a_second_run_on_the_same_day_changes_nothing(fetching):
    fetching.run()
    before = {name: (fetching.folder / name).stat() for name in fetching.exports()}
    contents = fetching.exports()
    fetching.service.requests.clear()
    fetching.clock.time += timedelta(hours=8)
    fetching.service.rows["AzureUsage"] = []
    told = fetching.run()
    assert told.status == 0
    assert told.output.count("there already, export of 2024-03-01") == 8
    assert fetching.exports() == contents
    after = {name: (fetching.folder / name).stat() for name in contents}
    assert {name: (one.st_ino, one.st_mtime_ns) for name, one in after.items()} == {
        name: (one.st_ino, one.st_mtime_ns) for name, one in before.items()
    }
    # It only looks what there is.
    assert {(one.route, one.method) for one in fetching.service.requests} <= {("datasets", "GET"), ("openid", "GET")}


def test_not_found_and_pending_are_not_yet_and_pauses_grow(fetching):
    fetching.service.seconds_to_make = 600
    assert fetching.run("Profile").status == 0
    answers = len(fetching.service.asked("execution"))
    pauses = fetching.clock.pauses
    assert answers == len(pauses) + 1 > 5
    assert pauses == sorted(pauses) and pauses[-1] > 5 * pauses[0] and max(pauses) <= 120
    fetching.clock.pauses.clear()
    fetching.clock.time += timedelta(days=1)
    fetching.service.shows_pending = True
    assert fetching.run("Profile").status == 0
    assert len(fetching.clock.pauses) > 5


@pytest.mark.parametrize("is_packed", [True, False])
def test_a_table_comes_packed_or_not(fetching, is_packed):
    fetching.service.is_packed = is_packed
    assert fetching.run("Profile").status == 0
    ((name, content),) = fetching.exports().items()
    assert name.endswith(".csv.gz" if is_packed else "Profile.csv")
    assert content.startswith(b"\x1f\x8b") == is_packed


def test_no_request_for_a_table_carries_the_token_and_every_other_one_does(fetching):
    fetching.run("Profile")
    assert ["authorization" in one.headers for one in fetching.service.asked("blob")] == [False]
    others = [one for one in fetching.service.requests if one.route not in ("blob", "openid", "token", "device")]
    assert others and all(one.headers["authorization"].startswith("Bearer access.") for one in others)
    assert not [one for one in others if "x-aaduserticket" in one.headers]


def test_the_token_goes_as_a_ticket_too_where_that_is_set(fetching, monkeypatch):
    monkeypatch.setenv("PARTNER_SCORE_USER_TICKET", "1")
    fetching.run("Profile")
    (one,) = fetching.service.asked("datasets")
    assert f"Bearer {one.headers['x-aaduserticket']}" == one.headers["authorization"]


def test_names_in_pascal_case_and_answers_of_many_pages_are_read(fetching):
    fetching.service.has_pascal_case = True
    fetching.service.page_size = 1
    assert fetching.run().status == 0
    assert set(fetching.exports()) == ALL


def test_a_page_at_another_host_gets_no_token(fetching, monkeypatch):
    fetching.service.page_size = 1
    monkeypatch.setattr(type(fetching.service), "address", "https://elsewhere.example")
    told = fetching.run("Profile")
    assert told.status == 1 and "another host" in told.output


def test_one_report_that_fails_does_not_stop_the_others(fetching):
    fetching.service.catalogue["CPORM365Usage"][0].remove("ClaimId")
    fetching.service.never_completes.add("TrainingCompletions")
    told = fetching.run(wait=10)
    assert told.status == 1
    assert set(fetching.exports()) == {AZURE, "partner_profile/export_date=2024-03-01/Profile.csv.gz"}
    summary = told.output.split("\n\n")[-1]
    assert [line.split()[:2] for line in summary.splitlines()] == [
        ["AzureUsage", "fetched:"],
        ["CPORM365Usage", "failed:"],
        ["TrainingCompletions", "failed:"],
        ["Profile", "fetched:"],
    ]


def test_an_error_that_nobody_foresaw_fails_one_report(fetching, tmp_path, monkeypatch):
    def fail(*_, **__) -> None:
        raise ZeroDivisionError("not foreseen by morgan.reader@alder-shield.example")

    monkeypatch.setattr("partner_score.fetch.run.whole_table", fail)
    told = fetching.run("Profile", "AzureUsage")
    assert told.status == 1
    assert told.output.count("ZeroDivisionError: not foreseen by [hidden]") == 2
    log = (tmp_path / "logs" / "error.txt").read_text()
    assert "ZeroDivisionError" in log and "Traceback" in log and "morgan" not in log
    assert not fetching.exports() and not fetching.hidden_files()


def test_a_dry_run_makes_and_writes_nothing(fetching):
    before = sorted(fetching.folder.rglob("*"))
    told = fetching.run(is_dry_run=True)
    assert told.status == 0
    assert "AzureUsage: would be asked for: 29 columns, LAST_2_YEARS" in told.output
    assert told.output.rstrip().endswith("Nothing is asked for or written.")
    assert sorted(fetching.folder.rglob("*")) == before
    assert {one.method for one in fetching.service.requests if one.route != "token"} == {"GET"}
    fetching.service.catalogue["Profile"][0].remove("PGAMpnId")
    assert fetching.run(is_dry_run=True).status == 1


def test_one_dataset_by_either_name(fetching):
    assert fetching.run("profile").status == 0
    assert fetching.run("CPOR_M365_usage").status == 0
    assert {name.partition("/")[0] for name in fetching.exports()} == {"partner_profile", "cpor_m365_usage"}
    told = fetching.run("OfficeUsage")
    assert told.status == 1 and "no dataset OfficeUsage" in told.output and "CPORM365Usage" in told.output


def test_a_run_goes_on_with_what_a_stopped_one_asked_for(fetching):
    fetching.service.never_completes.add("Profile")
    assert fetching.run("Profile", wait=5).status == 1
    fetching.service.never_completes.clear()
    told = fetching.run("Profile")
    assert told.status == 0 and "asked for before, waited for again" in told.output
    assert len(fetching.service.asked("reports", "POST")) == 1
    # An hour later that report is given up.
    fetching.clock.time += timedelta(days=1)
    fetching.service.never_completes.add("Profile")
    fetching.run("Profile", wait=5)
    fetching.service.never_completes.clear()
    fetching.clock.time += timedelta(hours=1)
    assert fetching.run("Profile").status == 0
    assert len(fetching.service.asked("reports", "POST")) == 3


def five_of_others(fetching) -> None:
    """Let five reports be asked for in a minute, by somebody else."""
    fetching.run("Profile")
    (one,) = fetching.service.reports.values()
    for number in range(5):
        fetching.service.reports[str(number)] = one | {
            "reportId": str(number),
            "reportName": "of others",
            "queryId": "x",
        }
    (fetching.folder / "partner_profile/export_date=2024-03-01/Profile.csv.gz").unlink()
    del fetching.service.reports[one["reportId"]]


def test_five_reports_an_hour_are_not_exceeded(fetching):
    five_of_others(fetching)
    fetching.clock.pauses.clear()
    started = fetching.clock.now()
    told = fetching.run("Profile", wait=90)
    assert told.status == 0, told.output
    # It waits for the hour's end instead of being refused.
    assert fetching.clock.now() - started > timedelta(minutes=58)
    assert len(fetching.service.asked("reports", "POST")) == 2


def test_five_reports_an_hour_are_said_when_waiting_is_too_long(fetching):
    five_of_others(fetching)
    fetching.clock.pauses.clear()
    told = fetching.run("Profile", wait=30)
    assert told.status == 1 and "5 reports an hour" in told.output and "after 07:00 UTC" in told.output
    assert len(fetching.service.asked("reports", "POST")) == 1
    assert not fetching.clock.pauses


def test_own_reports_of_the_day_before_are_removed_and_no_other(fetching):
    fetching.run()
    first = dict(fetching.service.reports)
    others = {"x": next(iter(first.values())) | {"reportId": "x", "reportName": "somebody's own"}}
    fetching.service.reports |= others
    fetching.clock.time += timedelta(hours=20)
    fetching.run()
    assert set(first) <= set(fetching.service.reports)
    fetching.clock.time += timedelta(hours=30)
    assert fetching.run().status == 0
    assert not set(first) & set(fetching.service.reports)
    assert "x" in fetching.service.reports and len(fetching.service.reports) > 1


def dated_back(fetching, rows: int) -> str:
    """Go on to the next day, whose reports the service dates back to the first of March; what the run says."""
    fetching.clock.time = fetching.clock.time.replace(day=2) + timedelta(hours=2)
    fetching.service.seconds_to_make = -timedelta(hours=24).total_seconds()
    recent = [row for row in api_rows("AzureUsage", date(2024, 3, 1)) if row["Month"] == "FEB-2024"]
    fetching.service.rows["AzureUsage"] = recent[:rows]
    told = fetching.run("AzureUsage")
    assert told.status == 0, told.output
    return told.output


def test_of_two_exports_of_a_day_the_longer_counts_and_the_other_is_kept_beside(fetching, tmp_path):
    first = dated_back(fetching, rows=10)
    assert f"10 rows, {AZURE}\n" in first
    folder = (fetching.folder / AZURE).parent
    ten = fetching.exports()[AZURE]

    # Shorter: what is there stays.
    assert "kept as azure_usage/export_date=2024-03-01/.replaced-1-AzureUsage.csv.gz" in dated_back(fetching, rows=5)
    assert fetching.exports() == {AZURE: ten}
    assert len(table((folder / ".replaced-1-AzureUsage.csv.gz").read_bytes())) == 5
    # The same again: nothing changes.
    before = (fetching.folder / AZURE).stat()
    assert f"{AZURE}, as before" in dated_back(fetching, rows=10)
    after = (fetching.folder / AZURE).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    # Longer: it takes the place.
    assert "the one of the same day is kept as .replaced-2-AzureUsage.csv.gz" in dated_back(fetching, rows=12)
    assert len(table(fetching.exports()[AZURE])) == 12
    assert (folder / ".replaced-2-AzureUsage.csv.gz").read_bytes() == ten
    # Longer, and in another form.
    fetching.service.is_packed = False
    dated_back(fetching, rows=14)
    assert sorted(path.name for path in folder.iterdir()) == [
        ".replaced-1-AzureUsage.csv.gz",
        ".replaced-2-AzureUsage.csv.gz",
        ".replaced-3-AzureUsage.csv.gz",
        "AzureUsage.csv",
    ]
    # The intake reads one of the four.
    intake = take_in(fetching.folder, tmp_path / "store", say=None)
    assert [(one.source_file.rpartition("/")[2], one.rows) for one in intake.records] == [("AzureUsage.csv", 14)]


def test_a_download_of_the_day_by_hand_counts(fetching):
    by_hand = fetching.folder / "azure_usage" / "export_date=2024-03-01" / "usage.csv"
    by_hand.parent.mkdir(parents=True)
    by_hand.write_text("by hand")
    told = fetching.run("AzureUsage")
    assert told.status == 0 and "there already" in told.output
    assert list(fetching.exports()) == ["azure_usage/export_date=2024-03-01/usage.csv"]
    # Dated back to that day, a report would be summed with it: it is refused.
    fetching.clock.time += timedelta(days=1)
    fetching.service.seconds_to_make = -timedelta(hours=12).total_seconds()
    told = fetching.run("AzureUsage")
    assert told.status == 1 and "already holds usage.csv" in told.output
    assert list(fetching.exports()) == ["azure_usage/export_date=2024-03-01/usage.csv"]
    assert not fetching.hidden_files()


def test_downloads_by_hand_do_not_shorten_the_first_run(fetching):
    by_hand = fetching.folder / "azure_usage" / "export_date=2024-02-20" / "last month only.csv"
    by_hand.parent.mkdir(parents=True)
    by_hand.write_text("by hand")
    assert fetching.run("AzureUsage").status == 0
    assert query(fetching, "AzureUsage").endswith(" LAST_2_YEARS")


def test_a_report_without_rows_is_an_export(fetching, tmp_path):
    fetching.service.rows["CPORM365Usage"] = []
    told = fetching.run()
    assert told.status == 0 and "CPORM365Usage: fetched: 0 rows" in told.output
    intake = take_in(fetching.folder, tmp_path / "store", say=None)
    assert ("cpor_m365_usage", 0) in {(one.dataset, one.rows) for one in intake.records}


def test_an_export_is_of_the_day_on_which_the_service_made_it(fetching):
    # Asked for before midnight, made behind it.
    fetching.clock.time = fetching.clock.time.replace(hour=23, minute=59, second=50)
    assert fetching.run("Profile").status == 0
    assert list(fetching.exports()) == ["partner_profile/export_date=2024-03-02/Profile.csv.gz"]


def test_two_runs_do_not_write_to_one_folder(fetching):
    from partner_score.fetch.keeping import Folder  # noqa: PLC0415

    with Folder(fetching.folder).locked():
        told = fetching.run("Profile")
    assert told.status == 1 and "Another partner-score fetch" in told.output
    assert fetching.run("Profile").status == 0


def test_a_folder_that_is_not_there_is_made(fetching):
    fetching.folder.rmdir()
    assert fetching.run("Profile").status == 0
    assert fetching.exports()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-03-01T23:30:00Z", date(2024, 3, 1)),
        ("2024-03-01T23:30:00", date(2024, 3, 1)),
        ("2024-03-01T23:30:00.1234567Z", date(2024, 3, 1)),
        ("2024-03-01T23:30:00-05:00", date(2024, 3, 2)),
        ("soon", None),
        (None, None),
    ],
)
def test_a_time_of_the_service_is_a_day_in_utc(text, day):
    read = read_time(text)
    assert (read and read.date()) == day
