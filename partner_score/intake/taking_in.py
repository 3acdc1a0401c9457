"""Takes in a folder: the one entry of the intake."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import date
from pathlib import Path

from tqdm import tqdm

from partner_score.intake.copying import Room
from partner_score.intake.date_orders import ORDER_VARIABLE
from partner_score.intake.doubles import say_repeated, without_copies
from partner_score.intake.errors import ExportError, refusal
from partner_score.intake.folder import LeftAlone, files_below, no_export, time_stamp
from partner_score.intake.records import Intake, Record
from partner_score.intake.sources import Dataset, datasets
from partner_score.intake.store import Entries, Store, from_entry, intake_version, remove_folder, sweep, to_entry
from partner_score.intake.structure import fingerprint_of
from partner_score.intake.table import listed
from partner_score.intake.taking import Taken, Task, take_file

# Each file takes memory of its own.
MOST_AT_ONCE = 4
SECONDS_BEFORE_PROGRESS = 2
FILES_NAMED = 20


def take_in(  # noqa: PLR0913
    folder: Path,
    store: Path,
    date_order: str | None = None,
    is_dry_run: bool = False,
    *,
    say: Callable[[str], None] | None = print,
    show: Callable[[Intake, list[Dataset]], str] = listed,
    keeps_withdrawn: bool = False,
    copies_parquet: bool = False,
    wanted: list[Dataset] | None = None,
) -> Intake:
    """Turn whatever lies in a folder into one Parquet file per report.

    Arguments:
        folder: the folder of exports; a relative one starts at the current folder.
        store: where the Parquet files go. What is there of unchanged files is not read again.
        date_order: `dmy` or `mdy`, for dates that leave their order open; what PARTNER_CENTER_DATE_ORDER says when it
            is left out.
        is_dry_run: look at everything, and write nothing into the store.
        say: prints the table of what was done; None to print nothing.
        show: makes the table.
        copies_parquet: copy Parquet files as text, too, for engines that do not read them in place.
        keeps_withdrawn: leave in the store what no file needs any more, because a warehouse still reads it (see sweep).
        wanted: the reports that are looked for; those of the sources when they are left out.

    Returns:
        What lies in the folder.

    Raises:
        ExportError: the folder holds no report, or a report cannot be read as it is. The message has a paragraph per
            file. The store's files and index are as they were.
    """
    wanted = datasets() if wanted is None else wanted
    date_order = date_order or os.environ.get(ORDER_VARIABLE) or None
    folder, store = Path(os.path.abspath(folder)), Path(os.path.abspath(store))
    if not folder.is_dir():
        raise ExportError(
            f"The exports folder {folder} does not exist. Set PARTNER_CENTER_EXPORTS to the folder that holds your "
            "downloads (a relative path starts at the current folder), or unset it to use the sample."
        )
    held = Store(store, intake_version(wanted, date_order, copies_parquet))
    found = _Found(folder, held, Task(wanted, held, date_order, date.today(), copies_parquet))
    if is_dry_run:
        with tempfile.TemporaryDirectory() as scratch:
            held.folder = Path(scratch)
            intake = _take_in(held, found)
    else:
        intake = _take_in(held, found)
        if not keeps_withdrawn:
            sweep(store)
    if say:
        say(show(intake, wanted))
    return intake


def _take_in(store: Store, found: _Found) -> Intake:
    wanted, folder = found.task.datasets, found.folder
    work = store.work_folder()
    try:
        found.look(work)
        records = sorted(found.records, key=lambda one: (one.dataset, one.export_date, one.source_file))
        if not records:
            raise ExportError(_nothing(folder, found.left_alone))
        counted, copies = without_copies(records, wanted, store)
        intake = Intake(
            folder=folder,
            store=store.folder,
            records=say_repeated(counted, wanted),
            copies=copies,
            all_copies=[record for record in records if record.source_file in copies],
            left_alone=found.left_alone,
            new=found.new,
        )
        there = {record.dataset for record in records}
        intake.missing = [dataset.name for dataset in wanted if dataset.name not in there]
        store.write_index(work)
    finally:
        remove_folder(work)
    return intake


class _Found:
    """Looks through a folder, and takes in what is new."""

    def __init__(self, folder: Path, store: Store, task: Task) -> None:
        self.folder, self.store, self.task = folder, store, task
        self.records: list[Record] = []
        self.left_alone: dict[str, str] = {}
        self.new: set[str] = set()
        self._errors: dict[str, str] = {}

    def look(self, work: Path) -> None:
        """Take in every file, with room in a folder to work in.

        Raises:
            ExportError: some cannot be read; all of them are named.
        """
        new: list[tuple[str, Path, os.stat_result, int]] = []
        for source_file, path in files_below(self.folder):
            looked_at = time.time_ns()
            reason = no_export(source_file)
            try:
                found = None if reason else time_stamp(path)
            except LeftAlone as left_alone:
                reason = str(left_alone)
            except ExportError as error:
                self._errors[source_file] = str(error)
                continue
            if reason:
                self.left_alone[source_file] = reason
                continue
            entries = self.store.known(source_file, found)
            if entries is None and self.store.has_entry(source_file):
                entries = self.store.same_content(source_file, fingerprint_of(path))
            if entries is None:
                new.append((source_file, path, found, looked_at))
            else:
                self._add(source_file, found, looked_at, entries)
        self._take_new(new, work)
        if self._errors:
            raise ExportError("\n\n".join(dict.fromkeys(self._errors[name] for name in sorted(self._errors))))

    def _add(self, source_file: str, found: os.stat_result, looked_at: int, entries: Entries) -> None:
        for entry in entries:
            if "reason" in entry:
                self.left_alone[entry["source_file"]] = entry["reason"]
            else:
                self.records.append(from_entry(entry, self.store.folder, self.folder / source_file))
        self.store.remember(source_file, found, looked_at, _fingerprint(entries), entries)

    def _take_new(self, new: list[tuple[str, Path, os.stat_result, int]], work: Path) -> None:
        if not new:
            return
        cores = os.cpu_count() or 1
        at_once = max(1, min(cores, MOST_AT_ONCE, len(new)))
        # The largest first, so that no core waits for the last one.
        new = sorted(new, key=lambda one: -one[2].st_size)
        total = sum(found.st_size for _, _, found, _ in new)

        def room(number: int) -> Room:
            return Room(work / str(number), max(1, cores // at_once), at_once)

        with (
            ThreadPoolExecutor(at_once) as pool,
            tqdm(
                total=total,
                unit="B",
                unit_scale=True,
                desc="Reading exports",
                delay=SECONDS_BEFORE_PROGRESS,
                disable=None,
            ) as progress,
        ):
            running = {
                pool.submit(self._take_one, self.task, room(number), source_file, path): (source_file, found, looked_at)
                for number, (source_file, path, found, looked_at) in enumerate(new)
            }
            for done in as_completed(running):
                source_file, found, looked_at = running[done]
                progress.update(found.st_size)
                try:
                    taken = done.result()
                except ExportError as error:
                    self._errors[source_file] = str(error)
                    continue
                self.new |= {record.source_file for record in taken.records}
                self._add(source_file, found, looked_at, _entries(taken, self.store))

    @staticmethod
    def _take_one(task: Task, room: Room, source_file: str, path: Path) -> Taken:
        room.work.mkdir()
        before = path.stat()
        try:
            taken = take_file(task, source_file, path, room)
        finally:
            remove_folder(room.work)
        after = path.stat()
        if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
            raise refusal(source_file, "it changed while it was read. Wait until it is whole, and build again")
        return taken


def _entries(taken: Taken, store: Store) -> Entries:
    """What a file came to, for the index."""
    records = [to_entry(record, store.folder) for record in taken.records]
    left_alone = [{"source_file": name, "reason": reason} for name, reason in taken.left_alone.items()]
    return [*records, *left_alone]


def _fingerprint(entries: Entries) -> str | None:
    """The hash of a file that is one report and not packed; None for every other."""
    if len(entries) != 1 or "reason" in entries[0] or "/" in entries[0]["format"] or " " in entries[0]["format"]:
        return None
    return entries[0]["content_fingerprint"].split(" ")[0]


def _nothing(folder: Path, left_alone: dict[str, str]) -> str:
    listed_files = [f"{name} ({reason})" for name, reason in sorted(left_alone.items())]
    more = f" and {len(listed_files) - FILES_NAMED} more" if len(listed_files) > FILES_NAMED else ""
    found = f" Found: {', '.join(listed_files[:FILES_NAMED])}{more}." if listed_files else " It is empty."
    return (
        f"The exports folder {folder} holds no report that the score reads.{found} Download at least one usage report "
        "from Partner Center (Insights, Download reports) and put it there, under any name."
    )
