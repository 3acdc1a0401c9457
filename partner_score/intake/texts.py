"""Finds out how a text file is written: its encoding, its delimiter, and where its header is."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from partner_score.intake.errors import refusal
from partner_score.intake.folder import COPY_BYTES, Part, is_binary, new_file
from partner_score.intake.headers import Match, match_header, other_report
from partner_score.intake.sources import Dataset

DELIMITERS = (",", ";", "\t", "|")
SEPARATOR_LINE = re.compile(r"^\s*\"?sep=(.)\"?[;,\t]*\s*$", re.IGNORECASE)
# Reports bear a title, a filter and a day above their header at most.
HEADER_WITHIN = 40
UTF_8, UTF_16, WINDOWS_1252 = "utf-8", "utf-16", "windows-1252"
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


@dataclass(frozen=True)
class Text:
    """A report that is a text file.

    Attributes:
        part: the file.
        path: the same text as UTF-8.
        encoding: what it was written in: `utf-8`, `utf-16` or `windows-1252`.
        delimiter: what stands between two fields.
        header: the names of its columns.
        match: what report it is, and where its columns are.
        lines_above: lines before the header, a separator line among them.
        has_separator_line: whether the first of them is a line like sep=; which Excel does not show.
        remarks: what was decided, a sentence each.
    """

    part: Part
    path: Path
    encoding: str
    delimiter: str
    header: list[str]
    match: Match
    lines_above: int
    has_separator_line: bool
    remarks: tuple[str, ...] = ()

    @property
    def header_row(self) -> int:
        """The row of the header as Excel counts."""
        return self.lines_above + 1 - self.has_separator_line


def read_text(part: Part, datasets: Iterable[Dataset], work: Path) -> Text | None:
    """Look at a file as a text.

    Arguments:
        part: the file.
        datasets: the reports that are looked for.
        work: a folder for a copy in UTF-8, where the file is in another encoding.

    Returns:
        How the report is written; None when the file is no report.

    Raises:
        ExportError: it is a report, but its bytes are not those of its encoding.
    """
    head = part.head
    codec = _codec(head)
    if codec is None:
        return None
    start = _lines(head, codec)
    found = _find_header(start, list(datasets))
    if found is None:
        return None
    position, delimiter, header, match, has_separator_line = found
    remarks: tuple[str, ...] = ()
    if codec.startswith("utf-16"):
        path, encoding = _as_utf_8(part, codec, work), UTF_16
    else:
        path, encoding = part.path, UTF_8
    return Text(part, path, encoding, delimiter, header, match, position, has_separator_line, remarks)


def why_no_report(part: Part, datasets: Iterable[Dataset]) -> str:
    """What a file is that is no report, with the start of its first line where it is text.

    Raises:
        ExportError: it is one, but each of its lines is one field.
    """
    codec = _codec(part.head)
    lines = [line for line in _lines(part.head, codec) if line.strip()] if codec else []
    for delimiter in DELIMITERS:
        rows = [_fields(line, delimiter) for line in lines]
        check_columns_apart(rows, part.source_file, list(datasets))
        name = next(filter(None, map(other_report, rows)), None)
        if name:
            return f"a {name}, which the score does not need"
    if not codec:
        return "no report"
    start = " ".join(lines[0].split())[:200] if lines else ""
    return f"no report (its first line is: {start})" if start else "no report (it has no line)"


def check_columns_apart(rows: list[list[str]], source_file: str, datasets: list[Dataset]) -> None:
    """See that the columns of a report are not all in one field.

    Arguments:
        rows: the first rows of the file or sheet.
        source_file: what errors call it.
        datasets: the reports that are looked for.

    Raises:
        ExportError: they are: Excel opened a CSV file whose delimiter is not that of its language, and saved it so.
    """
    filled = [[field for field in row if field.strip()] for row in rows]
    lines = [fields[0] for fields in filled if len(fields) == 1]
    for line, next_line in pairwise(lines):
        for delimiter in DELIMITERS:
            header = _fields(line, delimiter)
            match = match_header(header, datasets) if len(header) > 1 else None
            # A note may list the columns, too, but its next line does not.
            if match and len(_fields(next_line, delimiter)) == len(header):
                raise refusal(
                    source_file,
                    "all its columns are in one. Excel did not take them apart when it opened the download. Download "
                    "the report again and put it here without opening it",
                    dataset=match.dataset.name,
                )


def read_as_windows_1252(text: Text, work: Path) -> Text:
    """Read a text that is not UTF-8 as Windows-1252, which is what Excel in western Europe and America writes.

    Raises:
        ExportError: it is not that either, or it is UTF-8 for the most part: then it is damaged.
    """
    part = text.part
    path = new_file(work)
    example = None
    with part.path.open("rb") as source, path.open("w", encoding="utf-8", newline="") as target:
        number = 0
        while lines := source.readlines(COPY_BYTES):
            chunk = b"".join(lines)
            if not chunk.isascii():
                example = example or _check_windows_1252(part, lines, number)
            target.write(_decoded(part, chunk, lines, number))
            number += len(lines)
    remark = f"Read as Windows-1252, because it is not UTF-8: {example}. Are these the right letters?"
    header = [name.encode("latin-1", "ignore").decode("cp1252", "ignore") for name in text.header]
    return Text(
        part,
        path,
        WINDOWS_1252,
        text.delimiter,
        header,
        text.match,
        text.lines_above,
        text.has_separator_line,
        (*text.remarks, remark),
    )


def _decoded(part: Part, chunk: bytes, lines: list[bytes], number: int) -> str:
    try:
        return chunk.decode("cp1252")
    except UnicodeDecodeError as error:
        line = number + 1 + chunk[: error.start].count(b"\n")
        raise refusal(
            part.source_file,
            f"is neither UTF-8 nor Windows-1252: byte {chunk[error.start]:#04x} in line {line}. Save it as CSV UTF-8, "
            "or download it again",
        ) from error


def _check_windows_1252(part: Part, lines: list[bytes], number: int) -> str | None:
    """See that no line is UTF-8 with letters outside ASCII. Returns the first line's word with such letters."""
    example = None
    for offset, line in enumerate(lines, start=1):
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            word = re.search(rb"[^\s,;\t|\"]*[\x80-\xff][^\s,;\t|\"]*", line)
            example = example or f"{word.group().decode('cp1252', 'replace')} in line {number + offset}"
        else:
            raise refusal(
                part.source_file,
                f"is UTF-8 in some lines (line {number + offset}) and not in others: it is damaged, or two files in "
                "one. Save it as CSV UTF-8, or download it again",
            )
    return example


