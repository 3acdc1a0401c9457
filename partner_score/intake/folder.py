"""Walks through a folder of exports and unpacks what is packed: every file, archive member and workbook on its own."""

from __future__ import annotations

import gzip
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import IO

from partner_score.intake.errors import ExportError, refusal

# What operating systems, Excel and Spark leave beside the data.
SYSTEM_FILES = {"thumbs.db", "desktop.ini", "_success"}
SYSTEM_FILE_PREFIXES = (".", "~$")
SYSTEM_FOLDER_PREFIXES = (".", "__macosx", "$recycle.bin", "system volume information", "lost+found")
# Browsers name so what they have not downloaded whole. Safari makes a folder report.csv.download of it.
UNFINISHED_DOWNLOAD = re.compile(r".*\.(crdownload|part|partial|opdownload)|.*\.\w+\.download", re.IGNORECASE)
# Documents that never hold a report, though they are archives.
OFFICE_DOCUMENTS = (".docx", ".docm", ".dotx", ".pptx", ".pptm", ".potx", ".odt", ".odp", ".vsdx")
# Windows marks so what OneDrive has not downloaded: opening it would fetch it, or fail (FILE_ATTRIBUTE_OFFLINE,
# FILE_ATTRIBUTE_RECALL_ON_DATA_ACCESS).
NOT_ON_THIS_MACHINE = 0x1000 | 0x400000

ZIP, GZIP, PARQUET, OLE = b"PK\x03\x04", b"\x1f\x8b", b"PAR1", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
EMPTY_ZIP = b"PK\x05\x06"
# No text has them, but for a stray one.
CONTROL_BYTES = bytes(byte for byte in range(32) if byte not in b"\t\n\v\f\r")
# One byte in so many, or more: about ten in a hundred are, where bytes are random.
MANY_CONTROLS = 25
HEAD_BYTES = 256 * 1024
COPY_BYTES = 1 << 20
# An archive in an archive in an archive is a mistake or worse.
DEEPEST_ARCHIVE = 4
# Members without a time stamp bear the first day that the format knows.
FIRST_ZIP_YEAR = 1990


@dataclass(frozen=True)
class Part:
    """A file as it lies in the folder, or what was packed in it.

    Attributes:
        source_file: path below the folder of exports, with `/`; of a member `a.zip/member.csv`.
        path: where its bytes are: the file itself, or a copy of the unpacked member.
        modified: its time stamp.
        kind: `text`, `workbook` or `parquet`.
        packed: `gz`, `zip` or both, from the outside in.
        is_original: whether `path` is the file itself.
    """

    source_file: str
    path: Path
    modified: datetime
    kind: str
    packed: tuple[str, ...] = ()
    is_original: bool = True

    @property
    def head(self) -> bytes:
        """The first bytes."""
        with self.path.open("rb") as file:
            return file.read(HEAD_BYTES)


class LeftAlone(Exception):
    """A file that is not looked into. The message says why."""


def files_below(folder: Path) -> list[tuple[str, Path]]:
    """Every file in a folder, in any depth, with its path below it, in a fixed order.

    Links are followed, because exports often lie on another disk; a folder is entered once.

    Raises:
        ExportError: a path is not UTF-8, so that no database could hold it; or a folder cannot be read.
    """

    def unreadable(error: OSError) -> None:
        raise ExportError(f"Folder {error.filename}: cannot be read ({error.strerror}). Check its permissions.")

    found: list[tuple[str, Path]] = []
    entered: set[str] = set()
    for parent, folders, names in os.walk(folder, onerror=unreadable, followlinks=True):
        place = os.path.realpath(parent)
        if place in entered:
            folders.clear()
            continue
        entered.add(place)
        folders[:] = sorted(name for name in folders if not name.lower().startswith(SYSTEM_FOLDER_PREFIXES))
        found += [(Path(parent, name).relative_to(folder).as_posix(), Path(parent, name)) for name in names]
    for name, _ in found:
        if name.encode(errors="replace").decode() != name:
            raise refusal(name.encode(errors="replace").decode(), "its path is not UTF-8. Rename it")
    return sorted(found)


def no_export(source_file: str) -> str | None:
    """Why a file is not looked into, by its path below the folder of exports; None for every other."""
    *folders, name = source_file.split("/")
    if name.startswith("~$"):
        return "a lock file of an open workbook"
    if name.startswith(SYSTEM_FILE_PREFIXES) or name.lower() in SYSTEM_FILES:
        return "a file of the operating system"
    if any(map(UNFINISHED_DOWNLOAD.fullmatch, (*folders, name))):
        return "a download that is not finished"
    return None


def time_stamp(path: Path) -> os.stat_result:
    """What the file system says of a file.

    Raises:
        LeftAlone: the file is a placeholder of a cloud drive, or no file at all.
        ExportError: the file is not there: a link leads nowhere.
    """
    try:
        found = path.stat()
    except OSError as error:
        raise ExportError(
            f"File {path}: cannot be read ({error.strerror}). Restore what the link leads to, or remove the link."
        ) from error
    if getattr(found, "st_file_attributes", 0) & NOT_ON_THIS_MACHINE:
        raise LeftAlone("not on this machine: a placeholder of OneDrive. Choose 'Always keep on this device'")
    if not stat.S_ISREG(found.st_mode):
        raise LeftAlone("no ordinary file")
    return found


