"""Finds what would count twice: the same content in two files, and files of an export with the same rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

import duckdb

from partner_score.intake.errors import refusal
from partner_score.intake.records import Record
from partner_score.intake.sources import Dataset
from partner_score.intake.sql import identifier, text_literal
from partner_score.intake.store import Store
from partner_score.intake.views import rows_of

# Fewer equal rows in two files may be chance: lines of one subscription that cost the same.
ROWS_TO_OVERLAP = 10
# The same for all rows that a file has of a month.
ROWS_OF_A_MONTH = 3
# Of exports that carry a month by its name.
DAY_FORMATS = ("%Y-%m-%d", "%m/%d/%Y", "%b-%Y")


@dataclass(frozen=True)
class _Compared:
    """What two files of an export have in common.

    Attributes:
        copies: per file that has the rows of another one, the other one.
        shared: per file, another one and how many of its rows are there, too, where it takes more to be the same.
    """

    copies: dict[str, str]
    shared: dict[str, tuple[str, int]]


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
        ExportError: of a report that adds up, most of a file's rows, or all of a month, are in another file of its
            export, too.
    """
    exports: dict[tuple, list[Record]] = {}
    for record in records:
        exports.setdefault((record.dataset, record.export_date), []).append(record)
    by_name = {dataset.name: dataset for dataset in datasets}
    copies: dict[str, Record] = {}
    shared: dict[str, tuple[str, int]] = {}
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
            compared = _compared(by_name[name], left, store)
            files_by_name = {record.source_file: record for record in left}
            copies |= {file: files_by_name[original] for file, original in compared.copies.items()}
            shared |= compared.shared
    counted = [record for record in records if record.source_file not in copies]
    return [_with_remarks(record, copies, shared) for record in counted], copies


def _shortest_name(record: Record) -> tuple[int, str]:
    return len(record.source_file.rsplit("/", 1)[-1]), record.source_file


def _with_remarks(record: Record, copies: dict[str, Record], shared: dict[str, tuple[str, int]]) -> Record:
    names = [name for name, original in copies.items() if original.source_file == record.source_file]
    said = [f"{name} has the same content in the same export. It counts once." for name in names]
    if record.source_file in shared:
        other, count = shared[record.source_file]
        rows = "row is" if count == 1 else "rows are"
        said.append(f"{count} of its {rows} in {other}, too. They count in both: see that no usage is there twice.")
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


def _compared(dataset: Dataset, files: list[Record], store: Store) -> _Compared:
    """Compare the files of an export, unless just these were compared before."""
    key = hashlib.sha256(
        "\0".join(f"{one.source_file} {one.content_fingerprint}" for one in files).encode()
    ).hexdigest()
    memo = store.memo(key)
    if memo is None:
        compared = _compare(dataset, files)
        memo = [compared.copies, compared.shared]
    store.remember_memo(key, memo)
    copies, shared = memo
    return _Compared(copies, {file: tuple(found) for file, found in shared.items()})


def _compare(dataset: Dataset, files: list[Record]) -> _Compared:
    queries = [
        f"select {number} as file, {_whole_row(dataset)} as row_hash, {_usage(dataset)} as usage_hash, "
        f"{_month(dataset)} as month, {_is_worth_something(dataset)} as is_worth_something "
        f"from ({rows_of(dataset, [record])})"
        for number, record in enumerate(files)
    ]
    with duckdb.connect() as connection:
        connection.execute("set memory_limit = '1GB'")
        connection.execute(f"create table file_rows as {' union all '.join(queries)}")
        copies = _copies(connection, files)
        if not dataset.adds_up:
            return _Compared(copies, {})
        left = [number for number, record in enumerate(files) if record.source_file not in copies]
        return _Compared(copies, _shared(connection, dataset, files, left))


def _copies(connection: duckdb.DuckDBPyConnection, files: list[Record]) -> dict[str, str]:
    """Files that have just the rows of an earlier one, in whatever form and order."""
    rows = connection.execute(
        "select file, count(*), sum(row_hash), bit_xor(row_hash) from file_rows group by file order by file"
    ).fetchall()
    first: dict[tuple, int] = {}
    copies = {}
    for file, *content in rows:
        original = first.setdefault(tuple(content), file)
        if original != file:
            copies[files[file].source_file] = files[original].source_file
    return copies


