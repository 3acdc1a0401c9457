"""Builds the warehouse beside the live one and swaps it in when every test passed: what `make build` runs."""

from __future__ import annotations

import os
import shlex
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from partner_score.parsing import is_parsed_alike, parsed
from partner_score.scoreboard import scoreboard
from partner_score.swap import Draft, SwapError, drafted

if TYPE_CHECKING:
    from collections.abc import Callable

    from dbt.cli.main import dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest

PROJECT = Path(__file__).resolve().parent.parent
FULL_REFRESH = {"--full-refresh", "-f"}


def exports_folder() -> Path:
    """The folder of exports: the environment variable PARTNER_CENTER_EXPORTS, else the shipped sample."""
    return Path(os.path.abspath(os.environ.get("PARTNER_CENTER_EXPORTS") or PROJECT / "sample" / "exports"))


def warehouse_path() -> Path:
    """The warehouse file: the environment variable WAREHOUSE_PATH, else warehouse.duckdb in the project."""
    return Path(os.path.abspath(os.environ.get("WAREHOUSE_PATH") or PROJECT / "warehouse.duckdb"))


def main(arguments: list[str]) -> int:
    """Build, test and swap in.

    Arguments:
        arguments: options of `dbt build`. With --full-refresh nothing of the live warehouse is used.

    Returns:
        The exit status: 0, 1 when the build is refused, 130 when it is interrupted. With the last two the live
        warehouse is as it was.
    """
    started = time.monotonic()
    warehouse = warehouse_path()
    print(f"Building from {os.environ.get('PARTNER_CENTER_EXPORTS') or 'sample/exports'} ...", flush=True)
    try:
        with drafted(warehouse, is_empty=bool(FULL_REFRESH & set(arguments))) as draft:
            outcome = dbt_build(draft.path, arguments)
            if isinstance(outcome.exception, KeyboardInterrupt):
                raise outcome.exception
            if not outcome.success:
                raise SwapError(refusal(outcome, draft))
            draft.swap_in()
    except KeyboardInterrupt:
        print(f"\nStopped. {_what_stays(warehouse)}", file=sys.stderr)
        return 130
    except SwapError as error:
        print(f"\n{error}\n\nThe build is refused. {_what_stays(warehouse)}", file=sys.stderr)
        return 1
    print(scoreboard(warehouse))
    print(f"\nWarehouse: {warehouse} (built in {time.monotonic() - started:.0f} s)")
    return 0


def dbt_build(draft: Path, arguments: list[str]) -> dbtRunnerResult:
    """Run `dbt build` into a draft, without the unit tests, which check the code and not the data.

    dbt runs in this process, so that no signal can end one of two and leave the other writing.
    """
    # Importing dbt takes two seconds: another build must not wait for its answer so long, and some module in there
    # swallows a Ctrl-C.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    import dbt.cli.main  # noqa: F401, PLC0415
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager  # noqa: PLC0415

    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})

    os.environ["WAREHOUSE_PATH"] = str(draft)
    on_duckdb = ["--target", "duckdb", "--no-write-json"]
    manifest = None
    try:
        if is_parsed_alike(arguments):
            outcome = parsed(PROJECT, draft.stem, lambda: run_dbt(["parse", *on_duckdb]))
            if not outcome.success:
                return outcome
            manifest = outcome.result
        outcome = run_dbt(["build", *on_duckdb, "--exclude-resource-type", "unit_test", *arguments], manifest)
        # The one file of --write-json that somebody reads: benchmarks/bench.py.
        if hasattr(outcome.result, "results"):
            outcome.result.write(str(_target_folder() / "run_results.json"))
        return outcome
    finally:
        # dbt-duckdb keeps the file open until the process ends.
        DuckDBConnectionManager.close_all_connections()


def run_dbt(command: list[str], manifest: Manifest | None = None) -> dbtRunnerResult:
    """Run a command of dbt on the project, in this process, logging to the log file alone.

    Arguments:
        command: the command and its options.
        manifest: the project as parsed before; without it dbt parses.
    """
    from dbt.cli.main import dbtRunner  # noqa: PLC0415

    # Not later than dbt: it changes the current folder.
    os.environ["PARTNER_CENTER_EXPORTS"] = str(exports_folder())
    quietly = ["--log-level", "none", "--log-level-file", "info"]
    return dbtRunner(manifest).invoke([*quietly, *command, "--project-dir", str(PROJECT)])


def refusal(outcome: dbtRunnerResult, draft: Draft) -> str:
    """Say what failed, and of a test the command that shows its rows."""
    text = failures(outcome, lambda sql: _show_command(draft.path, sql), draft.path.parent)
    if any(result.status == "fail" for result in getattr(outcome.result, "results", [])):
        text += f"\n\nThe refused warehouse is kept until the next build: {draft.path}"
    return text


def failures(outcome: dbtRunnerResult, show: Callable[[Path], str] = str, folder: Path | None = None) -> str:
    """Say what failed: of a test how many rows, and how to see them; otherwise what dbt says.

    Arguments:
        outcome: what dbt returned.
        show: gives, for the file with a test's query, how to see its rows; the file itself when nothing is given.
        folder: where to write the queries; dbt's target folder when none is given.
    """
    folder = folder or _target_folder()
    results = getattr(outcome.result, "results", [])
    paragraphs = [str(result.message).strip() for result in results if result.status in ("error", "runtime error")]
    if outcome.exception:
        paragraphs.append(str(outcome.exception).strip())
    for result in (result for result in results if result.status == "fail"):
        sql = folder / f"{result.node.alias}.sql"
        sql.write_text(result.node.compiled_code, encoding="utf-8")
        rows = "1 row" if result.failures == 1 else f"{result.failures} rows"
        paragraphs.append(f"Test {result.node.name} failed: {rows}. To see them:\n{show(sql)}")
    return "\n\n".join(paragraphs) or "dbt failed. Details are in logs/dbt.log."


def _target_folder() -> Path:
    return Path(os.environ.get("DBT_TARGET_PATH") or PROJECT / "target")


def _show_command(database: Path, sql: Path) -> str:
    code = "import duckdb, sys; _, database, sql = sys.argv; "
    code += "duckdb.connect(database, read_only=True).sql(open(sql).read()).show(max_rows=1000)"
    return shlex.join([sys.executable, "-c", code, str(database), str(sql)])


def _what_stays(warehouse: Path) -> str:
    if not os.path.exists(warehouse):
        return "No warehouse is written."
    written = time.strftime("%Y-%m-%d %H:%M", time.localtime(warehouse.stat().st_mtime))
    return f"{warehouse} is as it was (written {written})."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
