"""Builds the warehouse beside the live one and swaps it in when every test passed: what `partner-score build` runs."""

from __future__ import annotations

import gc
import os
import re
import shlex
import signal
import subprocess
import sys
import textwrap
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from partner_score.intake.errors import ExportError
from partner_score.intake.store import KEEP_VARIABLE, STORE_VARIABLE, default_store, sweep
from partner_score.intake.table import summarized
from partner_score.intake.taking_in import take_in
from partner_score.places import (
    FOLDER_VARIABLE,
    PROJECT,
    WAREHOUSE_VARIABLE,
    log_folder,
    output_folder,
    tell_dbt,
    warehouse_path,
)
from partner_score.warehouse import data_notes
from partner_score.warehouse.export_changes import changes_in_words, held_exports
from partner_score.warehouse.progress import Progress
from partner_score.warehouse.scenarios_file import scenario_rows, settle_scenarios
from partner_score.warehouse.scoreboard import scoreboard
from partner_score.warehouse.source_folder import (
    CHANGE_VARIABLE,
    SAMPLE,
    Source,
    chosen_source,
    remembered_source,
)
from partner_score.warehouse.swap import Draft, SwapError, drafted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import FrameType

    from dbt.cli.main import dbtRunnerResult

# With one of these a build makes a part of the warehouse, and takes over the rest as it is.
SELECTING_OPTIONS = {"--select", "-s", "--models", "-m", "--exclude", "--resource-type", "--selector"}
# The data test that --allow-rejects leaves out.
REJECTION_TEST = "no_report_is_set_aside_as_a_whole"


# What dbt says of how it came to an error: nothing that a reader of the files can use.
TRACE_LINES = re.compile(r"^\s*> (in macro|called by) .*\n?", re.MULTILINE)
HOOK_HEADING = re.compile(r"^\w+ Error in operation \S+ \(.*\)\n?", re.MULTILINE)


@dataclass(frozen=True)
class BuildOptions:
    """What a build was asked for.

    Attributes:
        ruleset: rule set to show, by id or version, in place of the one in force.
        is_source_changed: whether another folder of exports than before is meant.
        allows_rejects: whether to build though all rows of a report are set aside.
        others: options of `dbt build`.
    """

    ruleset: str | None = None
    is_source_changed: bool = False
    allows_rejects: bool = False
    others: Sequence[str] = ()

    @property
    def is_partial(self) -> bool:
        """Whether a part of the warehouse is built, and the rest taken over as it is."""
        return any(option.partition("=")[0] in SELECTING_OPTIONS for option in self.others)

    @property
    def dbt_options(self) -> list[str]:
        """The options of `dbt build` for all of this."""
        return [*self.others, *(["--exclude", REJECTION_TEST] if self.allows_rejects else [])]

    def settle(self) -> None:
        """Put what the start hook needs to know into the environment, and say where things lie."""
        if self.is_source_changed:
            os.environ[CHANGE_VARIABLE] = "1"
        settle_scenarios()
        tell_dbt()


def choose_folder(remembered: Source | None) -> str:
    """Settle the folder of exports for this process, and for dbt in it, and say which it is.

    Arguments:
        remembered: what the warehouse was built from, if there is one.

    Returns:
        A sentence to print.

    Raises:
        SourceChanged: the folder is another than the one remembered, and nobody said that this is meant.
    """
    source = chosen_source(remembered)
    os.environ[FOLDER_VARIABLE] = source.folder
    if source.is_sample:
        return "Building from the sample, sample/exports ..."
    replaced = ", in place of the sample" if remembered and remembered.is_sample else ""
    return f"Building from {source.folder}{replaced} ..."


def exports_folder() -> Path:
    """The folder of exports that was chosen, or else is asked for: PARTNER_CENTER_EXPORTS, else the shipped sample."""
    return Path(os.path.abspath(os.environ.get(FOLDER_VARIABLE) or SAMPLE))


