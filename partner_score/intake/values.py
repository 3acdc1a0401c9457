"""Interprets the values of a report: finds what has to be rewritten, and says what was decided."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import duckdb

from partner_score.intake.dates import DAY, read_dates
from partner_score.intake.errors import DOWNLOAD_AGAIN, DateError, refusal
from partner_score.intake.numbers import (
    COMMA,
    COUNT,
    PLAIN,
    POINT,
    Evidence,
    NumberError,
    decimal_sign,
    evidence_of,
    plain_number,
)
from partner_score.intake.sources import Dataset
from partner_score.intake.sql import text_literal

# An id that Excel took for a number: 1.23457E+06.
SCIENTIFIC = r"\s*\d([.,]\d+)?[eE]\+\d{1,3}\s*"
BRACES = r"\s*\{[0-9a-fA-F]{8}(-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}\}\s*"


@dataclass
class Values:
    """What becomes of the values of a report.

    Attributes:
        spellings: per column, the new text of every spelling that has to change.
        date_order: per column of dates the order that was decided.
        months: rows per month as 2024-05, where the report has a column of months.
        remarks: what was decided, a sentence each.
    """

    spellings: dict[str, dict[str, str]] = field(default_factory=dict)
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
    """

    connection: duckdb.DuckDBPyConnection
    source: str
    texts: dict[str, str]
    dataset: Dataset
    source_file: str

    def spellings(self, column: str, condition: str = "true", limit: int | None = None) -> dict[str, int]:
        """Every spelling of a column, with the number of rows that have it."""
        text = self.texts[column]
        at_most = f" limit {limit}" if limit else ""
        rows = self.connection.execute(
            f"select {text} as spelling, count(*) from {self.source} "
            f"where {text} is not null and {condition} group by all{at_most}"
        ).fetchall()
        return dict(rows)

    def one(self, expressions: str, condition: str = "true", source: str | None = None) -> tuple:
        """One row of aggregates, over the rows or over another source."""
        source = source or self.source
        return self.connection.execute(f"select {expressions} from {source} where {condition}").fetchone()

    def refusal(self, problem: str, column: str) -> Exception:
        """Say what is wrong with a column."""
        return refusal(self.source_file, problem, column, self.dataset.name)


def interpret(rows: Rows, asked_order: str | None) -> Values:
    """Look at the values of every column that has a meaning beyond its text.

    Arguments:
        rows: the rows of a report.
        asked_order: the order of dates that the user asks for where the values leave it open.

    Raises:
        ExportError: a column can be read in two ways, or its ids have lost digits.
    """
    values = Values()
    _check_ids(rows, values)
    _read_dates(rows, values, asked_order)
    _read_numbers(rows, values)
    return values


def _check_ids(rows: Rows, values: Values) -> None:
    ids = [column for column in rows.dataset.ids if column in rows.texts]
    if not ids:
        return
    # One cheap look at all of them: hardly any file has one of these characters.
    looks = [
        f"bool_or(contains({rows.texts[column]}, '+')), bool_or(contains({rows.texts[column]}, '{{'))" for column in ids
    ]
    found = rows.one(", ".join(looks))
    for position, column in enumerate(ids):
        may_have_exponent, has_brace = found[2 * position : 2 * position + 2]
        text = rows.texts[column]
        if may_have_exponent:
            lost = rows.spellings(column, f"regexp_full_match({text}, {text_literal(SCIENTIFIC)})", 1)
            if lost:
                raise rows.refusal(
                    f"{next(iter(lost)).strip()} is an id in scientific notation: Excel took it for a number, and its "
                    f"last digits are lost. {DOWNLOAD_AGAIN}",
                    column,
                )
        if has_brace:
            braced = rows.spellings(column, f"regexp_full_match({text}, {text_literal(BRACES)})")
            values.spellings[column] = {spelling: spelling.strip().strip("{}") for spelling in braced}
            values.remarks += [f"Column {column}: ids are in braces, which are left out."] if braced else []


