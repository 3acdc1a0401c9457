"""Measures a build of big exports against the physical floor: what `make bench` runs, on Linux.

    python benchmarks/bench.py ROWS [--tenants N] [--csv] [--threads 2] [--skip-refresh]

Prints what it measures and which dbt nodes took longest (they run two at a time), and writes the figures into
benchmarks/RESULTS.md, a row per size and a section per machine. Exports are generated once and kept below target/bench.

A full build starts without a warehouse and without what dbt remembers of an earlier run. The refresh is the build that
finds one more export than the build before it: of 36 monthly ones, the last.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parent
PROJECT = BENCHMARKS.parent
GENERATOR = BENCHMARKS / "generate_big.py"
FLOOR = BENCHMARKS / "floor.py"
FLOOR_RUNS = 2
SLOWEST_NODES = 10

RESULTS_HEAD = """# Benchmark results

`make bench ROWS=...` measures and writes this file. Every section is one machine, every row one size of exports:
36 months of usage, an export of six months every third month, 40 partners. Nothing else should run meanwhile.

- **lines**: Azure usage lines of all exports.
- **seconds**, **CPU**: a full build as `make build` runs it, from start to swap, with parsing of the project, five rule
  sets, audit and every test.
- **floor**: one hand-tuned DuckDB script that reads the same files (`floor.py`), best of two; for CSV a bare `read_csv`
  aggregate. **ratio** is seconds by floor.