def parts_of(source_file: str, path: Path, work: Path) -> Iterator[Part | tuple[str, str]]:
    """Unpack a file, as deep as it takes.

    Arguments:
        source_file: its path below the folder of exports.
        path: the file.
        work: a folder for what is unpacked.

    Yields:
        The parts that may be a report; of every other its path and the reason why it is left alone.

    Raises:
        ExportError: an archive is damaged.
    """
    part = Part(source_file, path, datetime.fromtimestamp(time_stamp(path).st_mtime), "text")
    yield from _unpacked(part, work, 0)


def _unpacked(part: Part, work: Path, depth: int) -> Iterator[Part | tuple[str, str]]:
    head = part.head[: len(OLE)]
    if not head:
        yield part.source_file, "empty (zero bytes)"
    elif head.startswith(PARQUET):
        yield replace(part, kind="parquet")
    elif head.startswith(OLE):
        # An old workbook, a protected new one, or something else of Office: the reader of workbooks tells them apart.
        yield replace(part, kind="workbook")
    elif head.startswith(EMPTY_ZIP):
        yield part.source_file, "an empty archive"
    elif head.startswith((GZIP, ZIP)) and depth > DEEPEST_ARCHIVE:
        yield part.source_file, f"packed more than {DEEPEST_ARCHIVE} times"
    elif head.startswith(GZIP):
        yield from _unpacked_gzip(part, work, depth)
    elif head.startswith(ZIP):
        yield from _unpacked_zip(part, work, depth)
    else:
        yield part


def _unpacked_gzip(part: Part, work: Path, depth: int) -> Iterator[Part | tuple[str, str]]:
    try:
        with gzip.open(part.path, "rb") as stream:
            unpacked = _copied(stream, work)
    except LeftAlone as reason:
        yield part.source_file, str(reason)
        return
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise refusal(part.source_file, f"is not a whole gzip file ({error}). Download or compress it again") from error
    inner = replace(part, path=unpacked, packed=(*part.packed, "gz"), is_original=False)
    yield from _unpacked(inner, work, depth + 1)


def _unpacked_zip(part: Part, work: Path, depth: int) -> Iterator[Part | tuple[str, str]]:
    try:
        with zipfile.ZipFile(part.path) as archive:
            names = {info.filename for info in archive.infolist()}
            if "[Content_Types].xml" in names or "content.xml" in names:
                is_workbook = any(name.startswith("xl/") or name == "content.xml" for name in names)
                yield replace(part, kind="workbook") if is_workbook else (part.source_file, "an Office document")
                return
            for info in sorted(archive.infolist(), key=lambda member: member.filename):
                yield from _member(part, archive, info, work, depth)
    except (zipfile.BadZipFile, EOFError, zlib.error, NotImplementedError) as error:
        if part.source_file.lower().endswith(OFFICE_DOCUMENTS):
            yield part.source_file, "a damaged Office document"
            return
        raise refusal(
            part.source_file, f"is not a whole ZIP archive ({error}). Download it again, or unpack it and remove it"
        ) from error


def _member(
    part: Part, archive: zipfile.ZipFile, info: zipfile.ZipInfo, work: Path, depth: int
) -> Iterator[Part | tuple[str, str]]:
    source_file = f"{part.source_file}/{info.filename}"
    folders = info.filename.split("/")[:-1]
    if info.is_dir() or any(name.lower().startswith(SYSTEM_FOLDER_PREFIXES) for name in folders):
        return
    reason = no_export(info.filename)
    if info.flag_bits & 1:
        reason = "protected by a password. If it is a report, unpack it and put the file itself here"
    if reason:
        yield source_file, reason
        return
    try:
        with archive.open(info) as stream:
            unpacked = _copied(stream, work)
    except LeftAlone as left_alone:
        yield source_file, str(left_alone)
        return
    # An archive is written after its members: the earlier of the two days is nearer to the download.
    modified = part.modified
    if info.date_time[0] >= FIRST_ZIP_YEAR:
        with suppress(ValueError):
            modified = min(modified, datetime(*info.date_time))
    inner = Part(source_file, unpacked, modified, "text", (*part.packed, "zip"), is_original=False)
    yield from _unpacked(inner, work, depth + 1)


def _copied(stream: IO[bytes], work: Path) -> Path:
    """Write a stream into a new file of the work folder.

    Raises:
        LeftAlone: it is neither text nor anything else that may hold a report.
    """
    chunk = stream.read(COPY_BYTES)
    if not chunk.startswith((ZIP, GZIP, PARQUET, OLE)) and is_binary(chunk[:HEAD_BYTES]):
        raise LeftAlone("no report")
    path = new_file(work)
    with path.open("wb") as file:
        while chunk:
            file.write(chunk)
            chunk = stream.read(COPY_BYTES)
    return path


def is_binary(head: bytes) -> bool:
    """Whether the first bytes of a file are no text in any encoding: they have many control characters."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or head[0::2].count(0) * 4 > len(head) > 0:
        return False
    controls = len(head) - len(head.translate(None, CONTROL_BYTES))
    return head[1::2].count(0) * 4 <= len(head) and controls * MANY_CONTROLS > len(head)


def new_file(work: Path, ending: str = "") -> Path:
    """A path in the work folder that no other file has."""
    number = sum(1 for _ in work.iterdir())
    while True:
        path = work / f"{number}{ending}"
        try:
            path.touch(exist_ok=False)
            return path
        except FileExistsError:
            number += 1
