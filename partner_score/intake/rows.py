"""Reads the rows of an awkward CSV file or of a workbook one by one, and writes them as a plain CSV file."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from partner_score.intake.errors import ExportError, refusal
from partner_score.intake.headers import is_same_header, known_names, match_header, plain_name
from partner_score.intake.texts import Text

# DuckDB finds the line ends of a file by itself, and takes those inside long fields for them. Unicode promises that no
# text has these two characters.
LINE_BREAKS = {"\r": "\ufdd0", "\n": "\ufdd1"}
STAND_INS = str.maketrans(LINE_BREAKS)
ESCAPED_QUOTE = re.compile(r'(\\+)"')


@dataclass
class PlainRows:
    """A plain CSV file: UTF-8, commas, no header, the wanted columns that the report has and the source row.

    Attributes:
        path: the file.
        columns: the columns, without the source row, which is the last field.
        count: how many rows there are.
        has_line_breaks: whether a field has line breaks; LINE_BREAKS says what stands for them.
        remarks: what was decided, a sentence each.
    """

    path: Path
    columns: list[str]
    count: int = 0
    has_line_breaks: bool = False
    remarks: list[str] = field(default_factory=list)


def plain_rows_of_text(text: Text, path: Path) -> PlainRows:
    """Read a text row by row, quotes doubled as in every CSV, else escaped by a backslash.

    Arguments:
        text: the report.
        path: the file to write.

    Raises:
        ExportError: a row does not fit the header, or a quote is not closed.
    """
    try:
        return _plain_rows(text, path, is_escaped=False)
    except ExportError:
        if not _has_escaped_quote(text.path):
            raise
        try:
            rows = _plain_rows(text, path, is_escaped=True)
        except ExportError:
            rows = None
        if rows is None:
            raise
    rows.remarks.append("Quotes inside a field are escaped by a backslash.")
    return rows


def _has_escaped_quote(path: Path) -> bool:
    with path.open("rb") as file:
        return any(b'\\"' in line for line in file)


def _plain_rows(text: Text, path: Path, is_escaped: bool) -> PlainRows:
    with text.path.open(encoding="utf-8-sig", newline="") as stream:
        for _ in range(text.lines_above):
            stream.readline()
        lines = map(_with_doubled_quotes, stream) if is_escaped else stream
        return write_plain_rows(text, _rows(text, lines), path)


def _with_doubled_quotes(line: str) -> str:
    """Of an odd number of backslashes before a quote the last escapes it; the others escape each other."""

    def doubled(match: re.Match) -> str:
        count = len(match.group(1))
        return "\\" * (count // 2) + ('""' if count % 2 else '"')

    return ESCAPED_QUOTE.sub(doubled, line)


def _rows(text: Text, lines: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """The rows below the header, each with the line in which it starts."""
    reader = csv.reader(lines, delimiter=text.delimiter, strict=True)
    start = 1
    try:
        next(reader, None)
        start = reader.line_num + 1
        for row in reader:
            yield text.lines_above + start, row
            start = reader.line_num + 1
    except csv.Error as error:
        raise refusal(
            text.part.source_file,
            f"the row that starts in line {text.lines_above + start} has a quote that is not closed, or text after a "
            "closing quote. Double the quotes inside a field, or download the report again",
            dataset=text.match.dataset.name,
        ) from error


def write_plain_rows(text: Text, rows: Iterable[tuple[int, list[str]]], path: Path) -> PlainRows:
    """Write the wanted columns of rows, without blank rows and repeated headers.

    Arguments:
        text: the report that the rows are of.
        rows: the rows below the header, blank ones too, each with the line that errors name.
        path: the file to write.

    Raises:
        ExportError: a row has more or less fields than the header, or the header comes again in another order.
    """
    positions = {name: position for name, position in text.match.positions.items() if position is not None}
    plain = PlainRows(path, list(positions))
    fields, wanted = len(text.header), list(positions.values())
    # A second header may have its columns in another order.
    names = known_names(text.match.dataset) | {*map(plain_name, text.header)}
    width, repeated = None, 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for source_row, (line, row) in enumerate(rows, start=text.header_row + 1):
            if not any(map(str.strip, row)):
                continue
            if len(row) > wanted[0] and plain_name(row[wanted[0]]) in names:
                if is_same_header(row[:fields], text.header) and not any(row[fields:]):
                    repeated += 1
                    continue
                if match_header(row, [text.match.dataset]):
                    raise refusal(text.part.source_file, _other_header(line), dataset=text.match.dataset.name)
            width = _width(row, fields) if width is None else width
            if len(row) != width or any(row[fields:]):
                raise refusal(
                    text.part.source_file,
                    f"line {line} has {len(row)} fields, the header {fields}. Put fields that hold the delimiter "
                    f"({_shown(text.delimiter)}) into quotes, or download the report again",
                    dataset=text.match.dataset.name,
                )
            fields_wanted = [row[position] for position in wanted]
            if any("\n" in text or "\r" in text for text in fields_wanted):
                plain.has_line_breaks = True
                fields_wanted = [text.translate(STAND_INS) for text in fields_wanted]
            writer.writerow([*fields_wanted, source_row])
            plain.count += 1
    if width is not None and width > fields:
        if plain.count < 2:
            raise refusal(
                text.part.source_file,
                f"its only row has {width} fields, the header {fields}. Put fields that hold the delimiter "
                f"({_shown(text.delimiter)}) into quotes, or download the report again",
                dataset=text.match.dataset.name,
            )
        plain.remarks.append("Every row ends in a delimiter more than the header; what is behind it is empty.")
    if repeated:
        times = "once" if repeated == 1 else f"{repeated} times"
        plain.remarks.append(f"The header is repeated {times} among the rows; it is no row.")
    return plain


def _width(row: list[str], fields: int) -> int:
    """Fields that every row must have, by the first one: the header's, or more when what is too many is empty."""
    return len(row) if len(row) > fields and not any(row[fields:]) else fields


def _other_header(line: int) -> str:
    return (
        f"line {line} is a header of other columns than the first: two exports were joined into one file. Put each "
        "into a file of its own"
    )


def _shown(delimiter: str) -> str:
    return {"\t": "tab"}.get(delimiter, delimiter)
