"""Writes dbt's documentation and the column lineage as pages that open from disk. What `partner-score docs` runs."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from partner_score.places import PROJECT, log_folder, output_folder, warehouse_path

DBT = "dbt.cli.main"
# dbt-colibri has no module to run.
COLIBRI = "import sys; from dbt_colibri.cli.cli import cli; sys.exit(cli())"
# A relation without its database.
SCHEMA_AND_NAME = re.compile(r'(?<![."])"\w+"\."\w+"(?!\.)')


class DocsError(Exception):
    """The documentation cannot be written. The message says why."""


def write() -> int:
    """Write the documentation of the warehouse; return the exit status: 0, or 1 when it cannot be written."""
    warehouse, folder = warehouse_path(), output_folder() / "docs"
    if not warehouse.exists():
        print(f"There is no warehouse {warehouse}. Build it first: partner-score build", file=sys.stderr)
        return 1
    try:
        write_docs(warehouse, folder)
    except (DocsError, OSError) as error:
        print(f"Nothing is written: {error}", file=sys.stderr)
        return 1
    print(f"Documentation:  {folder / 'index.html'}\nColumn lineage: {folder / 'lineage' / 'index.html'}")
    return 0


def write_docs(warehouse: Path, folder: Path) -> None:
    """Write dbt's documentation to `index.html` and the column lineage to `lineage/index.html`.

    Arguments:
        warehouse: a built warehouse file; a copy of it is asked for its columns, since dbt would open it for writing.
        folder: what to write, with dbt's manifest and catalog. It is replaced when everything is written.

    Raises:
        DocsError: dbt or dbt-colibri fails, or finds columns that it cannot follow.
        OSError: there is no room for the copy, or the folder cannot be written.
    """
    with tempfile.TemporaryDirectory() as name:
        draft = Path(name)
        copy = draft / warehouse.name
        shutil.copy(warehouse, copy)
        target = draft / "target"
        options = ("--project-dir", PROJECT, "--profiles-dir", PROJECT, "--log-path", log_folder())
        generate = ("--quiet", "docs", "generate", "--static", "--target-path", target)
        _run("dbt", "-m", DBT, *generate, *options, WAREHOUSE_PATH=copy, PARTNER_SCORE_HOME=draft)
        named = draft / "manifest.json"
        named.write_text(_with_database_names(target / "manifest.json"), encoding="utf-8")
        artifacts = ("--manifest", named, "--catalog", target / "catalog.json")
        docs = draft / "docs"
        generate = ("generate", "--disable-telemetry", "--output-dir", docs / "lineage")
        _run("dbt-colibri", "-c", COLIBRI, *generate, *artifacts)
        for source, written in (("static_index", "index"), ("manifest", "manifest"), ("catalog", "catalog")):
            ending = "html" if written == "index" else "json"
            shutil.copy(target / f"{source}.{ending}", docs / f"{written}.{ending}")
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(docs, folder)


def _with_database_names(manifest: Path) -> str:
    """The manifest with every relation named in full: views leave the database out, and dbt-colibri looks for it."""
    content = json.loads(manifest.read_text(encoding="utf-8"))
    relations = [*content["nodes"].values(), *content["sources"].values()]
    full_names = {
        relation["relation_name"].partition(".")[2]: relation["relation_name"]
        for relation in relations
        if relation.get("relation_name")
    }
    for node in content["nodes"].values():
        if node.get("compiled_code"):
            node["compiled_code"] = SCHEMA_AND_NAME.sub(
                lambda found: full_names.get(found[0], found[0]), node["compiled_code"]
            )
    return json.dumps(content)


def _run(program: str, *arguments: str | Path, **environment: Path) -> None:
    """Run a program of this Python's environment in the project's folder, and name it when it fails."""
    settings = {**os.environ, **{name: str(value) for name, value in environment.items()}}
    command = [sys.executable, *map(str, arguments)]
    done = subprocess.run(command, cwd=PROJECT, env=settings, capture_output=True, text=True, check=False)
    # dbt-colibri ends well although it could not follow a column
    if done.returncode or "[ERROR]" in done.stdout + done.stderr:
        raise DocsError(f"{program} failed.\n{done.stdout}{done.stderr}".strip())