def build(options: BuildOptions) -> int:
    """Build, test and swap in.

    Arguments:
        options: what was asked for.

    Returns:
        The exit status: 0, 1 when the build is refused, 130 when it is interrupted. With the last two the live
        warehouse is as it was.
    """
    started = time.monotonic()
    warehouse = warehouse_path()
    # A folder of its own: what dbt parsed and keeps there stays valid, because the draft's path is always the same.
    os.environ.setdefault("DBT_TARGET_PATH", str(output_folder() / "build"))
    options.settle()
    try:
        print(choose_folder(remembered_source(warehouse)), flush=True)
        held = held_exports(warehouse)
        with drafted(warehouse, is_empty=not options.is_partial) as draft:
            is_interrupted = _listen_for_ctrl_c()
            # Before dbt, so that what it says of a file is said plainly. The start hook finds everything taken in. What
            # the live warehouse reads stays until it is replaced.
            store = default_store(warehouse)
            os.environ |= {STORE_VARIABLE: str(store), KEEP_VARIABLE: "1"}
            take_in(exports_folder(), store, keeps_withdrawn=True, show=summarized)
            scenario_rows(exports_folder())
            outcome = dbt_build(draft.path, options.dbt_options)
            if is_interrupted():
                raise KeyboardInterrupt
            if not outcome.success:
                raise SwapError(refusal(outcome, draft))
            draft.swap_in()
            sweep(store)
    except KeyboardInterrupt:
        print(f"\nStopped. {_what_stays(warehouse)}", file=sys.stderr)
        return 130
    except (SwapError, ExportError) as error:
        print(f"\n{error}\n\nThe build is refused. {_what_stays(warehouse)}", file=sys.stderr)
        return 1
    changes = changes_in_words(held, held_exports(warehouse))
    if changes:
        print(f"{changes}\n")
    try:
        print(scoreboard(warehouse, options.ruleset))
    except (LookupError, duckdb.Error) as error:
        # A part of the project that was selected may lack what the scoreboard reads.
        print(f"{error}\n\nThe warehouse is built, but its scoreboard cannot be shown.", file=sys.stderr)
        return 1
    print(f"\nWarehouse: {warehouse} (built in {time.monotonic() - started:.0f} s)")
    print("Next: partner-score scorecard writes pages to read, partner-score ask answers questions.")
    return 0


def _listen_for_ctrl_c() -> Callable[[], bool]:
    """Interrupt as Python does, and remember it: some code between us and dbt passes over an interrupt."""
    heard = []

    def interrupt(number: int, frame: FrameType | None) -> None:
        heard.append(number)
        signal.default_int_handler(number, frame)

    signal.signal(signal.SIGINT, interrupt)
    return lambda: bool(heard)


def dbt_build(draft: Path, arguments: list[str]) -> dbtRunnerResult:
    """Run `dbt build` into a draft, without the unit tests, which check the code and not the data.

    dbt runs in this process, so that no signal can end one of two and leave the other writing.
    """
    # What dbt makes stays until it ends: to look for what could be freed takes a twelfth of a small build.
    gc.disable()
    _import_dbt()
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager  # noqa: PLC0415

    os.environ[WAREHOUSE_VARIABLE] = str(draft)
    try:
        # its manifest is for other tools: `dbt build` and `partner-score docs` write it
        options = ["--target", "duckdb", "--exclude-resource-type", "unit_test", "--no-write-json"]
        return run_dbt(["build", *options, *arguments])
    finally:
        # dbt-duckdb keeps the file open until the process ends.
        DuckDBConnectionManager.close_all_connections()
        gc.enable()


def _import_dbt() -> None:
    """Import dbt. Some module in there swallows a Ctrl-C, so one that comes meanwhile is heard afterwards.

    It takes two seconds, and another build must not wait for its answer so long: hence not before.
    """
    heard = []
    usual = signal.signal(signal.SIGINT, lambda *_: heard.append(True))
    try:
        import dbt.adapters.duckdb.connections  # noqa: PLC0415
        import dbt.cli.main  # noqa: F401, PLC0415
    finally:
        signal.signal(signal.SIGINT, usual)
    if heard:
        raise KeyboardInterrupt


