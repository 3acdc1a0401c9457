"""Keeps what was taken in: one Parquet file per report, and an index by which an unchanged file is not read again."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict
from datetime import date
from functools import cache
from pathlib import Path

from partner_score.intake.headers import ALIASES
from partner_score.intake.records import ParquetField, Record
from partner_score.intake.sources import Dataset
from partner_score.places import HOME

STORE_VARIABLE = "PARTNER_SCORE_STORE"
# Set by a build into a draft, with the store of the live warehouse in PARTNER_SCORE_STORE: the start hook leaves alone
# what the live warehouse reads, and says nothing.
KEEP_VARIABLE = "PARTNER_SCORE_STORE_IS_SHARED"
STORE_ENDING = ".exports"
INDEX = "index.json"
# Below it a part of the store file's name is not needed to tell files apart.
NAME_DIGITS = 24
# The same for the folders of warehouses in one PARTNER_SCORE_STORE.
PLACE_DIGITS = 8
WORK_PREFIX = "work-"
# A file that was written this shortly before it was looked at may change once more within its time stamp: clocks of
# file systems tick every few milliseconds, those of old ones every two seconds.
TICK, OLD_TICK = 20_000_000, 2_000_000_000
# Of a run that was killed; the longest one takes minutes.
OLD_WORK_SECONDS = 24 * 3600

Entries = list[dict]


def default_store(warehouse: Path) -> Path:
    """Where the store of a warehouse is: a folder in PARTNER_SCORE_STORE, else `<warehouse>.exports` beside it.

    Each warehouse has its own, because each removes what it does not need. In a build into a draft PARTNER_SCORE_STORE
    is that folder itself.
    """
    asked = os.environ.get(STORE_VARIABLE)
    if asked and os.environ.get(KEEP_VARIABLE):
        return Path(os.path.abspath(asked))
    if asked:
        # Warehouses in two folders may have one name, and one warehouse may be reached by a link.
        place = os.path.normcase(os.path.realpath(warehouse))
        digits = hashlib.sha256(place.encode(errors="surrogateescape")).hexdigest()[:PLACE_DIGITS]
        return Path(os.path.abspath(asked), f"{Path(place).name.removesuffix('.duckdb')}-{digits}")
    return Path(os.path.abspath(warehouse.with_name(warehouse.name.removesuffix(".duckdb") + STORE_ENDING)))


def engine_store(engine: str) -> Path:
    """Where the store of another engine's warehouse is. Each has its own: each removes what it does not need."""
    asked = os.environ.get(STORE_VARIABLE)
    return Path(os.path.abspath(asked), engine) if asked else HOME / f"{engine}{STORE_ENDING}"


def intake_version(datasets: Iterable[Dataset], date_order: str | None, copies_parquet: bool = False) -> str:
    """Hash of all that decides what becomes of a file: the intake's own code, its seed, the columns, the setting."""
    digest = hashlib.sha256(_code())
    digest.update(ALIASES.read_bytes())
    digest.update(repr(list(datasets)).encode())
    digest.update(f"{date_order} {copies_parquet}".encode())
    return digest.hexdigest()


@cache
def _code() -> bytes:
    """The intake's own code, as it is when this process first asks: later changes of the files are not what runs."""
    return b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))