def _shared(
    connection: duckdb.DuckDBPyConnection, dataset: Dataset, files: list[Record], left: list[int]
) -> dict[str, tuple[str, int]]:
    """Look for usage that would count twice. Returns, per file, another one with some of its rows, and how many.

    Names and what is optional make no difference, nor do fractions of a cent: one download was saved by Excel, edited,
    or brought by the API. What costs nothing cannot count twice.

    Raises:
        ExportError: most of a file's rows, or all of a month, are in another file.
    """
    found = connection.execute(
        f"""
        with usage as (
            select distinct file, month, usage_hash from file_rows
            where is_worth_something and file in (select unnest($left))
        ),
        months as (select file, month, count(*) as row_count from usage group by all),
        files as (select file, sum(row_count) as row_count from months group by all),
        shared as (
            select one.file, other.file as other_file, one.month, count(*) as shared_count
            from usage as one
            inner join usage as other on one.usage_hash = other.usage_hash and one.file != other.file
            group by all
        )
        select
            shared.file, other_file, cast(sum(shared_count) as bigint), cast(any_value(files.row_count) as bigint),
            max(shared.month) filter (shared_count = months.row_count and shared_count >= {ROWS_OF_A_MONTH})
        from shared
        inner join months on shared.file = months.file and shared.month is not distinct from months.month
        inner join files on shared.file = files.file
        group by shared.file, other_file
        order by sum(shared_count) desc, shared.file desc
        """,
        {"left": left},
    ).fetchall()
    for file, other, shared, count, month in found:
        is_most = shared == count > 1 or (shared >= ROWS_TO_OVERLAP and 2 * shared >= count)
        if is_most or month:
            which = f"{shared} of its {count} rows" if is_most else f"All its rows of {month}"
            raise refusal(
                files[file].source_file,
                f"{which} are in {files[other].source_file}, too, and would count twice. If both are downloads of one "
                "report, remove the older one, or put each into the folder of its own day",
                dataset=dataset.name,
            )
    # the most first
    return {files[file].source_file: (files[other].source_file, shared) for file, other, shared, *_ in reversed(found)}


def _whole_row(dataset: Dataset) -> str:
    """A hash of a row in which `2024-05-01` and `5/1/2024`, `500` and `500.00` are the same."""
    return f"hash({', '.join(_plain_text(dataset, column) for column in dataset.columns)})"


def _usage(dataset: Dataset) -> str:
    """A hash of what a row reports: what every file must have, without the flag, which Excel writes otherwise."""
    columns = [column for column, is_required in dataset.columns.items() if is_required and column not in dataset.flags]
    texts = [
        f"round(try_cast({_text(column)} as double), 2)"
        if column in dataset.numbers
        else f"lower({_plain_text(dataset, column)})"
        for column in columns
    ]
    return f"hash({', '.join(texts)})"


def _month(dataset: Dataset) -> str:
    months = [column for column, kind in dataset.dates.items() if kind == "month"]
    return f"left({_plain_text(dataset, months[0])}, 7)" if months else "null"


def _is_worth_something(dataset: Dataset) -> str:
    amounts = [f"abs(try_cast({_text(column)} as double)) >= 0.005" for column in dataset.numbers]
    return f"coalesce({' or '.join(amounts)}, false)" if amounts else "true"


def _plain_text(dataset: Dataset, column: str) -> str:
    """A value as text, the same for forms of one date, number, flag or id."""
    text = _text(column)
    if column in dataset.numbers:
        return f"coalesce(cast(try_cast({text} as double) as varchar), {text})"
    if column in dataset.dates:
        # What stands behind the day is a time.
        day = f"regexp_replace({text}, '[ T]+[0-9]+:.*$', '')"
        formats = ", ".join(map(text_literal, DAY_FORMATS))
        return f"coalesce(cast(cast(try_strptime({day}, [{formats}]) as date) as varchar), {text})"
    if column in dataset.ids:
        bare = f"lower(replace(replace({text}, '{{', ''), '}}', ''))"
        return f"case when ends_with({bare}, '.0') then left({bare}, -2) else {bare} end"
    if column in dataset.flags:
        return f"coalesce(cast(try_cast(try_cast({text} as boolean) as integer) as varchar), {text})"
    return text


def _text(column: str) -> str:
    return f"nullif(trim(cast({identifier(column)} as varchar)), '')"
