"""Keeps dbt's manifest from build to build: to parse the project takes longer than to build a small warehouse.

dbt keeps one, too, but drops it whenever the warehouse's path changes, as it does from draft to draft, and reads every
file against it. A kept manifest is used only when nothing differs that parsing reads: the project's files, the
profile, the packages, the name of the database, the environment. Otherwise dbt parses, and nothing is lost but time.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest

FOLDERS = ("models", "seeds", "macros", "tests", "analyses")
PACKAGES = ("dbt-core", "dbt-adapters", "dbt-common", "dbt-duckdb")
# Where dbt writes is no matter of parsing.
OUTPUT_VARIABLES = {"DBT_TARGET_PATH", "DBT_LOG_PATH"}
# Options of `dbt build` that say what is built, not how the project is read.
SELECTING_OPTIONS = {"--full-refresh", "-f", "--select", "-s", "--exclude", "--indirect-selection"}


def is_parsed_alike(arguments: list[str]) -> bool:
    """Whether the project is parsed with these options of `dbt build` as without them.

    Arguments:
        arguments: the options. One that is not known to make no difference, as --vars does, is taken to make one.
    """
    return all(argument in SELECTING_OPTIONS for argument in arguments if argument.startswith("-"))


def parsed(project: Path, database: str, parse: Callable[[], dbtRunnerResult]) -> dbtRunnerResult:
    """The project's manifest, kept or parsed anew and kept from now on.

    Arguments:
        project: the project folder.
        database: name of the database that the relations are to be in.
        parse: runs `dbt parse`.

    Returns:
        What `dbt parse` returns: its result is the manifest, unless parsing failed.
    """
    from dbt.cli.main import dbtRunnerResult  # noqa: PLC0415

    file = project / "target" / "parsed" / f"{database}.msgpack"
    key = _key(project, database)
    if manifest := _kept(file, key):
        return dbtRunnerResult(success=True, result=manifest)
    outcome = parse()
    # A file that was saved in the meantime may have been read as it was or as it is.
    if outcome.success and key == _key(project, database):
        _keep(file, key, outcome.result)
    return outcome


def _key(project: Path, database: str) -> bytes:
    """Hash of all that parsing reads but the environment variables that the project's Jinja asks for."""
    profiles = Path(os.environ.get("DBT_PROFILES_DIR") or project) / "profiles.yml"
    files = [*project.glob("*.yml"), project / ".dbtignore", profiles]
    files += [path for folder in FOLDERS for path in (project / folder).rglob("*") if path.suffix != ".pyc"]
    flags = [(k, v) for k, v in os.environ.items() if k.startswith("DBT_") and k not in OUTPUT_VARIABLES]
    packages = [version(package) for package in PACKAGES]
    digest = hashlib.sha256(repr((str(project), database, sys.version, packages, sorted(flags))).encode())
    for file in sorted(files):
        if file.is_file():
            content = file.read_bytes()
            digest.update(f"{file}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.digest()


def _kept(file: Path, key: bytes) -> Manifest | None:
    """The manifest in a file that was written for this key, is whole, and was parsed in this environment."""
    from dbt.constants import DEFAULT_ENV_PLACEHOLDER  # noqa: PLC0415
    from dbt.contracts.graph.manifest import Manifest  # noqa: PLC0415
    from dbt.parser.manifest import extended_mashumuro_decoder  # noqa: PLC0415

    try:
        content = file.read_bytes()
    except OSError:
        return None
    packed = content[2 * len(key) :]
    if content[: 2 * len(key)] != key + hashlib.sha256(packed).digest():
        return None
    manifest = Manifest.from_msgpack(packed, decoder=extended_mashumuro_decoder)
    read = manifest.env_vars.items()
    return manifest if all(os.environ.get(name, DEFAULT_ENV_PLACEHOLDER) == value for name, value in read) else None


def _keep(file: Path, key: bytes, manifest: Manifest) -> None:
    """Write the manifest beside the file and put it in its place; where nothing can be written, keep nothing."""
    # As dbt writes the one it keeps itself: the pickle of a manifest loses its look-ups.
    from dbt.parser.manifest import extended_mashumaro_encoder  # noqa: PLC0415

    packed = manifest.to_msgpack(extended_mashumaro_encoder)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as written:
            written.write(key + hashlib.sha256(packed).digest() + packed)
        os.replace(written.name, file)
    except OSError:
        return
