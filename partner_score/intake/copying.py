"""Copies the rows of a report into a Parquet file, by DuckDB's own readers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from partner_score.intake.numbers import DECIMAL_COMMA
from partner_score.intake.parquet_inputs import source_of
from partner_score.intake.records import ParquetField
from partner_score.intake.report_rows import Values
from partner_score.intake.rows import LINE_BREAKS, PlainRows
from partner_score.intake.sources import Dataset
from partner_score.intake.sql import has_row, identifier, path_list, text_literal
from partner_score.intake.texts import Text

# Filters on texts are rare, and bloom filters for them cost time and room.
PARQUET_OPTIONS = "format parquet, compression snappy, write_bloom_filter false"
# DuckDB's share of the 2 GiB that the intake may use, over all connections.
MEMORY_MIB = 1200
BOM = "\ufeff"
# Unicode promises that no text has this character.
BETWEEN_SPELLINGS = "\ufdd2"
# Nothing in a file is guessed or converted.
CSV_OPTIONS = (
    """auto_detect = false, quote = '"', escape = '"', nullstr = '', strict_mode = true, compression = 'none', """
    "hive_partitioning = false"
)


@dataclass(frozen=True)
class Room:
    """What a file may use while it is taken in.

    Attributes:
        work: a folder for what is unpacked and half-written.
        threads: threads for each file.
        at_once: files that are taken in at once.
    """

    work: Path
    threads: int = 1
    at_once: int = 1


@dataclass(frozen=True)
class Copier:
    """Copies the rows of one report.

    Attributes:
        connection: a connection of its own.
        dataset: the report.
        export_date: the day of the export, for every row.
        source_file: the file, for every row.
    """

    connection: duckdb.DuckDBPyConnection
    dataset: Dataset
    export_date: date
    source_file: str

    def text(self, text: Text, target: Path) -> int:
        """Copy a regular CSV file, every line of which is a row. Returns the number of rows.

        The rows follow each other: `first_row` says which number the first has, and `source_row` is left empty.
        """
        names = [f"column_{position}" for position in range(len(text.header))]
        types = ", ".join(f"{name}: 'VARCHAR'" for name in names)
        source = (
            f"read_csv({path_list([text.path])}, columns = {{{types}}}, {CSV_OPTIONS}, header = true, "
            f"delim = {text_literal(text.delimiter)}, skip = {text.lines_above}, parallel = true)"
        )
        positions = text.match.positions.items()
        wanted = {column: names[position] for column, position in positions if position is not None}
        return self._copy(source, wanted, target, first_row=str(text.header_row + 1))

    def has_only_rows(self, text: Text, copied: Path) -> bool:
        """Whether no line of a copied file is blank but for its delimiters, or repeats the header."""
        required = [column for column, is_required in self.dataset.columns.items() if is_required]
        first = (required or list(self.dataset.columns))[0]
        name = text.header[text.match.positions[first]]
        start = f"coalesce(trim({identifier(first)}), '')"
        # One column says it of nearly every file; the others are asked where it is blank.
        has_header, may_be_blank = self.connection.execute(
            f"select coalesce(bool_or({start} = {text_literal(name)}), false), coalesce(bool_or({start} = ''), false) "
            f"from {stored([copied])}"
        ).fetchone()
        # A second header may be of another order, or have a mark of its encoding before it.
        spellings = [mark + one for one in {*text.header, *self.dataset.columns} for mark in ("", BOM)]
        listed = ", ".join(map(text_literal, spellings))
        has_header = has_header or has_row(self.connection, stored([copied]), f"{identifier(first)} in ({listed})")
        if has_header or not (required and may_be_blank):
            return not has_header
        blank = " and ".join(f"coalesce(trim({identifier(column)}), '') = ''" for column in required)
        return not has_row(self.connection, stored([copied]), blank)

    def plain_rows(self, plain: PlainRows, target: Path) -> int:
        """Copy rows that were read one by one. Returns the number of rows."""
        names = {column: f"column_{position}" for position, column in enumerate(plain.columns)}
        types = ", ".join(f"{name}: 'VARCHAR'" for name in names.values())
        wanted = {column: _with_line_breaks(name) for column, name in names.items()} if plain.has_line_breaks else names
        source = (
            f"read_csv({path_list([plain.path])}, columns = {{{types}, source_row: 'BIGINT'}}, {CSV_OPTIONS}, "
            "header = false, delim = ',', parallel = true)"
        )
        return self._copy(source, wanted, target, source_row="source_row")

    def parquet(self, path: Path, fields: tuple[ParquetField | None, ...], target: Path) -> int:
        """Copy a Parquet file whose values have to be rewritten, as text. Returns the number of rows."""
        wanted = {one.name: f"cast({one.read_as} as varchar)" for one in fields if one}
        return self._copy(source_of(path), wanted, target, first_row="1")

    def rewritten(self, raw: Path, values: Values, target: Path) -> int:
        """Copy a file of the store with new texts for some spellings. Returns the number of rows."""
        columns, joins = [], []
        for number, column in enumerate(self.dataset.columns):
            name = f"rows.{identifier(column)}"
            new = values.spellings.get(column)
            if new:
                # As two texts: DuckDB takes a long list a thousand times more slowly. No spelling has the character.
                split = f"unnest(string_split(?, {text_literal(BETWEEN_SPELLINGS)}))"
                self.connection.execute(
                    f"create or replace temp table new_{number} as select {split} as spelling, {split} as text",
                    [BETWEEN_SPELLINGS.join(new), BETWEEN_SPELLINGS.join(new.values())],
                )
                joins.append(f"left join new_{number} on {name} = new_{number}.spelling")
                name = f"coalesce(new_{number}.text, {self._with_point(name, column, values)}) as {identifier(column)}"
            columns.append(name)
        query = (
            f"select {', '.join(columns)}, rows.export_date, rows.source_file, cast(null as integer) as first_row, "
            f"{SOURCE_ROW} as source_row from {stored([raw])} as rows {' '.join(joins)}"
        )
        return self._written(query, target)

    @staticmethod
    def _with_point(name: str, column: str, values: Values) -> str:
        if column not in values.decimal_commas:
            return name
        has_comma = f"regexp_full_match({name}, {text_literal(DECIMAL_COMMA)})"
        return f"case when {has_comma} then replace({name}, ',', '.') else {name} end"

    def _copy(
        self, source: str, wanted: dict[str, str], target: Path, first_row: str = "null", source_row: str = "null"
    ) -> int:
        columns = [
            f"{wanted.get(column, 'cast(null as varchar)')} as {identifier(column)}" for column in self.dataset.columns
        ]
        # An enumeration of one text: the same Parquet column, but the text is hashed once for all rows.
        source_file = text_literal(self.source_file)
        query = (
            f"select {', '.join(columns)}, date '{self.export_date}' as export_date, "
            f"cast({source_file} as enum({source_file})) as source_file, cast({first_row} as integer) as first_row, "
            f"cast({source_row} as bigint) as source_row from {source}"
        )
        return self._written(query, target)

    def _written(self, query: str, target: Path) -> int:
        copied = f"copy ({query}) to {text_literal(str(target))} ({PARQUET_OPTIONS})"
        return self.connection.execute(copied).fetchone()[0]


@contextmanager
def copier(dataset: Dataset, day: date, source_file: str, room: Room) -> Iterator[Copier]:
    """A copier that takes no more than its share of the machine, and keeps rows in the order of the file."""
    with duckdb.connect() as connection:
        connection.execute(f"set threads = {room.threads}")
        connection.execute(f"set memory_limit = '{MEMORY_MIB // room.at_once}MiB'")
        connection.execute(f"set temp_directory = {text_literal(str(room.work))}")
        connection.execute("set preserve_insertion_order = true")
        yield Copier(connection, dataset, day, source_file)


def _with_line_breaks(name: str) -> str:
    """A field of a plain CSV file with its line breaks in it again."""
    for line_break, stand_in in LINE_BREAKS.items():
        name = f"replace({name}, chr({ord(stand_in)}), chr({ord(line_break)}))"
    return name


# Of a file of the store: the rows of a regular file follow each other, those of another one are numbered one by one.
SOURCE_ROW = "coalesce(rows.source_row, rows.file_row_number + rows.first_row)"


def stored(paths: list[Path]) -> str:
    """Files of the store as a table function of DuckDB."""
    return f"read_parquet({path_list(paths)}, hive_partitioning = false, file_row_number = true)"
