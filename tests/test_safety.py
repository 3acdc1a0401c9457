"""Whatever happens to a build, the last good warehouse is still there, and a reader never notices."""

import fcntl
import json
import os
import random
import resource
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest
from conftest import PROJECT, copy_project

sys.path.insert(0, str(PROJECT))
from partner_score.warehouse.swap import SwapError, drafted

EXPORTS = PROJECT / "tests" / "golden" / "clean"
TABLES = ("marts.fct_designation", "marts.fct_metric_score", "marts.fct_metric_track")
# A build with tests, but only of what the scoreboard needs: many are started here.
SCORED = ("--indirect-selection", "cautious", "--select", *("+" + table.split(".")[1] for table in TABLES))
SCORED += ("+dim_partner", "+dim_month", "+dim_ruleset", "+partner_overview", "+audit")
ROWS_OF = "select count(*) || ' rows, ' || coalesce(bit_xor(hash(t)), 0) from {} as t"


def start(warehouse: Path | str, folder: Path, *arguments: str, project: Path = PROJECT):
    """Start `partner-score build`, in a process group of its own, with target and logs in `folder`."""
    environment = {
        **os.environ,
        "WAREHOUSE_PATH": str(warehouse),
        "PARTNER_CENTER_EXPORTS": str(EXPORTS),
        "PARTNER_SCORE_HOME": str(project),
        "DBT_PROFILES_DIR": str(project),
        "PYTHONPATH": str(project),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "partner_score", "build", *arguments],
        env=environment,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def finish(process) -> SimpleNamespace:
    """Wait for a build; its exit status and all that it printed."""
    output, _ = process.communicate(timeout=300)
    return SimpleNamespace(status=process.returncode, output=output)


def build(warehouse: Path | str, folder: Path, *arguments: str, **options) -> SimpleNamespace:
    """Run a whole build."""
    return finish(start(warehouse, folder, *arguments, **options))


