"""Which folder of exports a warehouse is built from: it remembers, so that no other takes its place unasked."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import duckdb

from partner_score.intake.errors import ExportError
from partner_score.places import FOLDER_VARIABLE, PROJECT

SAMPLE = PROJECT / "sample" / "exports"
# What the option --source-changed sets, for a start hook that sees the environment alone.
CHANGE_VARIABLE = "PARTNER_CENTER_SOURCE_CHANGED"
HOW_TO_MEAN_IT = (
    f"add --source-changed (with make: make build OPTIONS=--source-changed; for dbt itself, set {CHANGE_VARIABLE}=1)"
)
# The table in which a warehouse remembers, on every engine.
REMEMBERED = "select folder, is_sample from raw.source_folder"


@dataclass(frozen=True)
class Source:
    """A folder of exports.

    Attributes:
        folder: its absolute path; empty when a warehouse is there that does not say what it was built from.
        is_sample: whether it is the sample that the project ships.
    """

    folder: str
    is_sample: bool


# A warehouse of an older version of the project.
UNKNOWN = Source("", False)


class SourceChanged(ExportError):
    """A build would put another folder's figures in the place of a warehouse. The message names both."""


def asked_source() -> Source | None:
    """The folder that the environment asks for; None when it asks for none."""
    asked = os.environ.get(FOLDER_VARIABLE)
    if not asked:
        return None
    return Source(os.path.abspath(asked), os.path.realpath(asked) == os.path.realpath(SAMPLE))


def chosen_source(remembered: Source | None) -> Source:
    """Say which folder to read: the one asked for, else the one remembered, else the sample.

    The sample gives way to any folder that is asked for, since nothing of it is lost.

    Arguments:
        remembered: what the warehouse was built from; UNKNOWN where it does not say, None without a warehouse.

    Raises:
        SourceChanged: the folder is another than the one remembered, and nobody said that this is meant.
    """
    asked = asked_source()
    sample = Source(str(SAMPLE), True)
    if remembered is None or (remembered.is_sample and asked) or os.environ.get(CHANGE_VARIABLE):
        return asked or sample
    if remembered.is_sample:
        # The project may have been moved since.
        return sample
    if asked is None and remembered.folder:
        return remembered
    if asked is None:
        raise SourceChanged(
            f"The warehouse does not say which folder it was built from, and {FOLDER_VARIABLE} is not set: the build "
            f"would put the sample in its place. Set {FOLDER_VARIABLE} to your folder. If the sample is what you want, "
            f"{HOW_TO_MEAN_IT}."
        )
    if not remembered.folder or os.path.realpath(asked.folder) == os.path.realpath(remembered.folder):
        return asked
    name = "the sample" if asked.is_sample else asked.folder
    raise SourceChanged(
        f"The warehouse was built from {remembered.folder}, and this build would put {name} in its place. If you mean "
        f"that, {HOW_TO_MEAN_IT}. Otherwise leave the folder out and unset {FOLDER_VARIABLE}, or name another "
        "warehouse in WAREHOUSE_PATH."
    )


def remembered_source(warehouse: Path) -> Source | None:
    """Say what a DuckDB warehouse was built from; None without a warehouse, or with a file that cannot be read."""
    if not warehouse.exists():
        return None
    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            tables = {name for (name,) in connection.execute(RAW_TABLES).fetchall()}
            if "source_folder" in tables:
                return Source(*connection.execute(REMEMBERED).fetchone())
            return UNKNOWN if "exports" in tables else None
    except duckdb.Error:
        # What is wrong with the file is said where it is opened for the build.
        return None


RAW_TABLES = "select table_name from information_schema.tables where table_schema = 'raw'"
