"""Point 5: one Parquet file per report, read once, and never a stale one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading

import duckdb
import pytest
from downloads import DAY, PROFILE, TRAINING, Downloads, csv_text, set_day, table

from partner_score.intake import taking, taking_in
from partner_score.intake.sources import datasets
from partner_score.intake.store import default_store
from partner_score.intake.views import export_rows, raw_view
from partner_score.places import PROJECT

OPTIONAL = [dataset.name for dataset in datasets() if dataset.is_optional]


@pytest.fixture
def downloads(tmp_path):
    return Downloads(tmp_path)


@pytest.fixture
def read_files(monkeypatch):
    """The files that are read, by name, since the fixture was made."""
    read: list[str] = []
    take_file, fingerprint_of = taking_in.take_file, taking_in.fingerprint_of
    monkeypatch.setattr(
        taking_in, "take_file", lambda task, name, *rest: (read.append(name), take_file(task, name, *rest))[1]
    )
    monkeypatch.setattr(
        taking_in, "fingerprint_of", lambda path: (read.append(f"# {path.name}"), fingerprint_of(path))[1]
    )
    return read


def settled(downloads: Downloads) -> None:
    """See that no file looks as if it were just being written."""
    for path in downloads.folder.rglob("*"):
        os.utime(path, ns=(1_700_000_000_123_456_789, 1_700_000_000_123_456_789))
    # The status change is of this moment, and clocks of file systems tick every few milliseconds.
    threading.Event().wait(0.03)


def names(downloads: Downloads) -> set[str]:
    """Names in the store."""
    return {path.name for path in downloads.store.iterdir()}


def test_a_file_per_report_with_texts_and_the_source(downloads):
    downloads.write(table())
    file = downloads.record().data_file
    assert file.parent == downloads.store and file.name.startswith(f"azure_usage-{DAY}-")
    columns = dict(duckdb.sql(f"select column_name, column_type from (describe from '{file}')").fetchall())
    wanted = datasets()[0].columns
    assert {columns[column] for column in wanted} == {"VARCHAR"}
    assert {"export_date", "source_file", "source_row"} <= columns.keys()


def test_a_file_that_is_taken_in_is_not_read_again(downloads, read_files):
    downloads.write(table())
    downloads.write(table(base=PROFILE), f"profile {DAY}.csv")
    downloads.write("Invoice\n", "invoice.csv")
    settled(downloads)
    first = downloads.rows()
    assert len(read_files) == 3
    assert downloads.rows() == first
    assert len(read_files) == 3


def test_a_touched_file_is_hashed_and_a_changed_one_is_read(downloads, read_files):
    file = downloads.write(table({"MPNID": "1"}))
    settled(downloads)
    downloads.take()
    set_day(file, "2024-01-01")
    downloads.take()
    assert read_files == [file.name, f"# {file.name}"]
    downloads.write(table({"MPNID": "2"}))
    assert downloads.values("MPNID") == ["2"]


def test_a_change_within_a_tick_of_the_clock_is_seen(downloads):
    """The same size and the same time stamp, as after two writes at once."""
    file = downloads.write(table({"MPNID": "1"}))
    downloads.take()
    found = file.stat()
    downloads.write(table({"MPNID": "2"}))
    os.utime(file, ns=(found.st_atime_ns, found.st_mtime_ns))
    assert downloads.values("MPNID") == ["2"]


@pytest.mark.parametrize("name", [f"other {DAY}.csv", f"deeper/usage {DAY}.csv", "usage 2024-07-20.csv"])
def test_a_renamed_moved_or_redated_file_is_not_answered_by_the_old_one(downloads, name):
    file = downloads.write(table())
    downloads.take()
    (downloads.folder / name).parent.mkdir(exist_ok=True)
    file.rename(downloads.folder / name)
    (row,) = downloads.rows()
    assert row["source_file"] == name
    assert str(row["export_date"]) == name[-14:-4]


def test_another_order_of_dates_is_not_answered_by_the_old_one(downloads):
    completed = ({"TrainingCompletionDate": "3/2/2024"}, {"TrainingCompletionDate": "3/5/2024"})
    downloads.write(table(*completed, base=TRAINING))
    wanted = ("TrainingCompletionDate", "training_completions")
    assert downloads.values(*wanted, date_order="mdy") == ["3/2/2024", "3/5/2024"]
    assert downloads.values(*wanted, date_order="dmy") == ["2024-02-03", "2024-05-03"]


def test_a_newer_intake_is_not_answered_by_the_old_one(downloads, monkeypatch, read_files):
    downloads.write(table())
    settled(downloads)
    downloads.take()
    monkeypatch.setattr(taking_in, "intake_version", lambda *_: "newer")
    downloads.take()
    assert len(read_files) == 2


def test_withdrawn_files_leave_the_store(downloads):
    downloads.write(table())
    file = downloads.write(table(base=PROFILE), f"profile {DAY}.csv")
    downloads.take()
    before = names(downloads)
    file.unlink()
    downloads.take(keeps_withdrawn=True)
    assert names(downloads) == before
    intake = downloads.take()
    assert len(names(downloads)) == len(before) - 1
    assert "partner_profile" in intake.missing


def test_an_error_leaves_the_store_as_it_was(downloads):
    downloads.write(table())
    downloads.take()
    before = {path.name: path.read_bytes() for path in downloads.store.iterdir()}
    downloads.write(csv_text(table()).replace("ACR_USD", "Revenue"), f"wrong {DAY}.csv")
    downloads.write(table({"MPNID": "2"}))
    downloads.error()
    after = {path.name: path.read_bytes() for path in downloads.store.iterdir()}
    assert before.items() <= after.items()


def test_a_killed_run_leaves_nothing_half_written(downloads):
    """Killed while it writes: what is in the store is whole, and the next run has all rows."""
    downloads.write(table(*({"MPNID": str(number)} for number in range(20_000))))
    code = (
        "import os, sys, pathlib; from partner_score.intake import copying, taking_in\n"
        "written = copying.Copier._written\n"
        "def die(self, query, target): written(self, query, target); os._exit(9)\n"
        "copying.Copier._written = die\n"
        "taking_in.take_in(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))"
    )
    killed = subprocess.run([sys.executable, "-c", code, downloads.folder, downloads.store], cwd=PROJECT, check=False)
    assert killed.returncode == 9
    assert not [name for name in names(downloads) if name.endswith((".parquet", ".json"))]
    assert len(downloads.rows()) == 20_000


def test_what_a_killed_run_left_is_removed_later(downloads):
    left = downloads.store / "work-1-1" / "0"
    left.mkdir(parents=True)
    (left / "0.csv").write_text("x")
    os.utime(left.parent, (1, 1))
    downloads.write(table())
    downloads.take()
    assert not left.parent.exists()


def test_two_runs_at_once_have_the_same_rows(downloads):
    for number in range(6):
        downloads.write(table(*({"MPNID": f"{number}-{row}"} for row in range(500))), f"{number} {DAY}.csv")
    found, errors = [], []

    def run() -> None:
        try:
            found.append(downloads.rows())
        except Exception as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(found[0]) == 3000 and found[0] == found[1] == found[2]
    assert len([name for name in names(downloads) if name.endswith(".parquet")]) == 6


def test_a_broken_index_costs_no_more_than_time(downloads):
    downloads.write(table())
    downloads.take()
    (downloads.store / "index.json").write_text("{")
    assert len(downloads.rows()) == 1


def test_a_file_that_is_missing_in_the_store_is_written_again(downloads):
    downloads.write(table())
    downloads.record().data_file.unlink()
    assert len(downloads.rows()) == 1


def test_a_file_that_changes_while_it_is_read_stops_the_build(downloads, monkeypatch):
    file = downloads.write(table())
    scan = taking.scan
    monkeypatch.setattr(taking, "scan", lambda *arguments: (file.write_text("more"), scan(*arguments))[1])
    with pytest.raises(Exception, match="changed while it was read|no report|zero"):
        downloads.take()


def test_absent_reports_are_empty_relations_with_the_right_columns(downloads):
    downloads.write(table())
    intake = downloads.take()
    assert intake.missing == ["cpor_m365_usage", "training_completions", "partner_profile", *OPTIONAL]
    for dataset in datasets()[1:]:
        relation = duckdb.sql(raw_view(intake, dataset))
        assert relation.fetchall() == []
        assert relation.columns == [*dataset.columns, "export_date", "source_file", "source_row"]


def test_one_plain_query_reads_all_files_of_the_store(downloads):
    for number in range(3):
        downloads.write(csv_text(table({"MPNID": str(number)}), ",;|"[number]), f"{number} {DAY}.csv")
    assert raw_view(downloads.take(), datasets()[0]).count("read_parquet") == 1


def test_the_store_is_beside_the_warehouse_or_where_the_setting_says(tmp_path, monkeypatch):
    monkeypatch.delenv("PARTNER_SCORE_STORE", raising=False)
    assert default_store(tmp_path / "june.duckdb") == tmp_path / "june.exports"
    monkeypatch.setenv("PARTNER_SCORE_STORE", str(tmp_path / "elsewhere"))
    store = default_store(tmp_path / "june.duckdb")
    assert store.parent == tmp_path / "elsewhere" and store.name.startswith("june-")
    # The start hook in a build into a draft.
    monkeypatch.setenv("PARTNER_SCORE_STORE", str(store))
    monkeypatch.setenv("PARTNER_SCORE_STORE_IS_SHARED", "1")
    assert default_store(tmp_path / "draft.duckdb") == store


def test_two_warehouses_in_one_place_do_not_remove_each_others_files(tmp_path, monkeypatch):
    """Neither of another name nor of the same name in another folder; one that is reached by a link is the same."""
    monkeypatch.setenv("PARTNER_SCORE_STORE", str(tmp_path / "stores"))
    warehouses = [tmp_path / "one" / "june.duckdb", tmp_path / "two" / "june.duckdb", tmp_path / "one" / "may.duckdb"]
    taken = []
    for number, warehouse in enumerate(warehouses):
        (tmp_path / str(number)).mkdir()
        downloads = Downloads(tmp_path / str(number))
        downloads.write(table({"MPNID": str(number)}), f"{number} {DAY}.csv")
        downloads.store = default_store(warehouse)
        taken.append((downloads, downloads.record().data_file))
    for number, (downloads, file) in enumerate(taken):
        assert file.exists()
        assert downloads.record().data_file == file
        assert downloads.values("MPNID") == [str(number)]
    (tmp_path / "one").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "one")
    assert default_store(tmp_path / "link" / "june.duckdb") == default_store(warehouses[0])


def test_a_copy_does_not_change_what_an_export_is(downloads):
    file = downloads.write(table())
    (before,) = export_rows(downloads.take())
    downloads.write(file.read_bytes(), name=f"usage {DAY} (1).csv")
    assert export_rows(downloads.take()) == [before]
    downloads.write(table({"MPNID": "2"}), f"part {DAY}.csv")
    (after,) = export_rows(downloads.take())
    assert after["file_count"] == 2 and after["content_fingerprint"] != before["content_fingerprint"]


@pytest.mark.parametrize("again", ["moved", "copied"])
def test_a_folder_of_exports_may_be_moved(downloads, read_files, again):
    """What is read in place is read where it lies now, without being looked at as a new file."""
    values = {column: f"'{value}'" for column, value in zip(*table(), strict=True)}
    file = downloads.write_parquet("select " + ", ".join(f"{value} as {column}" for column, value in values.items()))
    settled(downloads)
    assert downloads.record().data_file == file
    assert read_files == [file.name]
    if again == "moved":
        downloads.folder = downloads.folder.rename(downloads.folder.with_name("elsewhere"))
    else:
        old, downloads.folder = downloads.folder, downloads.folder.with_name("copy")
        shutil.copytree(old, downloads.folder)
        shutil.rmtree(old)
    assert downloads.record().data_file == downloads.folder / file.name
    assert len(downloads.rows()) == 1
    assert file.name not in read_files[1:]