class Store:
    """The folder of the store.

    Nothing in it is ever changed: a file is written under a name of its own and then renamed. The names say all that
    went into a file, so that two runs at once write the same or do not meet.
    """

    def __init__(self, folder: Path, version: str) -> None:
        self.folder = folder
        self.version = version
        self._held = self._read_index()
        self._index: dict[str, dict] = {}

    def work_folder(self) -> Path:
        """A new folder for what is unpacked and half-written."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{WORK_PREFIX}{os.getpid()}-{time.time_ns()}"
        path.mkdir()
        return path

    def known(self, source_file: str, found: os.stat_result) -> Entries | None:
        """What an unchanged file came to, when it was taken in before; None when it has to be looked at."""
        held = self._held.get(source_file)
        if held is None or held["stat"] != _stat(found) or held["is_unsettled"]:
            return None
        entries = held["entries"]
        return entries if self._has_all(entries) else None

    def same_content(self, source_file: str, fingerprint: str) -> Entries | None:
        """What a file came to whose time stamp is new, but whose bytes are the same."""
        held = self._held.get(source_file)
        if held is None or held["fingerprint"] != fingerprint or not self._has_all(held["entries"]):
            return None
        return held["entries"]

    def has_entry(self, source_file: str) -> bool:
        """Whether a file of this name was taken in before."""
        return source_file in self._held

    def remember(
        self, source_file: str, found: os.stat_result, looked_at: int, fingerprint: str | None, entries: Entries
    ) -> None:
        """Note what a file came to, whose status was asked at a moment, in nanoseconds."""
        newest = max(found.st_mtime_ns, found.st_ctime_ns)
        tick = TICK if found.st_mtime_ns % 1_000_000_000 else OLD_TICK
        self._index[source_file] = {
            "stat": _stat(found),
            "is_unsettled": newest + tick > looked_at,
            "fingerprint": fingerprint,
            "entries": entries,
        }

    def memo(self, key: str) -> object | None:
        """What was found out of a set of files before."""
        return self._held.get("memo:" + key, {}).get("value")

    def remember_memo(self, key: str, value: object) -> None:
        """Note what was found out of a set of files."""
        self._index["memo:" + key] = {"value": value}

    def path(self, dataset: str, day: date, *parts: str) -> Path:
        """The file for a report: its name says content, place, day and version of the intake."""
        name = hashlib.sha256("\0".join([*parts, dataset, day.isoformat(), self.version]).encode()).hexdigest()
        return self.folder / f"{dataset}-{day}-{name[:NAME_DIGITS]}.parquet"

    def keep(self, written: Path, path: Path) -> None:
        """Put a file that is whole in its place."""
        try:
            os.replace(written, path)
        except PermissionError:
            # Windows does not replace a file that is open; one of this name has the same rows.
            if not path.exists():
                raise

    def write_index(self, work: Path) -> None:
        """Put the index of this run in the place of the last one."""
        written = work / INDEX
        text = json.dumps({"version": self.version, "files": self._index}, indent=1)
        written.write_text(text, encoding="utf-8")
        for attempt in range(20):
            try:
                os.replace(written, self.folder / INDEX)
                return
            except PermissionError:
                # Windows: another run reads it at this moment.
                time.sleep(0.05 * (attempt + 1))
        os.replace(written, self.folder / INDEX)

    def _read_index(self) -> dict[str, dict]:
        index = _index_of(self.folder)
        # Without an index of this version every file is read again.
        return index["files"] if index.get("version") == self.version else {}

    def _has_all(self, entries: Entries) -> bool:
        stored = [entry["data_file"] for entry in entries if entry.get("is_stored")]
        return all((self.folder / name).exists() for name in stored)


def sweep(store: Path) -> None:
    """Remove what the last intake does not need: files of withdrawn reports, and what a killed run left.

    Arguments:
        store: the folder of the store.
    """
    index = _index_of(store)
    entries = [entry for held in index.get("files", {}).values() for entry in held.get("entries", [])]
    names = {entry["data_file"] for entry in entries if entry.get("is_stored")}
    # Without an index nothing is known of the files.
    for path in store.glob("*.parquet") if index else ():
        if path.name not in names:
            _remove(path)
    for folder in store.glob(f"{WORK_PREFIX}*"):
        if time.time() - folder.stat().st_mtime > OLD_WORK_SECONDS:
            remove_folder(folder)


def _index_of(store: Path) -> dict:
    try:
        return json.loads((store / INDEX).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def remove_folder(folder: Path) -> None:
    """Remove a work folder with what is in it. What Windows keeps open stays for the next sweep."""
    shutil.rmtree(folder, ignore_errors=True)


def _remove(path: Path) -> None:
    # Windows keeps what is open; the next sweep finds it.
    with suppress(OSError):
        path.unlink(missing_ok=True)


def _stat(found: os.stat_result) -> list[int]:
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]


def to_entry(record: Record, store: Path) -> dict:
    """A record as it stands in the index: with the name of a file of the store, and none for one that is read in place.

    Both the store and the folder of exports may be moved.
    """
    is_stored = record.data_file.parent == store
    return {
        **asdict(record),
        "export_date": record.export_date.isoformat(),
        "data_file": record.data_file.name if is_stored else None,
        "is_stored": is_stored,
    }


def from_entry(entry: dict, store: Path, in_place: Path) -> Record:
    """A record of the index, whose rows are in the store, or else in the file that it was made of."""
    fields = entry["fields"]
    values = {name: value for name, value in entry.items() if name != "is_stored"} | {
        "export_date": date.fromisoformat(entry["export_date"]),
        "data_file": store / entry["data_file"] if entry["is_stored"] else in_place,
        "fields": None if fields is None else tuple(one and ParquetField(**one) for one in fields),
    }
    return Record(**values)