def run_dbt(command: list[str]) -> dbtRunnerResult:
    """Run a command of dbt on the project, in this process, logging to the log file alone.

    What the start hook says of the files, such as dates that are read day first, is printed. A terminal is told how far
    dbt is.

    Arguments:
        command: the command and its options.
    """
    from dbt.cli.main import dbtRunner  # noqa: PLC0415

    # Not later than dbt: it changes the current folder.
    os.environ[FOLDER_VARIABLE] = str(exports_folder())
    tell_dbt()
    quietly = ["--log-level", "none", "--log-level-file", "info"]
    place = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
    progress = Progress()

    def print_remark(event) -> None:
        if event.info.name == "JinjaLogInfo":
            progress.end()
            print(event.info.msg, flush=True)

    progress.begin()
    try:
        return dbtRunner(callbacks=[print_remark, progress]).invoke([*quietly, *command, *place])
    finally:
        progress.end()


def refusal(outcome: dbtRunnerResult, draft: Draft) -> str:
    """Say what failed, and of a test the command that shows its rows."""
    text = failures(outcome, lambda sql: _show_command(draft.path, sql), draft.path.parent)
    if any(result.status == "fail" and result.node.name == REJECTION_TEST for result in _results(outcome)):
        with duckdb.connect(str(draft.path), read_only=True) as connection:
            found = data_notes.reports(lambda sql: connection.execute(sql).fetchall())
        text = "\n\n".join([*(report.whole.warning for report in found if report.is_rejected), text])
    if any(result.status == "fail" for result in _results(outcome)):
        text += f"\n\nThe refused warehouse is kept until the next build: {draft.path}"
    return text


def failures(outcome: dbtRunnerResult, show: Callable[[Path], str] = str, folder: Path | None = None) -> str:
    """Say what failed: of a test how many rows, and how to see them; otherwise what dbt says.

    Arguments:
        outcome: what dbt returned.
        show: gives, for the file with a test's query, how to see its rows; the file itself when nothing is given.
        folder: where to write the queries; dbt's target folder when none is given.
    """
    folder = folder or Path(os.environ["DBT_TARGET_PATH"])
    results = _results(outcome)
    paragraphs = [in_plain_words(result.message) for result in results if result.status in ("error", "runtime error")]
    if outcome.exception:
        paragraphs.append(in_plain_words(outcome.exception))
    for result in (result for result in results if result.status == "fail"):
        sql = folder / f"{result.node.alias}.sql"
        sql.write_text(result.node.compiled_code, encoding="utf-8")
        rows = "1 row" if result.failures == 1 else f"{result.failures} rows"
        meaning = f" {result.node.description}" if result.node.description else ""
        paragraphs.append(f"Test {result.node.name} failed: {rows}.{meaning} To see them:\n{show(sql)}")
    return "\n\n".join(paragraphs) or f"dbt failed. Details are in {log_folder() / 'dbt.log'}."


def in_plain_words(message: object) -> str:
    """What dbt says of an error, without its trace of macros and without the name of a hook."""
    text = TRACE_LINES.sub("", HOOK_HEADING.sub("", str(message).strip()))
    return re.sub(r"\n\s*\n", "\n", textwrap.dedent(text)).strip()


def _results(outcome: dbtRunnerResult) -> list:
    return getattr(outcome.result, "results", [])


def _show_command(database: Path, sql: Path) -> str:
    code = "import duckdb, sys; _, database, sql = sys.argv; "
    code += "duckdb.connect(database, read_only=True).sql(open(sql, encoding='utf-8').read()).show(max_rows=1000)"
    command = [sys.executable, "-c", code, str(database), str(sql)]
    return subprocess.list2cmdline(command) if os.name == "nt" else shlex.join(command)


def _what_stays(warehouse: Path) -> str:
    if not os.path.exists(warehouse):
        return "No warehouse is written."
    written = time.strftime("%Y-%m-%d %H:%M", time.localtime(warehouse.stat().st_mtime))
    return f"{warehouse} is as it was (written {written})."
