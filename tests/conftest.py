"""Builds for the tests: each into files of its own, so that tests run side by side."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb
import pytest
from filelock import FileLock

from partner_score.intake.sources import datasets

PROJECT = Path(__file__).resolve().parent.parent
GOLDEN = PROJECT / "tests" / "golden"
DBT = str(Path(sys.executable).with_name("dbt"))
PARSED_DBT = PROJECT / "tests" / "parsed_dbt.py"


@dataclass
class Build:
    """A finished `dbt` call: the warehouse it wrote, its exit status and all that it printed."""

    warehouse: Path
    status: int
    output: str

    def rows(self, sql: str) -> list[tuple]:
        """Rows of a query on the warehouse."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.execute(sql).fetchall()


def report_columns(dataset: str) -> str:
    """The columns of a report as a list for SQL, for tests that write exports of their own."""
    return ", ".join(f'"{column}"' for column in next(one for one in datasets() if one.name == dataset).columns)


def run_dbt(
    *arguments: str, folder: Path, exports: Path | str | None = None, project: Path = PROJECT, variables=None
) -> Build:
    """Run dbt on a project with its warehouse, target and logs in `folder`.

    This project without variables is parsed once for all calls.
    """
    is_parsed_once = project == PROJECT and not variables and "parse" not in arguments
    dbt = [sys.executable, str(PARSED_DBT), str(parsed_project())] if is_parsed_once else [DBT]
    return call_dbt(dbt, *arguments, folder=folder, exports=exports, project=project, variables=variables)


@cache
def parsed_project() -> Path:
    """What dbt keeps of the project when it has parsed it."""
    folder = Path(tempfile.mkdtemp(prefix="parsed"))
    parsed = call_dbt([DBT], "parse", folder=folder)
    assert parsed.status == 0, parsed.output
    return folder / "target" / "partial_parse.msgpack"


def pytest_sessionfinish() -> None:
    """Remove what was parsed, if anything was."""
    if parsed_project.cache_info().currsize:
        shutil.rmtree(parsed_project().parent.parent, ignore_errors=True)


def call_dbt(
    dbt: list[str],
    *arguments: str,
    folder: Path,
    exports: Path | str | None = None,
    project: Path = PROJECT,
    variables=None,
) -> Build:
    """Call a dbt on a project with its warehouse, target and logs in `folder`."""
    warehouse = folder / "warehouse.duckdb"
    environment = {
        **os.environ,
        "WAREHOUSE_PATH": str(warehouse),
        "PARTNER_CENTER_EXPORTS": str(exports or PROJECT / "sample" / "exports"),
        # tests build one warehouse from one folder after the other
        "PARTNER_CENTER_SOURCE_CHANGED": "1",
        "DBT_PROFILES_DIR": str(project),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
        "DBT_USE_COLORS": "false",
    }
    call = [*dbt, *arguments, "--project-dir", str(project), "--vars", json.dumps(variables or {})]
    done = subprocess.run(call, env=environment, cwd=folder, capture_output=True, text=True, check=False)
    return Build(warehouse, done.returncode, done.stdout + done.stderr)


def build(folder: Path, exports: Path | str | None = None, **options) -> Build:
    """Build everything but the unit tests, which one test runs once, and expect success."""
    built = run_dbt(
        "--quiet", "build", "--exclude-resource-type", "unit_test", folder=folder, exports=exports, **options
    )
    assert built.status == 0, built.output
    return built


def make_build(folder: Path, exports: Path, *options: str) -> subprocess.CompletedProcess:
    """Build a warehouse in a folder as `partner-score build` does."""
    environment = {
        **os.environ,
        "WAREHOUSE_PATH": str(folder / "warehouse.duckdb"),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
        "PARTNER_CENTER_EXPORTS": str(exports),
    }
    call = [sys.executable, "-m", "partner_score", "build", *options]
    return subprocess.run(call, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)


def copy_project(folder: Path) -> Path:
    """Copy the project's SQL, seeds and settings, for a test that changes them."""
    for name in ("models", "seeds", "macros", "tests", "analyses"):
        shutil.copytree(
            PROJECT / name, folder / name, ignore=lambda _, names: [n for n in names if not n.endswith(KEPT_ENDINGS)]
        )
    for name in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(PROJECT / name, folder / name)
    return folder


KEPT_ENDINGS = (".sql", ".py", ".yml", ".csv", ".md", *(path.name for path in PROJECT.glob("*/**/") if path.is_dir()))


@pytest.fixture(scope="session")
def sample(tmp_path_factory) -> Build:
    """The shipped sample, built."""
    return build(tmp_path_factory.mktemp("sample"))


@pytest.fixture(scope="session")
def golden(tmp_path_factory, worker_id) -> Callable[[str], Build]:
    """A function that builds a golden case, once for all processes of the run: for tests that only read it."""
    folder = tmp_path_factory.getbasetemp()
    shared = folder if worker_id == "master" else folder.parent

    def built(case: str) -> Build:
        place = shared / "golden" / case
        place.mkdir(parents=True, exist_ok=True)
        finished = place / "finished"
        with FileLock(place / "lock"):
            if not finished.exists():
                build(place, GOLDEN / case)
                finished.touch()
        return Build(place / "warehouse.duckdb", 0, "")

    return built


@pytest.fixture(scope="session")
def manifest() -> dict:
    """dbt's manifest of the project."""
    return json.loads(parsed_project().with_name("manifest.json").read_text(encoding="utf-8"))


@pytest.fixture
def changed_project(tmp_path) -> Path:
    """A copy of the project whose seeds a test may change."""
    folder = tmp_path / "project"
    folder.mkdir()
    return copy_project(folder)
