"""Whatever goes wrong: nothing half-written is taken for an export, and what may be over soon is tried again."""

import gzip
import os
import resource
import signal
import time
from datetime import date, timedelta
from email.utils import format_datetime

import pytest
from fetching import api_rows, fetching, unsigned  # noqa: F401

from partner_score.fetch.client import ATTEMPTS
from partner_score.intake.errors import ExportError
from partner_score.intake.taking_in import take_in

PROFILE = "partner_profile/export_date=2024-03-01/Profile.csv.gz"
HTML = b"<!DOCTYPE html>\n<html><body>Service unavailable, please try again later.</body></html>\n"
HEADER = b"MPNId,PartnerName,PGAMpnId,PGA_PartnerName,City,Country,HierarchyLevel\r\n"


def fetched(fetching) -> None:
    """Expect a run that brings the profile, and nothing else."""
    told = fetching.run("Profile")
    assert told.status == 0, told.output
    assert list(fetching.exports()) == [PROFILE]
    assert len(gzip.decompress(fetching.exports()[PROFILE]).splitlines()) == 4
    assert not fetching.hidden_files()


def failed(fetching, *words: str, **options) -> None:
    """Expect a run that fails for a reason, and leaves nothing."""
    told = fetching.run("Profile", **options)
    assert told.status == 1
    (reason,) = [line for line in told.output.splitlines() if line.startswith("Profile  failed: ")]
    for word in words:
        assert word in reason
    assert not fetching.exports() and not fetching.hidden_files()


# --- 401 in the middle ---------------------------------------------------------------------------------------------


def test_a_token_that_is_refused_in_the_middle_is_renewed_once(fetching):
    def end_the_hour(request) -> None:
        if request.route == "execution" and not fetching.service.asked("token", "POST"):
            fetching.service.access.clear()

    fetching.service.watch = end_the_hour
    fetched(fetching)
    assert len(fetching.service.asked("token", "POST")) == 1


def test_a_new_token_that_is_refused_too_ends_it(fetching):
    fetching.service.fail("execution", 401, times=99)
    failed(fetching, "refuses a new token", "consent")
    assert len(fetching.service.asked("execution")) == 2
    assert len(fetching.service.asked("token", "POST")) == 1


def test_a_token_is_renewed_each_time_that_it_is_refused(fetching):
    """A run may last longer than two tokens."""
    fetching.service.fail("queries GET", 401)
    fetching.service.fail("execution", 401)
    fetched(fetching)
    assert len(fetching.service.asked("token", "POST")) == 2


# --- 429 -----------------------------------------------------------------------------------------------------------


def test_the_service_says_how_long_to_wait(fetching):
    fetching.service.fail("datasets", 429, Retry_After="37")
    fetched(fetching)
    assert fetching.clock.pauses[0] == 37


def test_the_service_says_until_when_to_wait(fetching):
    until = format_datetime(fetching.clock.now() + timedelta(seconds=90), usegmt=True)
    fetching.service.fail("blob", 429, Retry_After=until)
    fetched(fetching)
    assert 90 - sum(fetching.clock.pauses[:-1]) <= fetching.clock.pauses[-1] <= 90


def test_a_wait_that_is_too_long_is_said_at_once(fetching):
    fetching.service.fail("queries GET", 429, times=99, Retry_After="7200")
    failed(fetching, "120 minutes", "--wait", wait=30)
    assert not fetching.clock.pauses


def test_fewer_requests_without_a_time_is_tried_again_some_times(fetching):
    fetching.service.fail("queries GET", 429, times=99)
    failed(fetching, "(429)", f"{ATTEMPTS} times in a row")
    assert len(fetching.service.asked("queries")) == ATTEMPTS


# --- 500 and dropped connections -----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [500, 503, 0])
@pytest.mark.parametrize("route", ["datasets", "queries GET", "queries POST", "reports POST", "execution", "blob"])
def test_an_error_that_passes_is_waited_for(fetching, route, status):
    fetching.service.fail(route, status, times=3)
    fetched(fetching)
    assert [2, 4, 8] in (fetching.clock.pauses[:3], fetching.clock.pauses[-3:])
    assert len(fetching.service.queries) == len(fetching.service.reports) == 1


@pytest.mark.parametrize("status", [500, 0])
@pytest.mark.parametrize("route", ["queries", "reports"])
def test_what_was_made_before_the_error_is_not_made_twice(fetching, route, status):
    fetching.service.fail(f"{route} POST", status, late=True)
    fetched(fetching)
    assert len(fetching.service.asked(route, "POST")) == 1


