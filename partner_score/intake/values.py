"""Interprets the values of a report: finds what has to be rewritten, and says what was decided."""

from __future__ import annotations

from partner_score.intake.dates import DAY, read_dates
from partner_score.intake.errors import DOWNLOAD_AGAIN, DateError
from partner_score.intake.flags import FlagError, read_flags
from partner_score.intake.number_columns import read_numbers
from partner_score.intake.report_rows import Rows, Values
from partner_score.intake.sql import text_literal

# An id that Excel took for a number: 1.23457E+06.
SCIENTIFIC = r"\s*\d([.,]\d+)?[eE]\+\d{1,3}\s*"
BRACES = r"\s*\{[0-9a-fA-F]{8}(-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}\}\s*"


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
    read_numbers(rows, values)
    _read_flags(rows, values)
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
            dates = read_dates(column, kind, spellings, asked_order, rows.export_date)
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


def _read_flags(rows: Rows, values: Values) -> None:
    for column in rows.dataset.flags:
        if column not in rows.texts:
            continue
        try:
            flags = read_flags(column, rows.counts(column))
        except FlagError as error:
            raise rows.refusal(str(error), column) from error
        if flags.rewritten:
            values.spellings[column] = flags.rewritten
        values.remarks += flags.remarks
