"""Finds what would count twice: the same content in two files, and files of an export with the same rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace

import duckdb

from partner_score.intake.errors import refusal
from partner_score.intake.records import Record
from partner_score.intake.sources import Dataset
from partner_score.intake.sql import identifier, text_literal
from partner_score.intake.store import Store
from partner_score.intake.views import rows_of

# Fewer equal rows in two files may be chance.
ROWS_TO_OVERLAP = 10


def without_copies(
    records: Iterable[Record], datasets: list[Dataset], store: Store
) -> tuple[list[Record], dict[str, Record]]:
    """Leave out reports that are in an export twice: with the same bytes, or with the same rows.

    Arguments:
        records: what was taken in.
        datasets: the reports.
        store: remembers what was compared before.

    Returns:
        The records that count, in their order, with a remark on those that have copies; and for each of the others the
        one that it is a copy of.

    Raises:
        ExportError: of a report that adds up, half of a file's rows, or more, are in another file of its export, too.
    """
    exports: dict[tuple, list[Record]] = {}
    for record in records:
        exports.setdefault((record.dataset, record.export_date), []).append(record)
    by_name = {dataset.name: dataset for dataset in datasets}
    copies: dict[str, Record] = {}
    for (name, _), files in exports.items():
        # `report.csv` before `copy of report.csv`
        files = sorted(files, key=_shortest_name)  # noqa: PLW2901
        originals: dict[str, Record] = {}
        for record in files:
            original = originals.setdefault(record.content_fingerprint, record)
            if original is not record:
                copies[record.source_file] = original
        left = [record for record in files if record.source_file not in copies]
        if len(left) > 1:
            copies |= _with_the_same_rows(by_name[name], left, store)
    counted = [record for record in records if record.source_file not in copies]
    return [_with_remarks(record, copies) for record in counted], copies


def _shortest_name(record: Record) -> tuple[int, str]:
    return len(record.source_file.rsplit("/", 1)[-1]), record.source_file


def _with_remarks(record: Record, copies: dict[str, Record]) -> Record:
    names = [name for name, original in copies.items() if original.source_file == record.source_file]
    said = [f"{name} has the same content in the same export. It counts once." for name in names]
    return replace(record, remarks=[*record.remarks, *said])


def say_repeated(records: list[Record], datasets: list[Dataset]) -> list[Record]:
    """Remark where a later day has the content of an earlier one: its months may be said to be over too early."""
    with_months = {dataset.name for dataset in datasets if "month" in dataset.dates.values()}
    earliest: dict[tuple[str, str], Record] = {}
    said = []
    for record in sorted(records, key=lambda one: (one.export_date, one.source_file)):
        earlier = earliest.setdefault((record.dataset, record.content_fingerprint), record)
        if earlier is not record and record.dataset in with_months:
            record = replace(  # noqa: PLW2901
                record,
                remarks=[
                    *record.remarks,
                    f"It has the same content as {earlier.source_file}. If it was taken on the earlier day, remove it: "
                    "its later day says that a month was over which may have been running.",
                ],
            )
        said.append(record)
    return sorted(said, key=lambda one: (one.dataset, one.export_date, one.source_file))


def _with_the_same_rows(dataset: Dataset, files: list[Record], store: Store) -> dict[str, Record]:
    """Compare the files of an export, unless just these were compared before."""
    by_name = {record.source_file: record for record in files}
    key = hashlib.sha256(
        "\0".join(f"{one.source_file} {one.content_fingerprint}" for one in files).encode()
    ).hexdigest()
    pairs = store.memo(key)
    if pairs is None:
        pairs = [[file, other] for file, other in _compare(dataset, files)]
    store.remember_memo(key, pairs)
    return {file: by_name[other] for file, other in pairs}


def _compare(dataset: Dataset, files: list[Record]) -> list[tuple[str, str]]:
    queries = [
        f"select {number} as file, {_row_hash(dataset)} as row_hash from ({rows_of(dataset, [record])})"
        for number, record in enumerate(files)
    ]
    with duckdb.connect() as connection:
        connection.execute("set memory_limit = '1GB'")
        connection.execute(f"create table row_hashes as {' union all '.join(queries)}")
        copies = _copies(connection, files)
        if not dataset.adds_up:
            return copies
        found = connection.execute(
            f"""
            with file_rows as (
                select distinct file, row_hash from row_hashes
                where file not in (select unnest(?))
            ),
            row_counts as (select file, count(*) as row_count from file_rows group by file)
            select count(*), any_value(row_counts.row_count), one.file, other.file
            from file_rows as one
            inner join file_rows as other on one.row_hash = other.row_hash and one.file != other.file
            inner join row_counts on one.file = row_counts.file
            group by one.file, other.file
            having count(*) >= {ROWS_TO_OVERLAP} and 2 * count(*) >= any_value(row_counts.row_count)
            order by count(*) desc, one.file desc
            limit 1
            """,
            [[number for number, record in enumerate(files) if record.source_file in dict(copies)]],
        ).fetchone()
    if found:
        shared, count, file, other = found
        raise refusal(
            files[file].source_file,
            f"{shared} of its {count} rows are in {files[other].source_file}, too, and would count twice. If both are "
            "downloads of one report, remove the older one, or put each into the folder of its own day",
            dataset=dataset.name,
        )
    return copies


def _copies(connection: duckdb.DuckDBPyConnection, files: list[Record]) -> list[tuple[str, str]]:
    """Files that have just the rows of an earlier one, in whatever form and order."""
    rows = connection.execute(
        "select file, count(*), sum(row_hash), bit_xor(row_hash) from row_hashes group by file order by file"
    ).fetchall()
    first: dict[tuple, int] = {}
    copies = []
    for file, *content in rows:
        original = first.setdefault(tuple(content), file)
        # The same few rows may be chance.
        if original != file and content[0] >= ROWS_TO_OVERLAP:
            copies.append((files[file].source_file, files[original].source_file))
    return copies


def _row_hash(dataset: Dataset) -> str:
    """A hash of a row in which `2024-05-01` and `5/1/2024`, `500` and `500.00` are the same."""
    columns = []
    for column in dataset.columns:
        text = f"nullif(trim(cast({identifier(column)} as varchar)), '')"
        if column in dataset.numbers:
            text = f"coalesce(cast(try_cast({text} as double) as varchar), {text})"
        elif column in dataset.dates:
            formats = ", ".join(map(text_literal, ("%Y-%m-%d", "%m/%d/%Y", "%b-%Y")))
            # What stands behind the day is a time.
            day = f"regexp_replace({text}, '[ T].*$', '')"
            text = f"coalesce(cast(try_strptime({day}, [{formats}]) as varchar), {text})"
        columns.append(text)
    return f"hash({', '.join(columns)})"
