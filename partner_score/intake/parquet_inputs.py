"""Looks at reports that are Parquet files, which are read in place where nothing in them has to be rewritten."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from partner_score.intake.errors import refusal
from partner_score.intake.folder import Part
from partner_score.intake.headers import Match, match_header
from partner_score.intake.records import ParquetField
from partner_score.intake.sources import Dataset
from partner_score.intake.sql import identifier, path_list

# Some writers do not mark text as text; and hive_partitioning would turn any folder called a=b into a column.
READ_OPTIONS = "binary_as_string = true, hive_partitioning = false"


@dataclass(frozen=True)
class ParquetReport:
    """A report that is a Parquet file.

    Attributes:
        match: what report it is.
        header: the names of its columns.
        fields: where it keeps each wanted column; None where it does not have it.
    """

    match: Match
    header: list[str]
    fields: tuple[ParquetField | None, ...]


def read_parquet(part: Part, datasets: Iterable[Dataset]) -> ParquetReport | None:
    """Look at the columns of a Parquet file.

    Returns:
        The report; None when it is none.

    Raises:
        ExportError: the file is damaged.
    """
    try:
        found = _columns(part.path)
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise refusal(
            part.source_file, f"is not a whole Parquet file ({reason}). Download or write it again"
        ) from error
    header = [name for name, _ in found]
    match = match_header(header, datasets)
    if match is None:
        return None
    fields = tuple(
        None if position is None else _field(column, *found[position]) for column, position in match.positions.items()
    )
    return ParquetReport(match, header, fields)


def source_of(path: Path) -> str:
    """The rows of a Parquet file that is an input, as a table function of DuckDB."""
    return f"read_parquet({path_list([path])}, {READ_OPTIONS}, file_row_number = true)"


def _columns(path: Path) -> list[tuple[str, str]]:
    """Name and type of the columns."""
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"select name, num_children, coalesce(duckdb_type, 'NESTED') from parquet_schema({path_list([path])})"
        ).fetchall()
        # A file whose end is whole may lack its middle.
        connection.execute(f"from {source_of(path)} limit 1").fetchall()
    return _top_level(iter(rows))


def _top_level(elements: Iterator[tuple[str, int | None, str]]) -> list[tuple[str, str]]:
    """Parquet lists its schema depth first: a root, then every column followed by what is nested in it."""
    _, width, _ = next(elements)
    columns = []
    for _ in range(width or 0):
        name, children, column_type = next(elements)
        columns.append((name, column_type))
        for _ in range(children or 0):
            _skip(elements)
    return columns


def _skip(elements: Iterator[tuple[str, int | None, str]]) -> None:
    _, children, _ = next(elements)
    for _ in range(children or 0):
        _skip(elements)


def _field(column: str, name: str, column_type: str) -> ParquetField:
    expression = identifier(name)
    if column_type == "TIMESTAMP WITH TIME ZONE":
        # Otherwise a month depends on the time zone of the machine that reads it.
        return ParquetField(column, f"make_timestamp(epoch_us({expression}))", "TIMESTAMP")
    if column_type in ("BLOB", "JSON", "NESTED"):
        return ParquetField(column, f"cast({expression} as VARCHAR)", "VARCHAR")
    return ParquetField(column, expression, column_type)
