"""Point 7: the table of what was done, the progress bar, the dry run, and the rows of raw.intake."""

from __future__ import annotations

import json

import duckdb
import pytest
from downloads import DAY, PROFILE, Downloads, csv_text, set_day, table

from partner_score.intake import taking_in
from partner_score.intake.table import FILES_SHOWN, summarized
from partner_score.intake.views import INTAKE_COLUMNS, intake_rows
from partner_score.warehouse.dbt_plugin import Plugin


@pytest.fixture
def downloads(tmp_path):
    return Downloads(tmp_path)


def table_of(downloads: Downloads, **options) -> str:
    """What is printed."""
    said: list[str] = []
    downloads.take(say=said.append, **options)
    (text,) = said
    return text


def test_the_table_has_file_report_day_whence_rows_and_remarks(downloads):
    set_day(downloads.write(table(base=PROFILE), "profile.csv"), DAY)
    downloads.write(
        csv_text(table({"Month": "01/05/2024", "ACR_USD": "1,5"}, {"Month": "01/06/2024", "ACR_USD": "2"}), ";")
    )
    downloads.write("Invoice\n", "invoice.csv")
    lines = table_of(downloads).split("\n")
    assert lines[0].split() == ["file", "report", "day", "by", "its", "rows"]
    assert lines[1].split() == ["usage", f"{DAY}.csv", "azure_usage", DAY, "file", "name", "2"]
    text = "\n".join(lines)
    for words in (
        "day first",
        "decimal comma",
        "time stamp",
        "invoice.csv: no report",
        "not there: cpor_m365_usage",
        "(optional)",
    ):
        assert words in text


def test_many_files_that_are_left_alone_are_counted(downloads):
    downloads.write(table())
    for number in range(30):
        downloads.write("x\n", f"note {number:02}.txt")
    text = table_of(downloads)
    assert "note 00.txt" in text and "note 29.txt" not in text and "15 more" in text


def test_a_build_shows_what_is_new_or_was_decided(downloads):
    for number in range(3):
        downloads.write(table({"MPNID": f"{number}"}), f"usage {number} {DAY}.csv")
    first = table_of(downloads, show=summarized).split("\n")
    assert first[0] == "3 files of 1 report, 3 of them new."
    assert all(f"usage {number} {DAY}.csv" in "\n".join(first) for number in range(3))
    # nothing new
    again = table_of(downloads, show=summarized)
    assert again.startswith("3 files of 1 report, none of them new.\n`partner-score intake` lists the files")
    assert "usage 0" not in again and "Reports that are not there: " in again
    # one file is new, and of it something was decided: the next build shows it, too
    downloads.write(csv_text(table({"MPNID": "9", "ACR_USD": "1,5"}), ";"), f"nine {DAY}.csv")
    for count in ("1", "none"):
        text = table_of(downloads, show=summarized)
        assert text.startswith(f"4 files of 1 report, {count} of them new.")
        assert f"nine {DAY}.csv" in text and "decimal comma" in text and "usage 0" not in text


def test_of_many_new_files_a_build_shows_their_number(downloads):
    for number in range(FILES_SHOWN + 1):
        downloads.write(csv_text(table({"MPNID": f"{number}", "ACR_USD": "1,5"}), ";"), f"usage {number} {DAY}.csv")
    text = table_of(downloads, show=summarized)
    assert text.startswith(f"{FILES_SHOWN + 1} files of 1 report, {FILES_SHOWN + 1} of them new.")
    assert "by its" not in text and "audit.intake" in text
    # every decision is told
    assert text.count("decimal comma") == FILES_SHOWN + 1


@pytest.mark.parametrize("is_slow", [True, False])
def test_a_progress_bar_above_two_seconds(downloads, monkeypatch, capsys, is_slow):
    downloads.write(table())
    monkeypatch.setattr(taking_in, "SECONDS_BEFORE_PROGRESS", 0 if is_slow else 1000)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    shown: dict = {}
    bar = taking_in.tqdm
    monkeypatch.setattr(taking_in, "tqdm", lambda **options: bar(**shown | options | {"disable": False}))
    downloads.take()
    assert ("Reading exports" in capsys.readouterr().err) == is_slow


def test_a_dry_run_says_all_and_writes_nothing(downloads):
    downloads.write(csv_text(table({"ACR_USD": "1,5"}), ";"))
    assert "decimal comma" in table_of(downloads, is_dry_run=True)
    assert not downloads.store.exists()
    downloads.take()
    before = {path.name: path.read_bytes() for path in downloads.store.iterdir()}
    downloads.write(table({"MPNID": "2"}), f"new {DAY}.csv")
    assert "new" in table_of(downloads, is_dry_run=True)
    assert {path.name: path.read_bytes() for path in downloads.store.iterdir()} == before


def test_a_dry_run_refuses_what_a_build_refuses(downloads):
    downloads.write(table({"ACR_USD": "1,234"}))
    assert "ACR_USD" in downloads.error(is_dry_run=True)


def test_raw_intake_has_a_row_per_file(downloads):
    downloads.write_zip(
        {"usage.csv": csv_text(table({"Month": "01/05/2024"}, {"Month": "01/06/2024"}), ";").encode("utf-16")}
    )
    downloads.write_workbook({"Export": table(base=PROFILE)}, f"profile {DAY}.xlsx")
    rows = intake_rows(downloads.take())
    assert [list(row) for row in rows] == [list(INTAKE_COLUMNS)] * 2
    usage, profile = rows
    shown = {name: usage[name] for name in INTAKE_COLUMNS if name not in ("remarks", "content_fingerprint")}
    assert shown == {
        "source_file": f"usage {DAY}.zip/usage.csv",
        "dataset": "azure_usage",
        "export_date": DAY,
        "whence": "folder name",
        "format": "zip csv",
        "encoding": "utf-16",
        "delimiter": ";",
        "date_order": "Month dmy",
        "row_count": 2,
    }
    assert "day first" in usage["remarks"] and len(usage["content_fingerprint"]) == 64
    assert (profile["format"], profile["encoding"], profile["remarks"]) == ("xlsx", None, None)


def test_the_sql_function_answers_with_queries_or_an_error(downloads, monkeypatch):
    monkeypatch.setenv("PARTNER_SCORE_STORE", str(downloads.store))
    connection = duckdb.connect()
    Plugin("partner_score", {}).configure_connection(connection)
    ask = "select partner_center_intake(?, '.')"
    downloads.write(table(base=PROFILE), f"profile {DAY}.csv")
    answer = json.loads(connection.execute(ask, [str(downloads.folder)]).fetchall()[0][0])
    assert connection.execute(answer["views"]["partner_profile"]).fetchall()[0][0] == PROFILE["MPNId"]
    assert connection.execute(answer["views"]["azure_usage"]).fetchall() == []
    assert "profile" in answer["said"][0] and len(answer["intake"]) == len(answer["exports"]) == 1
    downloads.write(csv_text(table()).replace("ACR_USD", "Revenue"))
    answer = json.loads(connection.execute(ask, [str(downloads.folder)]).fetchall()[0][0])
    assert "ACR_USD" in answer["error"]