def _read_dates(rows: Rows, values: Values, asked_order: str | None) -> None:
    for column, kind in rows.dataset.dates.items():
        if column not in rows.texts:
            continue
        spellings = rows.spellings(column)
        try:
            dates = read_dates(column, kind, spellings, asked_order)
        except DateError as error:
            raise rows.refusal(str(error), column) from error
        if dates.rewritten:
            values.spellings[column] = dates.rewritten
        if dates.order:
            values.date_order[column] = dates.order
        values.remarks += dates.remarks
        if kind != DAY:
            for spelling, day in dates.days.items():
                month = f"{day:%Y-%m}"
                values.months[month] = values.months.get(month, 0) + spellings[spelling]


def _read_numbers(rows: Rows, values: Values) -> None:
    columns = {column: kind for column, kind in rows.dataset.numbers.items() if column in rows.texts}
    odd = _odd_numbers(rows, columns)
    evidence: dict[str, Evidence] = {}
    for column, kind in columns.items():
        if any(odd.values()) or kind == COUNT:
            evidence[column] = evidence_of(odd[column])
            _add_plain_numbers(rows, column, evidence[column])
    signs: dict[str, str | None] = {}
    # A column that says it itself speaks for those that do not.
    for column in sorted(evidence, key=lambda name: not (evidence[name].comma or evidence[name].point)):
        known = {sign for sign in signs.values() if sign}
        try:
            signs[column] = decimal_sign(evidence[column], columns[column], known.pop() if len(known) == 1 else None)
        except NumberError as error:
            raise rows.refusal(str(error), column) from error
    for column, sign in signs.items():
        spellings = odd[column]
        if sign == COMMA:
            spellings = spellings | rows.spellings(column, f"contains({rows.texts[column]}, '.')")
        new = _new_numbers(spellings, sign or POINT)
        if new:
            values.spellings[column] = new
            values.remarks.append(_number_remark(column, new, sign))


def _odd_numbers(rows: Rows, columns: Iterable[str]) -> dict[str, dict[str, int]]:
    """Per column, the spellings that are no number as they are.

    Nearly always there is none, and a cast is the cheapest test.
    """
    conditions = {
        column: f"try_cast({rows.texts[column]} as double) is null and trim({rows.texts[column]}) != ''"
        for column in columns
    }
    if not conditions:
        return {}
    found = rows.one(", ".join(f"count(*) filter ({condition})" for condition in conditions.values()))
    return {
        column: rows.spellings(column, condition) if count else {}
        for (column, condition), count in zip(conditions.items(), found, strict=True)
    }


def _add_plain_numbers(rows: Rows, column: str, evidence: Evidence) -> None:
    """Add what the plain numbers of a column say: an example of each kind, and how many are whole."""
    # Of every spelling once: counts have few, and patterns are slow.
    text = "spelling"
    grouped = f"regexp_full_match({text}, '[ ]*[+-]?[1-9][0-9]{{0,2}}[.][0-9]{{3}}[ ]*')"
    point, first, last, others, whole = rows.one(
        f"""
            min({text}) filter (contains({text}, '.') and not {grouped}),
            min({text}) filter ({grouped}),
            max({text}) filter ({grouped}),
            min({text}) filter ({grouped} and not ends_with(trim({text}), '.000')),
            coalesce(sum(rows) filter (not contains({text}, '.')), 0)
        """,
        f"try_cast({text} as double) is not null",
        f"(select {rows.texts[column]} as spelling, count(*) as rows from {rows.source} group by all)",
    )
    evidence.point += [point] if point else []
    evidence.open_point += sorted({first, last, others} - {None})
    evidence.whole += whole


def _new_numbers(spellings: dict[str, int], sign: str) -> dict[str, str]:
    new = {}
    for spelling in spellings:
        if sign == POINT and re.fullmatch(PLAIN, spelling):
            continue
        text = plain_number(spelling, sign)
        if text is not None and text != spelling.strip(" "):
            new[spelling] = text
    return new


def _number_remark(column: str, new: dict[str, str], sign: str | None) -> str:
    example = max(new, key=len)
    how = {COMMA: " with a decimal comma", POINT: " with a decimal point"}.get(sign or "", "")
    return f"Column {column}: numbers are read{how}, such as {example.strip()} for {new[example]}."