def _codec(head: bytes) -> str | None:
    """Python's name of the encoding of a text, as far as its first bytes say; None for what is no text."""
    for mark, codec in _MARKS.items():
        if head.startswith(mark):
            return codec
    # Without a mark: every other byte of mostly western text is zero.
    for codec, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[0::2])):
        if len(head) >= 4 and zeros.count(0) * 10 > len(zeros) * 8:
            return codec
    return None if is_binary(head) else "utf-8"


def _lines(head: bytes, codec: str) -> list[str]:
    decoder = codecs.getincrementaldecoder(codec)(errors="strict")
    try:
        text = decoder.decode(head)
    except UnicodeDecodeError:
        # The header is ASCII in every export.
        text = head.decode(codec, errors="replace") if codec.startswith("utf-16") else head.decode("latin-1")
    return _split(text.removeprefix("\ufeff"))


def _split(text: str) -> list[str]:
    """The first lines. Not str.splitlines, which takes many a character for a line end."""
    return re.split(r"\r\n|\n|\r", text, maxsplit=HEADER_WITHIN + 1)[: HEADER_WITHIN + 1]


def _find_header(lines: list[str], datasets: list[Dataset]) -> tuple[int, str, list[str], Match, bool] | None:
    """Where the header is, and what it says: the first line of a whole report, else that of an incomplete one."""
    separator = SEPARATOR_LINE.match(lines[0]) if lines else None
    delimiters = (separator.group(1), *DELIMITERS) if separator else DELIMITERS
    incomplete = None
    for position, line in enumerate(lines):
        if separator and not position:
            continue
        for delimiter in delimiters:
            header = _fields(line, delimiter)
            match = match_header(header, datasets)
            if match is None:
                continue
            found = (position, delimiter, [name.strip() for name in header], match, separator is not None)
            if not match.missing:
                return found
            incomplete = incomplete or found
    return incomplete


def _fields(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(line, newline=""), delimiter=delimiter), [])
    except csv.Error:
        return []


def _as_utf_8(part: Part, codec: str, work: Path) -> Path:
    """Copy a UTF-16 text as UTF-8."""
    path = new_file(work)
    decoder = codecs.getincrementaldecoder(codec)()
    with part.path.open("rb") as source, path.open("w", encoding="utf-8", newline="") as target:
        is_start = True
        while True:
            chunk = source.read(COPY_BYTES)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                raise refusal(
                    part.source_file,
                    f"starts as UTF-16, but is not to its end ({error.reason}): it was not downloaded whole. Download "
                    "it again, or save it as CSV UTF-8",
                ) from error
            target.write(text.removeprefix("\ufeff") if is_start else text)
            is_start = False
            if not chunk:
                return path
