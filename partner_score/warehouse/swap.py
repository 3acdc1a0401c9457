"""Replaces the warehouse file as a whole: a new one is drafted in a folder beside it and swapped in when it is good.

Until the swap nothing touches the live file, and the swap is one rename: a reader has the old warehouse or the new one,
and so has whoever comes after a crash. Drafting, copying and swapping know nothing of what is written into the draft.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
from filelock import lock_descriptor

# Copies by reference where the file system can, by content elsewhere.
COPY = {
    "linux": ["cp", "--reflink=auto", "--no-preserve=mode"],
    "darwin": ["cp", "-c"],
}.get(sys.platform, [sys.executable, "-c", "import shutil, sys; shutil.copyfile(*sys.argv[1:])"])
# Windows renames no file over one that a program has open, and opens no folder.
IS_WINDOWS = os.name == "nt"
# A virus scanner opens a new file for a moment.
RENAME_TRIES = 10
RENAME_PAUSE_SECONDS = 0.2


class SwapError(Exception):
    """The warehouse cannot be replaced, and is as it was. The message says why and what to do."""


@dataclass
class Draft:
    """A warehouse in the making.

    Attributes:
        path: the file to write. It has the live file's name, because DuckDB names a database after its file and the
            views that dbt writes spell that name out.
        live: the file to replace, which may not exist.
        reader: a connection that has the live file open, so that nobody else writes to it meanwhile; None without one.
    """

    path: Path
    live: Path
    reader: duckdb.DuckDBPyConnection | None

    def swap_in(self) -> None:
        """Put the draft in the place of the live file, at once and for good. Everything that wrote to it must be done.

        Raises:
            SwapError: the draft is not whole, a live file appeared that was not there when the draft was begun, or on
                Windows another program has the live file open. The draft stays.
        """
        _complete(self.path)
        if self.reader:
            shutil.copymode(self.live, self.path)
        elif self.live.exists():
            raise SwapError(f"{self.live} appeared during the build, from another program. Build again, or remove it.")
        else:
            # DuckDB would apply the left-over changes of a removed warehouse to the new one.
            for changes in _pending_changes(self.live):
                changes.unlink()
        if IS_WINDOWS and self.reader:
            # Ours would be in the way, too.
            self.reader.execute("detach live")
        _rename(self.path, self.live)
        if not IS_WINDOWS:
            _flush(self.live.parent, os.O_RDONLY)


@contextmanager
def drafted(warehouse: Path, is_empty: bool = False) -> Iterator[Draft]:
    """Begin a draft of a warehouse, as the only process that does, and clean up after one that was killed.

    A draft that is not swapped in stays for inspection in the folder `.<name>.building` until the next one begins.

    Arguments:
        warehouse: the path that the warehouse is opened by. The target of a link is replaced, not the link. A folder
            that does not exist is made.
        is_empty: whether to begin with nothing rather than with a copy of the live file.

    Raises:
        SwapError: another process drafts this warehouse, another program writes to it, there is no room for the copy,
            or the path is a file that this DuckDB cannot read, which is never replaced.
    """
    live = Path(os.path.realpath(warehouse))
    folder = live.with_name(f".{live.name}.building")
    draft = folder / live.name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _lock(folder / "lock", warehouse):
            _clear(folder)
            with _reader(live) as reader:
                if reader and not is_empty:
                    _copy(live, draft)
                yield Draft(draft, live, reader)
    except OSError as error:
        raise SwapError(f"The warehouse {warehouse} cannot be written: {error}.") from error


@contextmanager
def _lock(path: Path, warehouse: Path) -> Iterator[None]:
    # The kernel releases the lock with the process, however it ends. The file itself stays: whoever removed it would
    # let two processes lock two files of one name.
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        if not lock_descriptor(lock, blocking=False):
            # Nobody else reads the first byte, which is what Windows locks.
            os.lseek(lock, 1, os.SEEK_SET)
            holder = os.read(lock, 200).decode().strip() or "process unknown"
            raise SwapError(f"Another build of {warehouse} is running ({holder}). Wait for it, or stop it.")
        os.ftruncate(lock, 0)
        os.write(lock, f"\nprocess {os.getpid()}, since {time.strftime('%Y-%m-%d %H:%M:%S')}".encode())
        yield
    finally:
        os.close(lock)


def _clear(folder: Path) -> None:
    for left_over in folder.iterdir():
        if left_over.is_dir():
            shutil.rmtree(left_over)
        elif left_over.name != "lock":
            left_over.unlink()


@contextmanager
def _reader(live: Path) -> Iterator[duckdb.DuckDBPyConnection | None]:
    """Have the live file open for reading: any reader may come, no writer, and it is known to be a whole database."""
    if not live.exists():
        yield None
        return
    with duckdb.connect() as connection:
        try:
            if _pending_changes(live):
                _attach(connection, live, "read_write")
                connection.execute("checkpoint live")
                connection.execute("detach live")
            _attach(connection, live, "read_only")
        except duckdb.Error as error:
            raise SwapError(_cannot_open(live, str(error))) from error
        if _pending_changes(live):
            raise SwapError(f"Another program writes to {live}. Close it.")
        yield connection


def _pending_changes(live: Path) -> list[Path]:
    """Files with changes that a program committed, but did not yet write into the database file.

    They are never left for the next file under the name: DuckDB may apply them to it without noticing.
    """
    paths = [Path(f"{live}{ending}") for ending in (".wal", ".wal.checkpoint", ".wal.recovery")]
    return [path for path in paths if path.exists()]


def _attach(connection: duckdb.DuckDBPyConnection, live: Path, access: str) -> None:
    # The type is given because DuckDB would look for an extension to read a file of another one.
    quoted = str(live).replace("'", "''")
    connection.execute(f"attach '{quoted}' as live (type duckdb, {access})")


def _cannot_open(live: Path, reason: str) -> str:
    reason = " ".join(reason.split("\n\n", maxsplit=1)[0].split())
    if "Could not set lock" in reason:
        return f"Another program has {live} open. Close it and build again. DuckDB says: {reason}"
    return (
        f"{live} is there, but this DuckDB cannot read it, so it is left alone. Name another file in WAREHOUSE_PATH, "
        f"or move this one away. DuckDB says: {reason}"
    )


def _copy(live: Path, draft: Path) -> None:
    # A process of its own, because closing a file gives up all of a process's locks on it, and with them the reader's.
    # It writes a file of its own, lest it goes on writing into a later draft when we are killed.
    written = draft.with_name(f"{draft.name}.{os.getpid()}.copy")
    copied = subprocess.run([*COPY, str(live), str(written)], capture_output=True, text=True, check=False)
    if copied.returncode:
        reason = copied.stderr.strip().splitlines() or [f"the copying ended with status {copied.returncode}"]
        raise SwapError(f"The warehouse cannot be copied: {reason[-1]}")
    os.replace(written, draft)


def _rename(draft: Path, live: Path) -> None:
    """Rename, and where Windows does not let us, say which program to close."""
    for attempt in range(RENAME_TRIES):
        try:
            os.replace(draft, live)
        except PermissionError as error:
            if attempt == RENAME_TRIES - 1:
                raise SwapError(
                    f"Another program has {live} open, and Windows replaces no open file. Close the program (Power BI, "
                    f"Excel, DBeaver, a Python session) and build again. {_who_has_it_open(live, error)} The new "
                    f"warehouse passed its tests and is kept until the next build: {draft}"
                ) from error
            time.sleep(RENAME_PAUSE_SECONDS)
        else:
            return


def _who_has_it_open(live: Path, error: OSError) -> str:
    """What DuckDB says of a file that is open elsewhere: on Windows it names the program."""
    try:
        duckdb.connect(str(live)).close()
    except duckdb.Error as refused:
        return f"DuckDB says: {' '.join(str(refused).split())}."
    return f"Windows says: {error.strerror}."


def _complete(draft: Path) -> None:
    """See that the draft is one whole file, on the disk, that nobody has open."""
    try:
        with duckdb.connect(str(draft)) as connection:
            connection.execute("checkpoint")
        # Refused in this process, too, while a connection is open for writing.
        duckdb.connect(str(draft), read_only=True).close()
    except duckdb.Error as error:
        raise SwapError(f"The new warehouse cannot be completed: {error}") from error
    if _pending_changes(draft):
        raise SwapError(f"The new warehouse is not complete: {draft} has changes beside it.")
    _flush(draft)


def _flush(path: Path, access: int = os.O_RDWR) -> None:
    # Windows flushes nothing that is open for reading alone.
    opened = os.open(path, access)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