@pytest.mark.parametrize(("status", "word"), [(500, "(500)"), (0, "connection was lost")])
@pytest.mark.parametrize("route", ["queries GET", "execution", "blob"])
def test_an_error_that_lasts_ends_it(fetching, route, status, word):
    fetching.service.fail(route, status, times=99)
    failed(fetching, word, f"{ATTEMPTS} times in a row")
    assert len(fetching.service.asked(route.split()[0])) == ATTEMPTS


def test_a_service_that_does_not_answer_at_all_is_one_line(fetching):
    fetching.service.fail("datasets", 0, times=99)
    told = fetching.run()
    assert told.status == 1
    assert told.output.startswith("the connection was lost") and len(told.output.splitlines()) == 1
    assert not fetching.exports()


# --- links ---------------------------------------------------------------------------------------------------------


def expire(fetching, times: int = 1) -> None:
    """Let links expire just before they are opened."""
    fetching.service.link_lives = timedelta(minutes=1)

    def be_late(request) -> None:
        if request.route == "blob" and len(fetching.service.asked("blob")) <= times:
            fetching.clock.time += timedelta(minutes=2)

    fetching.service.watch = be_late


def test_a_link_that_has_expired_is_asked_for_again(fetching):
    expire(fetching)
    fetched(fetching)
    assert len(fetching.service.asked("blob")) == 2
    assert len(fetching.service.asked("reports", "POST")) == 1


def test_a_link_that_is_not_renewed_needs_a_new_report(fetching):
    expire(fetching)
    fetching.service.renews_links = False
    fetched(fetching)
    assert len(fetching.service.asked("reports", "POST")) == 2


def test_links_that_always_expire_end_it(fetching):
    fetching.service.fail("blob", 403, times=99)
    failed(fetching, "opens no more", "3 times in a row")


def test_a_link_without_encryption_is_not_opened(fetching):
    def change(request) -> None:
        for one in fetching.service.executions.values():
            one["reportAccessSecureLink"] = "http://127.0.0.1:9/report.csv?sig=Zk3tS9wQ7LmX2vB8"

    fetching.run("Profile")
    (fetching.folder / PROFILE).unlink()
    fetching.service.watch = change
    failed(fetching, "not one of https")


# --- truncated bodies, pages in place of tables --------------------------------------------------------------------

WHOLE = HEADER + b"10000,Partner 10000,1000,Group 1000,City,Country,1\r\n" * 50
ROWS = HEADER + b"10000,Partner 10000,1000,Group 1000,City,Country,1\r\n10010,Partner 10010,1001,Gro"
SPOILED = {
    "a packed file that ends too early": (gzip.compress(WHOLE, mtime=0)[:-12], {}, "middle of a packed file"),
    "a table that ends in a row": (ROWS, {}, "row 2 has 4 of 7 fields"),
    "a connection that ends too early": (ROWS[:140], {"Content_Length": "4000"}, "connection was lost"),
    "an open quote": (HEADER + b'10000,"Partner,1000,Group,City,Country,1\r\n', {}, "no table"),
    "nothing": (b"", {}, "is empty"),
    "a page": (HTML, {"Content_Type": "text/html"}, "is a page"),
    "a page that says it is a table": (gzip.compress(HTML), {}, "is a page"),
    "an error of the storage": (b'<?xml version="1.0"?><Error><Code>ServerBusy</Code></Error>', {}, "is a page"),
    "another table": (b"MPNId,PartnerName\r\n1,Partner\r\n", {}, "no column PGAMpnId"),
    "a column twice": (HEADER.replace(b"City", b"MPNId,City") + b"1,2,3,4,1,5,6,7\r\n", {}, "a column twice"),
}


@pytest.mark.parametrize("spoiled", SPOILED)
def test_a_spoiled_download_is_made_again(fetching, spoiled):
    body, headers, _ = SPOILED[spoiled]
    fetching.service.fail("blob", 200, body=body, **headers)
    fetched(fetching)


@pytest.mark.parametrize("spoiled", SPOILED)
def test_a_download_that_is_always_spoiled_is_no_export(fetching, spoiled):
    body, headers, word = SPOILED[spoiled]
    fetching.service.fail("blob", 200, times=99, body=body, **headers)
    failed(fetching, word)
    # It is no use to the next run.
    fetching.service.faults.clear()
    fetched(fetching)