def scores(warehouse: Path) -> list[str]:
    """What the marts hold, in short: per table the number of rows and a checksum."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return [connection.execute(ROWS_OF.format(table)).fetchone()[0] for table in TABLES]


def draft_folder(warehouse: Path) -> Path:
    return warehouse.with_name(f".{warehouse.name}.building")


@pytest.fixture(scope="module")
def good(tmp_path_factory) -> SimpleNamespace:
    """A built warehouse, its scores, and how long the build took. Built once: pytest's workers share it."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    warehouse, seconds = shared / "good" / "warehouse.duckdb", shared / "good" / "seconds"
    with (shared / "good.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not seconds.exists():
            warehouse.parent.mkdir()
            started = time.monotonic()
            built = build(warehouse, warehouse.parent, *SCORED)
            assert built.status == 0, built.output
            seconds.write_text(str(time.monotonic() - started))
    return SimpleNamespace(warehouse=warehouse, seconds=float(seconds.read_text()), scores=scores(warehouse))


@pytest.fixture
def live(good, tmp_path) -> Path:
    """A copy of the built warehouse that a test may lose."""
    return Path(shutil.copy(good.warehouse, tmp_path / "warehouse.duckdb"))


@pytest.mark.parametrize("first", [0, 1])
def test_builds_killed_at_ten_moments_leave_the_warehouse(first, live, good, tmp_path):
    """Killed between its first moment and its last, twenty times in all; the next build cleans up by itself."""
    moments = random.Random(first)
    for number in range(first, 20, 2):
        process = start(live, tmp_path, *SCORED)
        time.sleep(good.seconds * (number + moments.random()) / 20)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        assert scores(live) == good.scores
        assert not Path(f"{live}.wal").exists()
    built = build(live, tmp_path, *SCORED)
    assert built.status == 0, built.output
    assert scores(live) == good.scores
    assert [path.name for path in draft_folder(live).iterdir()] == ["lock"]


SWAPPER = """
import shutil, sys
from pathlib import Path
from partner_score.warehouse.swap import drafted
live, *new = map(Path, sys.argv[1:])
while True:
    for path in new:
        with drafted(live, is_empty=True) as draft:
            shutil.copyfile(path, draft.path)
            draft.swap_in()
"""


@pytest.fixture
def two_warehouses(good, tmp_path) -> dict[Path, list[str]]:
    """Two warehouses that differ in every table, and their scores: the built one, and one of earlier months."""
    earlier = Path(shutil.copy(good.warehouse, tmp_path / "earlier.duckdb"))
    with duckdb.connect(str(earlier)) as connection:
        for table in TABLES:
            connection.execute(f"delete from {table} where as_of_month > '2023-12-01'")
    assert not set(scores(earlier)) & set(good.scores)
    return {good.warehouse: good.scores, earlier: scores(earlier)}


def test_swaps_killed_at_twenty_moments_leave_one_warehouse_or_the_other(two_warehouses, live):
    """Nearly all of a build's time is dbt's. This kills where the files are copied, locked and renamed."""
    moments = random.Random(5)
    for _ in range(20):
        process = subprocess.Popen([sys.executable, "-c", SWAPPER, live, *two_warehouses], start_new_session=True)
        time.sleep(0.3 + moments.random() * 0.3)
        os.killpg(process.pid, signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        assert scores(live) in two_warehouses.values()


READER = """
import duckdb, json, sys
from pathlib import Path
live, stop, *queries = sys.argv[1:]
reads, seen = 0, []
while not Path(stop).exists():
    with duckdb.connect(live, read_only=True) as connection:
        read = [connection.execute(query).fetchone()[0] for query in queries]
    reads += 1
    if read not in seen:
        seen.append(read)
print(json.dumps([reads, seen]))
"""


def test_a_reader_sees_one_warehouse_or_the_other_during_ten_builds(two_warehouses, live, good, tmp_path):
    """Two of the builds are whole ones, eight only swap. In every read all three tables are of one warehouse."""
    stop = tmp_path / "stop"
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, live, stop, *(ROWS_OF.format(table) for table in TABLES)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with duckdb.connect(str(live), read_only=True) as kept_open:
        for number in range(10):
            if number in (7, 9):
                built = build(live, tmp_path, *SCORED)
                assert built.status == 0, built.output
            else:
                with drafted(live, is_empty=True) as draft:
                    shutil.copyfile(list(two_warehouses)[(number + 1) % 2], draft.path)
                    draft.swap_in()
                time.sleep(0.3)
        assert [kept_open.execute(ROWS_OF.format(table)).fetchone()[0] for table in TABLES] == good.scores
    stop.touch()
    printed, errors = reader.communicate(timeout=60)
    assert reader.returncode == 0, errors
    reads, seen = json.loads(printed)
    assert sorted(seen) == sorted(two_warehouses.values())
    assert reads > 100


@pytest.fixture
def project(tmp_path) -> Path:
    """A copy of the project that a test may spoil."""
    shutil.copytree(PROJECT / "partner_score", tmp_path / "project" / "partner_score")
    return copy_project(tmp_path / "project")


def test_a_failing_test_refuses_the_build_and_shows_its_rows(good, project, tmp_path):
    folder = tmp_path / "Müller's $HOME"
    folder.mkdir()
    live = Path(shutil.copy(good.warehouse, folder / "warehouse.duckdb"))
    (project / "tests" / "integrity" / "no_partner_at_all.sql").write_text(
        "select pga_mpn_id, 'as $said' as note from {{ ref('dim_partner') }} where pga_mpn_id in ('1000', '1001')"
    )
    before = live.read_bytes()
    refused = build(live, tmp_path, project=project)
    assert refused.status == 1
    assert "Test no_partner_at_all failed: 2 rows." in refused.output
    assert f"{live} is as it was" in refused.output
    assert live.read_bytes() == before
    [command] = [line for line in refused.output.splitlines() if line.startswith(sys.executable)]
    shown = subprocess.run(command, shell=True, cwd="/", capture_output=True, text=True, check=True).stdout
    assert all(text in shown for text in ("1000", "1001", "as $said"))


def test_a_failing_model_refuses_the_build_with_what_dbt_says(live, project, tmp_path):
    (project / "models" / "staging" / "stg_broken.sql").write_text("select no_such_column from (select 1 as a)")
    before = live.read_bytes()
    refused = build(live, tmp_path, "--select", "stg_broken", project=project)
    assert refused.status == 1
    assert "stg_broken" in refused.output and "no_such_column" in refused.output
    assert "Traceback" not in refused.output
    assert live.read_bytes() == before


@pytest.fixture
def disk(request, good, tmp_path):
    """A folder with room for `times` the warehouse: a small disk, or where none can be mounted, a limit on files."""
    room = int(good.warehouse.stat().st_size * request.param)
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={room}", "tmpfs", folder]
    if shutil.which("mount") and subprocess.run(mount, capture_output=True, check=False).returncode == 0:
        yield folder, None
        subprocess.run(["umount", "--lazy", folder], check=True)
    else:
        # The limit is on one file, of which the disk would hold two.
        yield folder, int(room - good.warehouse.stat().st_size)


@pytest.mark.parametrize("disk", [1.5, 2.2], indirect=True, ids=["while copying", "while building"])
def test_a_full_disk_leaves_the_warehouse(disk, good, tmp_path):
    folder, file_bytes = disk
    warehouse = Path(shutil.copy(good.warehouse, folder / "warehouse.duckdb"))
    process = start(warehouse, tmp_path, *SCORED)
    if file_bytes:
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    refused = finish(process)
    assert refused.status == 1, refused.output
    assert any(reason in refused.output for reason in ("No space left", "File too large", "cannot be copied"))
    assert "Traceback" not in refused.output
    assert scores(warehouse) == good.scores


def test_a_second_build_says_so_and_a_stopped_one_leaves_the_warehouse(live, good, tmp_path):
    first = start(live, tmp_path)
    lock = draft_folder(live) / "lock"
    while not (lock.exists() and lock.read_text()):
        time.sleep(0.02)
    second = build(live, tmp_path)
    assert second.status == 1
    assert f"Another build of {live} is running (process {first.pid}, since " in second.output
    os.killpg(first.pid, signal.SIGINT)
    while first.poll() is None:
        try:
            first.wait(timeout=4)
        except subprocess.TimeoutExpired:
            # Python drops an interrupt that comes inside a callback: whoever presses Ctrl-C presses it again
            os.killpg(first.pid, signal.SIGINT)
    stopped = finish(first)
    assert stopped.status
    assert "Stopped" in stopped.output and "Traceback" not in stopped.output
    assert scores(live) == good.scores
    with drafted(live):
        pass


def test_a_link_to_a_file_that_is_not_there_yet(tmp_path, good):
    """A relative path, a link and its target of another name, a missing folder: all at once."""
    target = tmp_path / "disk" / "2024" / "target.duckdb"
    link = tmp_path / "link.duckdb"
    link.symlink_to(target)
    built = build("link.duckdb", tmp_path, *SCORED)
    assert built.status == 0, built.output
    assert link.is_symlink() and target.is_file() and not target.is_symlink()
    assert scores(link) == good.scores
    with duckdb.connect(str(link), read_only=True) as connection:
        # dbt spells out the database in its views.
        assert connection.execute("select count(*) from staging.stg_partner_center__azure_usage").fetchone()[0]


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path):
    (tmp_path / "file").touch()
    refused = build(tmp_path / "file" / "warehouse.duckdb", tmp_path)
    assert refused.status == 1
    assert f"{tmp_path / 'file' / 'warehouse.duckdb'} cannot be written" in refused.output
    assert "Traceback" not in refused.output


def text_file(path: Path) -> None:
    path.write_text("pga,points\n" * 1000, encoding="utf-8")


def other_database(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("create table scores (points)")
    connection.close()


def file_of_a_newer_version(path: Path) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table scores as select 70 as points")
    content = bytearray(path.read_bytes())
    # The version is in the header, and so is a checksum over the rest of it.
    struct.pack_into("<Q", content, 12, 1000)
    checksum = 5381
    for (word,) in struct.iter_unpack("<Q", content[8:4096]):
        checksum ^= word * 0xBF58476D1CE4E5B9 % 2**64
    struct.pack_into("<Q", content, 0, checksum)
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("write", "reason"),
    [
        (text_file, "not a valid DuckDB database"),
        (other_database, "not a valid DuckDB database"),
        (file_of_a_newer_version, "newer version of DuckDB"),
    ],
)
@pytest.mark.parametrize("is_empty", [False, True], ids=["copy", "full refresh"])
def test_a_file_that_is_no_warehouse_is_left_alone(write, reason, is_empty, tmp_path):
    live = tmp_path / "warehouse.duckdb"
    write(live)
    before = live.read_bytes()
    with pytest.raises(SwapError, match=reason), drafted(live, is_empty):
        pass
    assert live.read_bytes() == before


def write_elsewhere(live: Path, then: str) -> subprocess.Popen:
    """Start another program that adds a table, but does not write it into the database file, and then does `then`."""
    code = f"""
import duckdb, os, sys
connection = duckdb.connect(sys.argv[1])
connection.execute("set wal_autocheckpoint = '1TB'")
connection.execute("create table mine as select 1 as a")
print("written", flush=True)
{then}
"""
    return subprocess.Popen(
        [sys.executable, "-c", code, live], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def test_changes_of_a_program_that_died_are_kept_and_not_left_for_the_next_file(live):
    write_elsewhere(live, "os._exit(1)").communicate()
    assert Path(f"{live}.wal").exists()
    with drafted(live) as draft:
        with duckdb.connect(str(draft.path)) as connection:
            assert connection.execute("from mine").fetchall() == [(1,)]
        draft.swap_in()
    assert not Path(f"{live}.wal").exists()
    with duckdb.connect(str(live), read_only=True) as connection:
        assert connection.execute("from mine").fetchall() == [(1,)]


def test_changes_beside_a_removed_file_are_not_applied_to_the_next_one(live, good):
    write_elsewhere(live, "os._exit(1)").communicate()
    live.unlink()
    with drafted(live) as draft:
        shutil.copyfile(good.warehouse, draft.path)
        draft.swap_in()
    assert not Path(f"{live}.wal").exists()
    assert scores(live) == good.scores


def test_a_program_that_is_writing_stops_the_build_and_the_build_stops_it(live):
    writer = write_elsewhere(live, "sys.stdin.read()")
    writer.stdout.readline()
    with pytest.raises(SwapError, match="Another program has"), drafted(live):
        pass
    writer.communicate()
    with drafted(live):
        late = write_elsewhere(live, "")
        assert late.communicate()[0] == "" and late.returncode


def test_an_unfinished_draft_is_not_swapped_in(live, good):
    with pytest.raises(SwapError, match="cannot be completed"), drafted(live) as draft:
        with draft.path.open("r+b") as file:
            file.truncate(8192)
        draft.swap_in()
    with pytest.raises(SwapError, match="cannot be completed"), drafted(live) as draft:
        forgotten = duckdb.connect(str(draft.path))
        draft.swap_in()
    forgotten.close()
    assert scores(live) == good.scores
