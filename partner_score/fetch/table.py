"""Looks whether a download is a whole table, with the header that was asked for."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from partner_score.fetch.errors import NotWhole
from partner_score.intake.headers import plain_name

GZIP = b"\x1f\x8b"
# The service may pack, and the transfer may pack again.
DEEPEST = 3
# Quotes within a text are doubled, or escaped; no source says which.
DIALECTS = ({}, {"doublequote": False, "escapechar": "\\"})


@dataclass(frozen=True)
class Table:
    """A whole table.

    Attributes:
        rows: the number of its rows.
        empty: the columns that were looked at and have no value at all.
        ending: that of its file.
    """

    rows: int
    empty: tuple[str, ...]
    ending: str


def whole_table(path: Path, columns: Iterable[str], watched: Iterable[str], is_complete: bool) -> Table:
    """See that a file is a whole table.

    Arguments:
        path: the file, packed by gzip or not.
        columns: the header that was asked for, in any order.
        watched: columns of which is said whether they are empty.
        is_complete: whether the transfer said that it was complete.

    Raises:
        NotWhole: it is not. The message says why.
    """
    columns, watched = list(columns), list(watched)
    problem = None
    for dialect in DIALECTS:
        try:
            with ExitStack() as stack:
                stream, depth = _unpacked(path, stack)
                rows, empty, has_end = _read(stream, columns, watched, dialect)
        except (EOFError, gzip.BadGzipFile, zlib.error):
            raise NotWhole("The download breaks off in the middle of a packed file") from None
        except (csv.Error, NotWhole) as error:
            # The first dialect is the likely one, and so is what it finds wrong.
            problem = problem or (
                error if isinstance(error, NotWhole) else NotWhole(f"The download is no table ({error})")
            )
            continue
        if not (has_end or is_complete or depth):
            raise NotWhole("The download breaks off in its last row")
        return Table(rows, empty, ".csv.gz" if depth else ".csv")
    raise problem


def rows_of(path: Path) -> int:
    """The rows of a file that was found to be a whole table before; 0 when it is none any more."""
    for dialect in DIALECTS:
        with ExitStack() as stack, suppress(OSError, EOFError, zlib.error, csv.Error):
            text = io.TextIOWrapper(_unpacked(path, stack)[0], encoding="utf-8-sig", errors="replace", newline="")
            return max(sum(1 for row in csv.reader(text, strict=True, **dialect) if row) - 1, 0)
    return 0


def _unpacked(path: Path, stack: ExitStack) -> tuple[BinaryIO, int]:
    stream: BinaryIO = stack.enter_context(path.open("rb"))
    for depth in range(DEEPEST):
        head = stream.read(len(GZIP))
        stream.seek(0)
        if head != GZIP:
            return stream, depth
        stream = stack.enter_context(gzip.open(stream))  # noqa: SIM115
    return stream, DEEPEST


def _read(stream: BinaryIO, columns: list[str], watched: list[str], dialect: dict) -> tuple[int, tuple[str, ...], bool]:
    """Read every row: how many there are, which columns are empty, and whether the last line has an end."""
    lines = _Lines(io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace", newline=""))
    reader = csv.reader(lines, strict=True, **dialect)
    header = next(reader, [])
    _see_header(header, columns)
    names = [plain_name(name) for name in header]
    empty = {name: names.index(plain_name(name)) for name in watched}
    rows = 0
    for row in reader:
        if not row:
            continue
        rows += 1
        if len(row) != len(header):
            raise NotWhole(f"The download breaks off or is damaged: row {rows} has {len(row)} of {len(header)} fields")
        if empty:
            empty = {name: position for name, position in empty.items() if not row[position].strip()}
    return rows, tuple(empty) if rows else (), lines.has_end


class _Lines:
    """The lines of a text; remembers whether the last one has an end."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text, self.has_end = text, False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = next(self._text)
        self.has_end = line.endswith(("\n", "\r"))
        return line


def _see_header(header: list[str], columns: list[str]) -> None:
    if not any(name.strip() for name in header):
        raise NotWhole("The download is empty")
    if header[0].lstrip().startswith("<"):
        raise NotWhole("The download is a page (HTML or XML), not a table: an error of the service or of a proxy")
    names = [plain_name(name) for name in header]
    lost = [column for column in columns if plain_name(column) not in names]
    if lost:
        raise NotWhole(f"The download has no column {', '.join(lost)}, which was asked for")
    if len(set(names)) < len(names):
        raise NotWhole("The download has a column twice")