@pytest.mark.parametrize(("cut", "is_whole"), [(0, True), (1, True), (2, False), (5, False)])
def test_without_a_length_the_end_of_the_last_line_says_that_a_table_is_whole(fetching, cut, is_whole):
    """A cut in the last field leaves a row of all fields: only the missing line end shows it."""
    fetching.service.is_packed = fetching.service.announces_length = False
    fetching.service.change_table = lambda _, table: table[: len(table) - cut]
    told = fetching.run("Profile")
    assert told.status == (0 if is_whole else 1)
    assert bool(fetching.exports()) == is_whole
    assert is_whole or "breaks off in its last row" in told.output


def test_with_a_length_the_last_line_needs_no_end(fetching):
    fetching.service.is_packed = False
    fetching.service.change_table = lambda _, table: table.rstrip()
    assert fetching.run("Profile").status == 0


@pytest.mark.parametrize("name", [b'"Partner ""A"", Ltd"', rb'"Partner \"A\", Ltd"', b'"Partner\r\nA"'])
def test_quotes_are_doubled_or_escaped(fetching, name):
    fetching.service.change_table = lambda _, table: table.replace(b"Partner 10000", name)
    assert fetching.run("Profile").status == 0


def test_a_page_in_place_of_an_answer_is_asked_for_again(fetching):
    fetching.service.fail("execution", 200, times=2, body=HTML, Content_Type="text/html")
    fetched(fetching)


def test_a_page_in_place_of_every_answer_ends_it(fetching):
    fetching.service.fail("execution", 200, times=99, body=HTML, Content_Type="text/html")
    failed(fetching, "not JSON")


# --- an execution that never completes -----------------------------------------------------------------------------


@pytest.mark.parametrize("shows_pending", [False, True])
def test_a_report_that_is_never_ready_ends_it(fetching, shows_pending):
    fetching.service.never_completes.add("Profile")
    fetching.service.shows_pending = shows_pending
    started = fetching.clock.now()
    failed(fetching, "within 45 minutes", "pending" if shows_pending else "none", wait=45)
    assert timedelta(minutes=45) <= fetching.clock.now() - started < timedelta(minutes=46)
    assert len(fetching.service.asked("execution")) < 50


# --- the disk, and the end of the process --------------------------------------------------------------------------


def test_a_full_disk_fails_what_does_not_fit(fetching):
    """A limit on the size of files stands for the disk: the usage does not fit, the profile does."""
    fetching.service.seconds_to_make = 0
    fetching.service.is_packed = False
    limit = (6000, 6000)
    process = fetching.command(
        *("--dataset", "AzureUsage", "--dataset", "Profile"),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit),
    )
    told = fetching.ended(process)
    assert told.status == 1
    assert "AzureUsage  failed: The download cannot be written" in told.output and "Make room" in told.output
    assert list(fetching.exports()) == ["partner_profile/export_date=2024-03-01/Profile.csv"]
    assert not fetching.hidden_files()


def test_a_run_that_is_killed_during_a_download_leaves_no_export(fetching, tmp_path):
    service = fetching.service
    service.seconds_to_make, service.is_packed, service.seconds_between_blocks = 0, False, 0.05
    process = fetching.command("--dataset", "AzureUsage")
    part = fetching.folder / ".fetch" / "AzureUsage.part"
    until = time.monotonic() + 30
    # Blocks are small, and the file's buffer is not: it shows that the download has begun.
    while not (service.asked("blob") and part.exists()) and time.monotonic() < until:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    assert fetching.ended(process).status == -signal.SIGKILL
    assert part.exists() and not fetching.exports()
    with pytest.raises(ExportError, match="holds no report"):
        take_in(fetching.folder, tmp_path / "store", say=None)
    # The next run takes the report that the killed one asked for, and cleans up.
    service.seconds_between_blocks = 0
    assert fetching.run("AzureUsage").status == 0
    assert list(fetching.exports()) == ["azure_usage/export_date=2024-03-01/AzureUsage.csv"]
    assert not fetching.hidden_files()
    assert len(service.asked("reports", "POST")) == 1


# --- clocks and columns --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("days", [-3, 3])
def test_a_wrong_clock_of_this_machine_dates_no_export(fetching, days):
    fetching.service.skew = timedelta(days=days)
    told = fetching.run("Profile")
    assert told.status == 0, told.output
    assert f"differs from the service's by {3 * 24 * 60} minutes" in told.output
    (name,) = fetching.exports()
    assert f"export_date={date(2024, 3, 1) + timedelta(days=days)}" in name
    # The day's export is there by the service's clock, too.
    assert "there already" in fetching.run("Profile").output


