"""Finds what would count twice: the same content in two files, and files of an export with the same rows."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

import duckdb

from partner_score.intake.errors import refusal
from partner_score.intake.records import Record
from partner_score.intake.sources import Dataset
from partner_score.intake.sql import has_row, identifier, text_literal
from partner_score.intake.store import Store
from partner_score.intake.views import rows_of

# Fewer different rows in two files may be chance: lines of one service that cost the same.
ROWS_TO_OVERLAP = 10
# The same where they are all that a file has, or all that it has of a month.
ROWS_OF_A_PART = 5
# How exports write days and months, as they come and as Excel saves them.
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
        are = "is" if count == 1 else "are"
        said.append(
            f"{count:,} of its rows {are} in {other}, too. They count in both: see that no usage is there twice."
        )
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
    with duckdb.connect() as connection:
        connection.execute("set memory_limit = '1GB'")
        copies = _copies(connection, dataset, files)
        left = [record for record in files if record.source_file not in copies]
        return _Compared(copies, _shared(connection, dataset, left) if dataset.adds_up and len(left) > 1 else {})


def _copies(connection: duckdb.DuckDBPyConnection, dataset: Dataset, files: list[Record]) -> dict[str, str]:
    """Files that have just the rows of an earlier one, in whatever form and order."""
    row_hash = f"hash({', '.join(_plain_text(dataset, column) for column in dataset.columns)})"
    counts = Counter(record.rows for record in files)
    first: dict[tuple, str] = {}
    copies = {}
    for record in files:
        if counts[record.rows] == 1:
            continue
        rows = rows_of(dataset, [record])
        content = connection.execute(f"select count(*), sum({row_hash}), bit_xor({row_hash}) from ({rows})").fetchone()
        original = first.setdefault(content, record.source_file)
        if original != record.source_file:
            copies[record.source_file] = original
    return copies


def _shared(connection: duckdb.DuckDBPyConnection, dataset: Dataset, files: list[Record]) -> dict[str, tuple[str, int]]:
    """Look for usage that would count twice. Returns, per file, another one with some of its rows, and how many.

    What costs nothing cannot count twice.

    Raises:
        ExportError: most of a file's different rows, or all of a month, are in another file.
    """
    usage = _usage(connection, dataset, files)
    queries = [
        f"select {number} as file, {usage} as usage_hash, any_value({_month(dataset)}) as month, count(*) as row_count "
        f"from ({rows_of(dataset, [record])}) where {_is_worth_something(dataset)} group by all"
        for number, record in enumerate(files)
    ]
    connection.execute(f"create table usage as {' union all '.join(queries)}")
    found = connection.execute(
        f"""
        with shared as (
            select
                one.file, other.file as other_file, one.month, count(*) as different,
                sum(least(one.row_count, other.row_count)) as row_count
            from usage as one
            inner join usage as other on one.usage_hash = other.usage_hash and one.file != other.file
            group by all
        ),
        months as (select file, month, count(*) as different from usage group by all),
        files as (select file, sum(different) as different from months group by all)
        select
            shared.file, other_file, cast(sum(shared.row_count) as bigint), cast(sum(shared.different) as bigint),
            cast(any_value(files.different) as bigint),
            max(shared.month) filter (shared.different = months.different and months.different >= {ROWS_OF_A_PART})
        from shared
        inner join months on shared.file = months.file and shared.month is not distinct from months.month
        inner join files on shared.file = files.file
        group by shared.file, other_file
        order by sum(shared.row_count) desc, shared.file desc
        """
    ).fetchall()
    for file, other, rows, different, all_different, month in found:
        is_all = different == all_different and different >= ROWS_OF_A_PART
        is_most = different >= ROWS_TO_OVERLAP and 2 * different >= all_different
        if is_all or is_most or month:
            which = f"{rows:,} of its {files[file].rows:,} rows" if is_all or is_most else f"All its rows of {month}"
            raise refusal(
                files[file].source_file,
                f"{which} are in {files[other].source_file}, too, and would count twice. If both are downloads of one "
                "report, remove the older one, or put each into the folder of its own day",
                dataset=dataset.name,
            )
    # the most first
    return {files[file].source_file: (files[other].source_file, rows) for file, other, rows, *_ in reversed(found)}


def _usage(connection: duckdb.DuckDBPyConnection, dataset: Dataset, files: list[Record]) -> str:
    """A hash of what a row reports, in dollars and cents: of the columns that all files have, but for names.

    One download may have been saved by Excel, edited, or brought by the API, which has columns of its own.
    """
    texts = []
    for column, is_required in dataset.columns.items():
        if column in dataset.labels or not (is_required or _all_have(connection, dataset, files, column)):
            continue
        amount = f"round(try_cast({_text(column)} as double), 2)"
        texts.append(amount if column in dataset.numbers else f"lower({_plain_text(dataset, column)})")
    return f"hash({', '.join(texts)})"


def _all_have(connection: duckdb.DuckDBPyConnection, dataset: Dataset, files: list[Record], column: str) -> bool:
    value = f"{_text(column)} is not null"
    return all(has_row(connection, f"({rows_of(dataset, [record])})", value) for record in files)


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
        parsed = f"coalesce(cast(cast(try_strptime({day}, [{formats}]) as date) as varchar), {text})"
        # Nearly all dates are so already, and parsing is slow.
        return f"case when {text} like '____-__-__' then {text} else {parsed} end"
    if column in dataset.ids:
        return f"lower(case when ends_with({text}, '.0') then left({text}, -2) else {text} end)"
    if column in dataset.flags:
        return f"coalesce(cast(try_cast(try_cast({text} as boolean) as integer) as varchar), {text})"
    return text


def _text(column: str) -> str:
    return f"nullif(trim(cast({identifier(column)} as varchar)), '')"
