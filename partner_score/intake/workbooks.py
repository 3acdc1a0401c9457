"""Reads reports out of Excel workbooks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice

import python_calamine as calamine

from partner_score.intake.days import days_in
from partner_score.intake.errors import refusal
from partner_score.intake.folder import OLE, LeftAlone, Part
from partner_score.intake.headers import Match, match_header
from partner_score.intake.sources import Dataset
from partner_score.intake.texts import HEADER_WITHIN, check_columns_apart

# Rows of a sheet, of today's workbooks and of those before 2007. What did not fit was lost when the file was saved.
FULL_SHEETS = (1_048_576, 65_536)
# What calamine says of a workbook that needs a password.
PASSWORD = "password"


@dataclass(frozen=True)
class Sheet:
    """A report that is a sheet of a workbook.

    Attributes:
        part: the workbook, under the name of the sheet where other sheets are reports, too.
        workbook: the workbook's own path below the folder of exports.
        name: the sheet.
        header: the names of its columns.
        match: what report it is, and where its columns are.
        header_row: the row of the header as Excel counts.
        rows: every row below the header, each with its number, as texts.
        remarks: what was decided, a sentence each.
        number_texts: per column of numbers the cells that are text, with the number of rows of each, as far as the
            rows have been read.
        delimiter: what errors say that stands between two fields.
        is_dated: whether it is one of several reports in the workbook, each with a day in its sheet's name.
    """

    part: Part
    workbook: str
    name: str
    header: list[str]
    match: Match
    header_row: int
    rows: Iterator[tuple[int, list[str]]]
    remarks: tuple[str, ...] = ()
    number_texts: dict[str, Counter[str]] = field(default_factory=dict)
    delimiter: str = "cell"
    is_dated: bool = False


class TrueNumber(str):
    """The text of a cell that holds a number: nothing in it is a sign of how its file writes numbers."""

    __slots__ = ()


def read_workbook(part: Part, datasets: Iterable[Dataset]) -> list[Sheet]:
    """Find the sheets of a workbook that are reports, also below a title.

    Arguments:
        part: the workbook.
        datasets: the reports that are looked for.

    Returns:
        The sheets that have a header of a report. Hidden ones count only where no other does. The rows are read as
        they are asked for.

    Raises:
        LeftAlone: it is no workbook, or one that needs a password.
        ExportError: a sheet is full to its last row, so that rows of the report are missing.
    """
    try:
        workbook = calamine.load_workbook(part.path)
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise LeftAlone(_reason(part, str(error))) from error
    datasets = list(datasets)
    found: dict[bool, list[Sheet]] = {True: [], False: []}
    others: dict[str, list[list[str]]] = {}
    for metadata in workbook.sheets_metadata:
        if metadata.typ != calamine.SheetTypeEnum.WorkSheet:
            continue
        cells = workbook.get_sheet_by_name(metadata.name)
        rows = _texts(cells)
        first_rows = list(islice(rows, HEADER_WITHIN))
        sheet = _report(part, cells, first_rows, rows, datasets)
        if sheet:
            found[metadata.visible == calamine.SheetVisibleEnum.Visible].append(sheet)
        else:
            others[metadata.name] = first_rows
    sheets = found[True] or found[False]
    for name, first_rows in () if sheets else others.items():
        check_columns_apart(first_rows, f"{part.source_file}/{name}", datasets)
    are_dated = len(sheets) > 1 and all(days_in(sheet.name) for sheet in sheets)
    unread = [sheet.name for sheet in found[False]] if found[True] else []
    named = []
    for sheet in sheets:
        remarks = list(sheet.remarks)
        if not found[True]:
            remarks.append(f"The sheet {sheet.name} is hidden; it is the only one with a report.")
        if unread:
            remarks.append(f"Hidden, and not read: sheet {', '.join(unread)}.")
        name = part.source_file if len(sheets) == 1 else f"{part.source_file}/{sheet.name}"
        named.append(replace(sheet, part=replace(part, source_file=name), remarks=tuple(remarks), is_dated=are_dated))
    return named


def _reason(part: Part, error: str) -> str:
    if PASSWORD in error.lower() or "encrypted" in error.lower():
        return "protected by a password. If it is a report, save it without one, or download the report as CSV"
    if part.head.startswith(OLE):
        return "an old Office file that cannot be read. If it is a report, save it as .xlsx, or download it as CSV"
    return f"a workbook that cannot be read ({error}). If it is a report, save it again as .xlsx, or download it as CSV"


def _report(
    part: Part,
    cells: calamine.CalamineSheet,
    first_rows: list[list[str]],
    rest: Iterator[list[str]],
    datasets: list[Dataset],
) -> Sheet | None:
    incomplete = None
    for number, header in enumerate(first_rows, start=1):
        match = match_header(header, datasets)
        if match is None:
            continue
        below = enumerate((*first_rows[number:],), start=number + 1)
        texts = {column: Counter() for column in match.dataset.numbers if match.positions[column] is not None}
        noted = _noted(_chained(below, rest), match, texts)
        names = [cell.strip() for cell in header]
        found = Sheet(part, part.source_file, cells.name, names, match, number, noted, number_texts=texts)
        if not match.missing:
            if cells.end and cells.end[0] + 1 in FULL_SHEETS:
                raise refusal(
                    part.source_file,
                    f"the sheet {cells.name} is full to the last row that Excel has ({cells.end[0] + 1:,}): what did "
                    "not fit is lost. Download the report as CSV and do not open it in Excel",
                    dataset=match.dataset.name,
                )
            return found
        incomplete = incomplete or found
    return incomplete


def _chained(first: Iterable[tuple[int, list[str]]], rest: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    yield from first
    yield from enumerate(rest, start=HEADER_WITHIN + 1)


def _noted(
    rows: Iterator[tuple[int, list[str]]], match: Match, texts: dict[str, Counter[str]]
) -> Iterator[tuple[int, list[str]]]:
    """Pass rows on, and count the cells of columns of numbers that are text."""
    columns = [(match.positions[column], counted) for column, counted in texts.items()]
    for number, row in rows:
        for position, counted in columns:
            if position < len(row) and row[position] and not isinstance(row[position], TrueNumber):
                counted[row[position]] += 1
        yield number, row


def _texts(sheet: calamine.CalamineSheet) -> Iterator[list[str]]:
    for row in sheet.iter_rows():
        yield [cell_text(cell) for cell in row]


def cell_text(cell: object) -> str:
    """The value of a cell as the text of a CSV file: dates as 2024-05-01, whole numbers without a point."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        # Excel has no whole numbers: an id of eight digits is a float, too.
        return TrueNumber(int(cell) if cell.is_integer() else format(Decimal(repr(cell)), "f"))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return "" if cell is None else str(cell)