def test_a_clock_that_is_nearly_right_is_not_mentioned(fetching):
    fetching.service.skew = timedelta(minutes=2)
    assert "differs" not in fetching.run("Profile").output


@pytest.mark.parametrize(
    ("name", "kind", "column", "in_project"),
    [
        ("AzureUsage", 1, "ACR_USD", "ACR_USD"),
        ("AzureUsage", 0, "CustomerTenantId", "CustomerTenantId"),
        ("AzureUsage", 0, "AI_OfferType", "AI_OfferType"),
        ("CPORM365Usage", 0, "Date", "Date"),
        ("TrainingCompletions", 0, "MPNId", "MpnId"),
        ("Profile", 0, "PGAMpnId", "PGA_MPNID"),
    ],
)
def test_a_column_that_was_renamed_stops_its_report_before_anything_is_made(fetching, name, kind, column, in_project):
    columns = fetching.service.catalogue[name][kind]
    columns[columns.index(column)] = f"New{column}"
    told = fetching.run(name)
    assert told.status == 1
    assert f"dataset {name} has no column {in_project} any more" in told.output
    assert {one.method for one in fetching.service.requests} == {"GET"}
    assert not fetching.exports()


def test_a_column_of_the_key_that_is_not_needed_may_go(fetching):
    fetching.service.catalogue["AzureUsage"][0].remove("EnrollmentNumber")
    assert fetching.run("AzureUsage").status == 0


def test_a_dataset_that_is_gone_is_said(fetching):
    del fetching.service.catalogue["Profile"]
    failed(fetching, "no dataset Profile any more")


def test_a_header_other_than_the_one_asked_for_is_no_export(fetching):
    fetching.service.change_table = lambda _, table: table.replace(b"PGAMpnId", b"PgaId", 1)
    failed(fetching, "no column PGAMpnId, which was asked for")


# --- roles ---------------------------------------------------------------------------------------------------------


def test_redacted_data_names_the_missing_role(fetching):
    fetching.service.is_redacted = True
    told = fetching.run()
    assert told.status == 1 and "dataRedacted" in told.output and "role Executive report viewer" in told.output
    assert {one.method for one in fetching.service.requests} == {"GET"}


def test_redaction_in_the_middle_names_the_missing_role(fetching):
    def redact(request) -> None:
        fetching.service.is_redacted = request.route == "execution"

    fetching.service.watch = redact
    failed(fetching, "dataRedacted", "role Executive report viewer")


def test_revenue_that_comes_empty_names_the_missing_role(fetching):
    for row in fetching.service.rows["AzureUsage"]:
        row["ACR_USD"] = ""
    told = fetching.run("AzureUsage", "CPORM365Usage")
    assert told.status == 1
    assert "ACR_USD comes back empty in all of 192 rows" in told.output and "Executive report viewer" in told.output
    assert list(fetching.exports()) == ["cpor_m365_usage/export_date=2024-03-01/CPORM365Usage.csv.gz"]
    # With the role, the next run does not take the empty report again.
    fetching.service.rows["AzureUsage"] = api_rows("AzureUsage", date(2024, 3, 1))
    assert fetching.run("AzureUsage").status == 0


def test_revenue_that_is_empty_in_some_rows_is_an_export(fetching):
    for row in fetching.service.rows["AzureUsage"][1:]:
        row["ACR_USD"] = ""
    assert fetching.run("AzureUsage").status == 0


def test_a_refusal_of_access_names_the_role_and_what_the_service_says(fetching):
    fetching.service.fail("reports POST", 403, body=b'{"message": "Not allowed."}')
    failed(fetching, "403: Not allowed", "Executive report viewer")


@pytest.mark.parametrize("route", ["datasets", "queries GET"])
def test_what_the_service_says_of_a_person_is_hidden(fetching, route):
    fetching.service.fail(route, 400, body=b'{"message": "morgan.reader@alder-shield.example, sig=abcdefgh"}')
    told = fetching.run("Profile")
    assert told.status == 1 and "(400: [hidden], sig=[hidden])" in told.output


def test_a_refused_request_says_what_the_service_says(fetching):
    fetching.service.fail("queries POST", 400, body=b'{"message": "Incorrect column name"}')
    failed(fetching, "(400: Incorrect column name)")
    assert len(fetching.service.asked("queries", "POST")) == 1
