"""What `pip install .` brings: the dbt project with its sample, and every library that the code imports.

A wheel is built and laid into a folder of its own, beside the libraries of this environment: half a minute, without a
network. An empty environment of its own would fetch 250 MB at every run. What it would show beyond this, that no
dependency is forgotten, the second test reads from the imports.
"""

import ast
import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest
from conftest import PROJECT
from packaging.requirements import Requirement

sys.path.insert(0, str(PROJECT / "tests" / "intake"))
from disguise import disguise

PACKAGED = ("models", "macros", "seeds", "analyses", "sample/exports")
PACKAGED += ("tests/generic", "tests/integrity", "tests/macros")
# Modules of another name than what provides them, or of an adapter that may not be installed here.
COME_WITH = {"psycopg2": "dbt-postgres", "dbt": "dbt-core", "yaml": "pyyaml"}


@pytest.fixture(scope="module")
def package(tmp_path_factory) -> Path:
    """The package, installed into a folder that is not this repository."""
    folder = tmp_path_factory.mktemp("package")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    wheel = [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, PROJECT]
    subprocess.run(wheel, check=True, capture_output=True)
    (file,) = folder.glob("*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", folder / "site", file], check=True, capture_output=True)
    return folder / "site"


@pytest.fixture
def run(package, tmp_path):
    """A function that runs the installed command in an empty folder, in which nothing says where the repository is."""
    settings = {name: value for name, value in os.environ.items() if not name.startswith(("PARTNER_", "DBT_"))}
    settings.pop("WAREHOUSE_PATH", None)
    nowhere = {"DBT_PROFILES_DIR": "/nowhere", "PARTNER_SCORE_HOME": "/nowhere", "PYTHONDONTWRITEBYTECODE": "1"}

    def run(*arguments: str) -> SimpleNamespace:
        code = "import partner_score, sys; from partner_score.cli import main\n"
        code += "print(partner_score.__file__); sys.exit(main())"
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            cwd=tmp_path,
            env={**settings, **nowhere, "PYTHONPATH": str(package)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stdout.startswith(str(package))
        return SimpleNamespace(status=done.returncode, output=done.stdout + done.stderr)

    return run


def test_the_package_holds_the_dbt_project(package):
    project = package / "partner_score" / "project"
    assert (project / "dbt_project.yml").exists() and (project / "profiles.yml").exists()
    for folder in PACKAGED:
        wanted = {path.relative_to(PROJECT) for path in (PROJECT / folder).rglob("*") if path.is_file()}
        assert wanted
        assert {path for path in wanted if "__pycache__" not in path.parts} <= {
            path.relative_to(project) for path in (project / folder).rglob("*")
        }
    assert list((package / "partner_score" / "outputs" / "scorecard" / "templates").iterdir())


def contents(folder: Path) -> dict[str, tuple[int, int]]:
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}


def test_it_builds_the_sample_and_then_downloads_from_any_folder(package, run, tmp_path):
    before = contents(package)
    built = run("build")
    assert built.status == 0, built.output
    assert re.search(r"Alder Shield Group .* 72\.00  qualified", built.output)
    shown = run("scorecard")
    assert shown.status == 0, shown.output
    assert (tmp_path / "warehouse.output" / "scorecard" / "index.html").exists()

    disguise(PROJECT / "tests" / "golden" / "clean", tmp_path / "downloads", 1)
    built = run("build", "downloads")
    assert built.status == 0, built.output
    with duckdb.connect(str(tmp_path / "warehouse.duckdb"), read_only=True) as connection:
        assert connection.execute("select count(*) from marts.fct_designation").fetchone()[0] > 0
        assert connection.execute("select is_sample from raw.source_folder").fetchall() == [(False,)]

    assert contents(package) == before
    assert {path.name for path in tmp_path.iterdir()} == {
        ".warehouse.duckdb.building",
        "downloads",
        "warehouse.duckdb",
        "warehouse.exports",
        "warehouse.output",
    }


def test_every_library_that_is_imported_is_required():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    engines = [*project["optional-dependencies"]["postgres"], *project["optional-dependencies"]["spark"]]
    names = {Requirement(text).name.lower() for text in [*project["dependencies"], *engines]}
    providers = importlib.metadata.packages_distributions()
    missing = set()
    for path in (PROJECT / "partner_score").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module] if isinstance(node, ast.ImportFrom) else []
            for top in {module.split(".")[0] for module in modules} - sys.stdlib_module_names - {"partner_score"}:
                found = {COME_WITH.get(top, top), *(name.lower() for name in providers.get(top, []))}
                missing |= {top} if not found & names else set()
    assert not missing


def test_a_room_imports_from_the_rooms_above_it():
    """The rooms of CONTRIBUTING.md, in their order. The command is above nobody, and imports every one."""
    rooms = ("places", "intake", "warehouse", "engines", "simulator", "outputs")
    wrong = []
    for path in (PROJECT / "partner_score").rglob("*.py"):
        room = path.relative_to(PROJECT / "partner_score").parts[0].removesuffix(".py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if room in rooms else ():
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("partner_score"):
                names = [node.module.split(".")[1]] if "." in node.module else [alias.name for alias in node.names]
                allowed = rooms[: rooms.index(room) + 1]
                wrong += [(path.name, name) for name in names if name not in allowed]
    assert not wrong
