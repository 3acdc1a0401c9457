"""The folder of exports: what is there, temporary files, and the rename that makes a download an export."""

from __future__ import annotations

import filecmp
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path

from filelock import FileLock, Timeout

from partner_score.fetch.download import disk_error
from partner_score.fetch.errors import FetchError
from partner_score.fetch.table import Table, rows_of

# The intake looks into no folder and no file whose name begins with a dot.
WORK = ".fetch"
KEPT = ".replaced-"
PREFIX = "export_date="
ENDINGS = (".csv", ".csv.gz")


class Folder:
    """The folder of exports."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep a second run out, and remove what a killed one left half-written.

        Raises:
            FetchError: another run is at work, or the folder cannot be written.
        """
        work = self.path / WORK
        try:
            work.mkdir(parents=True, exist_ok=True)
            lock = FileLock(work / "lock", timeout=0)
            lock.acquire()
        except Timeout:
            raise FetchError(f"Another partner-score fetch is writing to {self.path}. Wait until it ends.") from None
        except OSError as error:
            raise disk_error(self.path, error) from None
        try:
            self._sweep()
            yield
        finally:
            self._sweep()
            lock.release()

    def temporary(self, name: str) -> Path:
        """The temporary file of a download."""
        return self.path / WORK / f"{name}.part"

    def days(self, dataset: str) -> list[date]:
        """The days of which the folder has an export of a report, from the oldest on."""
        return sorted(day for day in self._days(dataset) if self.files(dataset, day))

    def fetched_days(self, dataset: str, name: str) -> list[date]:
        """The days of which the folder has an export that was fetched: downloads by hand may hold a month alone."""
        own = _own_names(name)
        return [day for day in self.days(dataset) if own & set(self.files(dataset, day))]

    def files(self, dataset: str, day: date) -> list[str]:
        """The files of an export that the intake reads."""
        folder = self._export(dataset, day)
        return sorted(path.name for path in folder.iterdir() if _is_read(path)) if folder.is_dir() else []

    def put(self, temporary: Path, dataset: str, day: date, name: str, table: Table) -> str:
        """Make a download an export, with one rename.

        Where the day has one already, the longer of the two counts, and of two as long the new one. The other is kept
        beside it, under a name that the intake does not read.

        Arguments:
            temporary: the whole download.
            dataset: the report.
            day: the day that it was made.
            name: the report's name.
            table: what the download holds.

        Returns:
            The path below the folder, and what was done with an export that was there before.

        Raises:
            FetchError: it cannot be written, or the export has another file, with which it would be summed.
        """
        folder = self._export(dataset, day)
        target = folder / f"{name}{table.ending}"
        own = _own_names(name)
        others = [other for other in self.files(dataset, day) if other not in own]
        if others:
            raise FetchError(
                f"{folder} already holds {', '.join(others)}, and one day has one export. Move it away if the fetched "
                "one is to count"
            )
        try:
            folder.mkdir(parents=True, exist_ok=True)
            said = ""
            for before in sorted(folder / other for other in own if (folder / other).exists()):
                if before == target and filecmp.cmp(temporary, target, shallow=False):
                    return f"{self._below(target)}, as before"
                if rows_of(before) > table.rows:
                    kept = _kept_name(target)
                    os.replace(temporary, kept)
                    return f"kept as {self._below(kept)}, because {before.name} of the same day has more rows"
                kept = _kept_name(before)
                said = f"; the one of the same day is kept as {kept.name}"
                # A second name first, so that there is no moment without an export.
                _second_name(before, kept) if before == target else os.replace(before, kept)
            os.replace(temporary, target)
            _settle(folder)
        except OSError as error:
            raise disk_error(folder, error) from None
        return f"{self._below(target)}{said}"

    def _below(self, path: Path) -> str:
        return path.relative_to(self.path).as_posix()

    def _export(self, dataset: str, day: date) -> Path:
        return self.path / dataset / f"{PREFIX}{day}"

    def _days(self, dataset: str) -> Iterator[date]:
        folder = self.path / dataset
        for path in folder.iterdir() if folder.is_dir() else ():
            with suppress(ValueError):
                if path.name.startswith(PREFIX):
                    yield date.fromisoformat(path.name.removeprefix(PREFIX))

    def _sweep(self) -> None:
        for path in (self.path / WORK).glob("*.part"):
            with suppress(OSError):
                path.unlink()


def _own_names(name: str) -> set[str]:
    return {f"{name}{ending}" for ending in ENDINGS}


def _is_read(path: Path) -> bool:
    return path.is_file() and not path.name.startswith(".")


def _kept_name(path: Path) -> Path:
    number = 1
    while (kept := path.with_name(f"{KEPT}{number}-{path.name}")).exists():
        number += 1
    return kept


def _second_name(path: Path, second: Path) -> None:
    try:
        os.link(path, second)
    except OSError:
        # Not every file system has links.
        shutil.copy2(path, second)


def _settle(folder: Path) -> None:
    """Have the rename on the disk, where the system can."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
