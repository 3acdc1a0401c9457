"""Says which exports were added, replaced, withdrawn or came late since the build before."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

# Dataset and day of an export, and the fingerprint of its content.
Exports = dict[tuple[str, date], str]

HELD = "select dataset, export_date, content_fingerprint from audit.processed_exports"


def held_exports(warehouse: Path) -> Exports:
    """Return the exports that a warehouse holds; none where there is no built warehouse."""
    if not warehouse.exists():
        return {}
    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            return {(dataset, day): content for dataset, day, content in connection.execute(HELD).fetchall()}
    except duckdb.Error:
        # What is wrong with the file is said where it is opened for the build.
        return {}


def changes_in_words(before: Exports, after: Exports) -> str | None:
    """Say in a line what changed from one build to the next; None where nothing did, or nothing was there before.

    An export that is new but older than one of its report that was there came late.
    """
    if not before:
        return None
    newest: dict[str, date] = {}
    for dataset, day in before:
        newest[dataset] = max(newest.get(dataset, day), day)
    new = after.keys() - before.keys()
    late = {(dataset, day) for dataset, day in new if day < newest.get(dataset, day)}
    groups = {
        "new": new - late,
        "late": late,
        "replaced": {export for export in after.keys() & before.keys() if after[export] != before[export]},
        "withdrawn": before.keys() - after.keys(),
    }
    named = [f"{word}: {_named(exports)}" for word, exports in groups.items() if exports]
    return f"Exports since the build before: {'; '.join(named)}." if named else None


def _named(exports: set[tuple[str, date]]) -> str:
    return ", ".join(f"{dataset} {day}" for dataset, day in sorted(exports))
