"""The rows of a report whose values are looked at, and what becomes of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import duckdb

from partner_score.intake.errors import refusal
from partner_score.intake.sources import Dataset
from partner_score.intake.sql import has_row


@dataclass
class Values:
    """What becomes of the values of a report.

    Attributes:
        spellings: per column, the new text of every spelling that has to change.
        decimal_commas: the columns in which all that can only have a decimal comma gets a point.
        date_order: per column of dates the order that was decided.
        months: rows per month as 2024-05, where the report has a column of months.
        remarks: what was decided, a sentence each.
    """

    spellings: dict[str, dict[str, str]] = field(default_factory=dict)
    decimal_commas: set[str] = field(default_factory=set)
    date_order: dict[str, str] = field(default_factory=dict)
    months: dict[str, int] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Rows:
    """The rows whose values are looked at.

    Attributes:
        connection: a connection to read by.
        source: the rows, as a table function of DuckDB.
        texts: per column that is text, the expression that reads it.
        dataset: the report, which says what the columns hold.
        source_file: what errors call the file.
        export_date: the day of the export.
        has_commas_between_fields: whether the file is a text whose fields are separated by commas: a program that
            separates thousands by points does not write such a file.
        cell_texts: of a workbook, per column of numbers the cells that are text, with the number of rows of each; the
            others are true numbers, whose decimals nothing separates. None for every other file.
    """

    connection: duckdb.DuckDBPyConnection
    source: str
    texts: dict[str, str]
    dataset: Dataset
    source_file: str
    export_date: date
    has_commas_between_fields: bool = False
    cell_texts: Mapping[str, Mapping[str, int]] | None = None

    def spellings(self, column: str, condition: str = "true", limit: int | None = None) -> dict[str, int]:
        """Every spelling of a column, with the number of rows that have it."""
        text = self.texts[column]
        at_most = f" limit {limit}" if limit else ""
        rows = self.connection.execute(
            f"select {text} as spelling, count(*) from {self.source} "
            f"where {text} is not null and {condition} group by all{at_most}"
        ).fetchall()
        return dict(rows)

    def counts(self, column: str) -> dict[str | None, int]:
        """Every value of a column, with the number of rows that have it."""
        text = self.texts[column]
        return dict(self.connection.execute(f"select {text}, count(*) from {self.source} group by all").fetchall())

    def has(self, condition: str) -> bool:
        """Whether any row meets a condition. The first one that does ends the search."""
        return has_row(self.connection, self.source, condition)

    def one(self, expressions: str, condition: str = "true", source: str | None = None) -> tuple:
        """One row of aggregates, over the rows or over another source."""
        source = source or self.source
        return self.connection.execute(f"select {expressions} from {source} where {condition}").fetchone()

    def refusal(self, problem: str, column: str) -> Exception:
        """Say what is wrong with a column."""
        return refusal(self.source_file, problem, column, self.dataset.name)