- **peak**: largest resident memory of the build's process. **warehouse**: size of the file it leaves.
- **refresh**: with as many lines in 36 monthly exports, the build that finds the last one added, by a full build.
"""
COLUMNS = "lines|tenants|format|threads|seconds|CPU s|floor s|ratio|peak MiB|warehouse MiB|µs per line|refresh|measured"
KEY_COLUMNS = 4


@dataclass(frozen=True)
class Run:
    """What a finished process took."""

    seconds: float
    cpu_seconds: float
    peak_mib: float
    output: str


@dataclass(frozen=True)
class Exports:
    """Generated exports: their folder, and how many Azure lines and tenants are in there."""

    folder: Path
    lines: int
    tenants: int


def run(*command: str | Path, **environment: str | Path) -> Run:
    """Run a Python program to its end and measure it. When it fails, print its output and stop.

    Peak memory includes what this process had when it started the other, so nothing big is done in here.
    """
    settings = {**os.environ, **{name: str(value) for name, value in environment.items()}}
    started = time.monotonic()
    program = [sys.executable, *map(str, command)]
    pipe, both = subprocess.PIPE, subprocess.STDOUT
    with subprocess.Popen(program, cwd=PROJECT, env=settings, stdout=pipe, stderr=both, text=True) as process:
        output = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{output}\n{' '.join(map(str, command))} ended with status {process.returncode}")
    return Run(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, output)


def generated(folder: Path, *options: str) -> Exports:
    """Write exports into a folder, unless it has the same ones already."""
    marker = folder / "generated.json"
    wanted = [hashlib.sha256(GENERATOR.read_bytes()).hexdigest(), *options]
    if not marker.exists() or json.loads(marker.read_text())["wanted"] != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        words = run(GENERATOR, folder / "exports", *options).output.split()
        marker.write_text(json.dumps({"wanted": wanted, "lines": int(words[0]), "tenants": int(words[2])}))
    found = json.loads(marker.read_text())
    return Exports(folder / "exports", found["lines"], found["tenants"])


def floor_seconds(exports: Path, is_csv: bool, threads: int) -> float:
    """Seconds of the floor, best of two runs."""
    options = ["--threads", str(threads), *(["--csv"] if is_csv else [])]
    return min(float(run(FLOOR, exports, *options).output.split()[1]) for _ in range(FLOOR_RUNS))


def build(exports: Path, folder: Path, is_full: bool) -> Run:
    """Build the warehouse of a folder, from nothing or on top of what the last build there left."""
    if is_full:
        shutil.rmtree(folder, ignore_errors=True)
    return run(
        *("-m", "partner_score", "build", "--write-json"),
        *(["--full-refresh"] if is_full else []),
        PARTNER_CENTER_EXPORTS=exports,
        WAREHOUSE_PATH=folder / "warehouse.duckdb",
        DBT_TARGET_PATH=folder / "target",
        DBT_LOG_PATH=folder / "logs",
    )


def refresh_seconds(exports: Path, folder: Path) -> tuple[float, float]:
    """Seconds of the build that finds the last usage export added, and of a full build of all of them."""
    stored = folder / "stored"
    shutil.rmtree(stored, ignore_errors=True)
    export_folders = sorted(exports.glob("*/*"))
    last = max(path.name for path in export_folders)
    late = [path for path in export_folders if path.name == last and "usage" in path.parent.name]
    _store([path for path in export_folders if path not in late], stored)
    build(stored, folder / "build", is_full=True)
    _store(late, stored)
    refresh = build(stored, folder / "build", is_full=False)
    return refresh.seconds, build(stored, folder / "build", is_full=True).seconds


def _store(export_folders: list[Path], stored: Path) -> None:
    for path in export_folders:
        link = stored / path.parent.name / path.name
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(path)


def slowest_nodes(target: Path, build_seconds: float) -> str:
    """The dbt nodes that took longest, as a Markdown table, and what the build did outside of all nodes."""
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    results.sort(key=lambda result: result["execution_time"], reverse=True)
    lines = [_row("node", "seconds"), _row("---", "---:")]
    for result in results[:SLOWEST_NODES]:
        kind, _, name, *_ = result["unique_id"].split(".")
        lines.append(_row(f"{kind} {name}", f"{result['execution_time']:.2f}"))
    others = results[SLOWEST_NODES:]
    lines.append(_row(f"{len(others)} others", f"{sum(result['execution_time'] for result in others):.2f}"))

    steps = [step for result in results for step in result["timing"]]
    first = min(datetime.fromisoformat(step["started_at"]) for step in steps)
    last = max(datetime.fromisoformat(step["completed_at"]) for step in steps)
    outside = build_seconds - (last - first).total_seconds()
    return "\n".join(lines) + f"\n\nBefore the first node and after the last: {outside:.2f} s"


def machine() -> str:
    """What the figures depend on besides the exports."""
    cpu_lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    models = {line.split(":", 1)[1].strip() for line in cpu_lines if line.startswith("model name")}
    gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = ", ".join(f"{package} {version(package)}" for package in ("duckdb", "dbt-core", "dbt-duckdb"))
    return (
        f"{os.cpu_count()} cores, {' / '.join(sorted(models)) or platform.machine()}, {gib:.0f} GiB; "
        f"{versions}, Python {platform.python_version()}"
    )


def record(results: Path, section: str, row: str) -> None:
    """Write a row into the section of the results, in the place of an older one of the same size."""
    sections: dict[str, list[str]] = {}
    rows: list[str] = []
    for line in results.read_text(encoding="utf-8").splitlines() if results.exists() else []:
        if line.startswith("## "):
            rows = sections.setdefault(line.removeprefix("## "), [])
        elif line.startswith("| ") and line[2].isdigit():
            rows.append(line)
    rows = sections.setdefault(section, [])
    rows[:] = sorted([old for old in rows if _size(old) != _size(row)] + [row], key=_order)
    names = COLUMNS.split("|")
    head = [_row(*names), _row(*(["---:"] * len(names)))]
    tables = ["\n".join([f"## {name}", "", *head, *rows]) for name, rows in sections.items()]
    results.write_text("\n\n".join([RESULTS_HEAD.rstrip(), *tables]) + "\n", encoding="utf-8")


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _size(row: str) -> list[str]:
    return row.strip("| ").split(" | ")[:KEY_COLUMNS]


def _order(row: str) -> tuple:
    lines, tenants, form, threads = _size(row)
    return form, int(lines.replace(",", "")), int(tenants.replace(",", "")), threads


def main() -> None:
    """Read the command line, measure, print and record."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", type=float, help="Azure lines, for example 5e6")
    parser.add_argument("--tenants", type=float, help="one per 2,000 lines when left out, 500 at least")
    parser.add_argument("--csv", action="store_true", help="exports as CSV rather than Parquet")
    parser.add_argument("--threads", type=int, default=2, help="processors that floor and build may use")
    parser.add_argument("--skip-refresh", action="store_true", help="do not measure the refresh: three builds less")
    parser.add_argument("--folder", type=Path, default=PROJECT / "target" / "bench")
    parser.add_argument("--results", type=Path, default=BENCHMARKS / "RESULTS.md")
    options = parser.parse_args()

    # For every process that is started here. DuckDB asks nothing but this variable how many threads to use.
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: options.threads])
    os.environ["SLURM_CPUS_ON_NODE"] = str(options.threads)
    size = [str(int(options.rows))]
    size += ["--tenants", str(int(options.tenants))] if options.tenants else []
    size += ["--csv"] if options.csv else []
    folder = options.folder.resolve() / "".join(size)

    exports = generated(folder / "quarterly", *size)
    floor = floor_seconds(exports.folder, options.csv, options.threads)
    full = build(exports.folder, folder / "full", is_full=True)
    warehouse_mib = (folder / "full" / "warehouse.duckdb").stat().st_size / 2**20
    refresh = "not measured"
    if not options.skip_refresh:
        monthly = generated(folder / "monthly", *size, "--monthly")
        added, whole = refresh_seconds(monthly.folder, folder / "refresh")
        refresh = f"{added / whole:.2f} ({added:.1f} / {whole:.1f} s)"

    cells = [f"{exports.lines:,}", f"{exports.tenants:,}", "CSV" if options.csv else "Parquet", str(options.threads)]
    cells += [f"{full.seconds:.1f}", f"{full.cpu_seconds:.1f}", f"{floor:.2f}", f"{full.seconds / floor:.2f}"]
    cells += [f"{full.peak_mib:,.0f}", f"{warehouse_mib:,.0f}", f"{full.seconds / exports.lines * 1e6:.2f}"]
    cells += [refresh, time.strftime("%Y-%m-%d")]
    record(options.results, machine(), _row(*cells))
    for name, cell in zip(COLUMNS.split("|"), cells, strict=True):
        print(f"{name:14} {cell}")
    print(f"\n{slowest_nodes(folder / 'full' / 'target', full.seconds)}")


if __name__ == "__main__":
    main()
