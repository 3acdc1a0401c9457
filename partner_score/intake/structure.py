"""Reads a CSV file once, as bytes: is it text, what is its fingerprint, and is every line of it a row?"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from blake3 import blake3

from partner_score.intake.errors import refusal

# Several passes go over each chunk: small enough to stay in the processor's cache.
CHUNK_BYTES = 256 * 1024
# With more quotes than one in so many bytes, looking at each costs more than DuckDB's parser.
BYTES_PER_QUOTE = 50
QUOTED = re.compile(rb'"[^"\r\n]*"')
LINE_END = re.compile(rb"\r\n|\n|\r")


class NotUtf8(Exception):
    """A file that is not UTF-8 to its end."""


@dataclass(frozen=True)
class Scan:
    """What a pass over all bytes of a CSV file says.

    Attributes:
        fingerprint: BLAKE3 hash of the bytes.
        byte_count: how many there are.
        rows: rows below the header, when every line is a row; None when the rows have to be read one by one.
    """

    fingerprint: str
    byte_count: int
    rows: int | None


def fingerprint_of(path: Path) -> str:
    """BLAKE3 hash of a file, which takes a fraction of the time of SHA-256."""
    digest = blake3()
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def scan(path: Path, source_file: str, delimiter: str, fields: int, lines_above: int) -> Scan:
    """Read a CSV file to its end.

    Arguments:
        path: the file, in UTF-8.
        source_file: what errors call it.
        delimiter: what stands between two fields.
        fields: columns of the header.
        lines_above: lines before the header.

    Raises:
        NotUtf8: it is not UTF-8.
        ExportError: it has a zero byte.
    """
    digest = blake3()
    decoder = codecs.getincrementaldecoder("utf-8")()
    structure = _Structure(delimiter.encode())
    offset = 0
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
            try:
                if not chunk.isascii() or decoder.getstate()[0]:
                    decoder.decode(chunk)
            except UnicodeDecodeError as error:
                raise NotUtf8 from error
            if b"\0" in chunk:
                raise _zero_byte(path, source_file, offset + chunk.index(b"\0"))
            structure.add(chunk if offset else chunk[_start_of_line(chunk, lines_above) :])
            offset += len(chunk)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise NotUtf8 from error
    return Scan(digest.hexdigest(), offset, structure.rows(fields))


def _zero_byte(path: Path, source_file: str, offset: int) -> Exception:
    with path.open("rb") as file:
        line = file.read(offset).count(b"\n") + 1
    return refusal(
        source_file,
        f"has a zero byte at offset {offset} (line {line}): it is damaged. Download it again, or save it as CSV UTF-8",
    )


def _start_of_line(head: bytes, number: int) -> int:
    """Where the line of a number starts, counted from 0; a byte-order mark is passed over."""
    start = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
    ends = LINE_END.finditer(head)
    for _ in range(number):
        start = next(ends).end()
    return start


class _Structure:
    """Whether every line of a CSV file is a row with as many fields as the header, without taking the lines apart.

    What is not delimiter, quote or line end is deleted, then every quoted field; what remains of a regular file is one
    and the same line over and over. Good files may look irregular (quoted line breaks, blank lines, a quote in the
    middle of a field): for them the rows have to be read one by one. The reverse takes several misplaced quotes in one
    line, and DuckDB refuses that line later, or finds another number of rows.
    """

    def __init__(self, delimiter: bytes) -> None:
        self._delimiter = delimiter
        self._not_structure = bytes(byte for byte in range(256) if byte not in delimiter + b'"\r\n')
        # A quote with an ordinary character on both sides neither opens nor closes a field, and nothing may follow a
        # closed empty one. Written with look-behinds because the search then jumps from quote to quote.
        d = re.escape(delimiter)
        self._stray_quote = re.compile(rb'"(?:(?<=[^' + d + rb'\r\n"]")|"(?<=[' + d + rb'\r\n]""))[^' + d + rb'\r\n"]')
        self._count = 0
        self._is_regular = len(delimiter) == 1
        self._line = b""
        self._rest = b""
        self._edge = b""

    def add(self, chunk: bytes) -> None:
        """Look at the next bytes of the file."""
        if not self._is_regular:
            return
        text = self._rest + chunk.translate(None, self._not_structure)
        with_edge = self._edge + chunk
        if b'"' in with_edge:
            is_full_of_quotes = text.count(b'"') > len(chunk) // BYTES_PER_QUOTE
            # Most quoted fields hold no delimiter, and replacing text is faster than replacing a pattern.
            text = QUOTED.sub(b"", text.replace(b'""', b""))
            self._is_regular &= is_full_of_quotes or not self._stray_quote.search(with_edge)
        end = text.rfind(b"\n") + 1
        lines, self._rest = text[:end], text[end:]
        self._edge = with_edge[-3:]
        self._line = self._line or lines[: lines.find(b"\n") + 1]
        count = len(lines) // max(len(self._line), 1)
        self._count += count
        self._is_regular &= lines == self._line * count and len(self._rest) <= CHUNK_BYTES

    def rows(self, fields: int) -> int | None:
        """The rows below the header, after the last chunk; None when not every line is a row."""
        delimiters = self._delimiter * (fields - 1)
        is_open = not self._edge.endswith(b"\n")
        last_line = delimiters if is_open else b""
        if not self._is_regular or self._rest != last_line:
            return None
        if self._line not in (delimiters + b"\n", delimiters + b"\r\n") and (self._line or not is_open):
            return None
        return self._count + is_open - 1
