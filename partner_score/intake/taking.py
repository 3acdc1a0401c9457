"""Takes in one file: what reports it holds, from which day, and where their rows are."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path, PurePosixPath

import duckdb

from partner_score.intake import folder
from partner_score.intake.copying import Copier, Room, copier, stored
from partner_score.intake.days import EXPORT_FOLDER_PREFIX, ExportDay, export_day
from partner_score.intake.errors import TYPING_ERRORS, refusal
from partner_score.intake.folder import LeftAlone, Part
from partner_score.intake.headers import Match, check_header
from partner_score.intake.parquet_inputs import ParquetReport, read_parquet, source_of
from partner_score.intake.records import Record
from partner_score.intake.report_rows import Rows, Values
from partner_score.intake.rows import PlainRows, plain_rows_of_text, write_plain_rows
from partner_score.intake.sources import Dataset
from partner_score.intake.sql import identifier
from partner_score.intake.store import Store
from partner_score.intake.structure import NotUtf8, Scan, fingerprint_of, scan
from partner_score.intake.texts import Text, read_as_windows_1252, read_text, why_no_report
from partner_score.intake.values import interpret
from partner_score.intake.workbooks import Sheet, read_workbook

# A CSV file of just as many lines was saved by Excel from one that may have had more.
EXCEL_ROWS = 1_048_576
NO_REPORT = "no report"


@dataclass(frozen=True)
class Task:
    """What files are taken in for.

    Attributes:
        datasets: the reports that are looked for.
        store: where the rows go.
        asked_order: the order of dates where values leave it open.
        today: the day after which no export can have been taken.
        copies_parquet: whether Parquet files are copied as text, too, for engines that cannot read them in place.
    """

    datasets: list[Dataset]
    store: Store
    asked_order: str | None
    today: date
    copies_parquet: bool = False


@dataclass
class Taken:
    """What a file came to.

    Attributes:
        records: the reports in it.
        left_alone: what is no report, each with the reason.
    """

    records: list[Record] = field(default_factory=list)
    left_alone: dict[str, str] = field(default_factory=dict)


def take_file(task: Task, source_file: str, path: Path, room: Room) -> Taken:
    """Take in a file.

    Arguments:
        task: what for.
        source_file: its path below the folder of exports.
        path: the file.
        room: what it may use, with an empty folder to work in.

    Raises:
        ExportError: it is a report that cannot be read as it is, or lies in the folder of another report.
    """
    taken = Taken()
    try:
        for part in folder.parts_of(source_file, path, room.work):
            if not isinstance(part, Part):
                taken.left_alone[part[0]] = part[1]
                continue
            try:
                taken.records += _take_part(task, part, room)
            except LeftAlone as reason:
                taken.left_alone[part.source_file] = str(reason)
    except LeftAlone as reason:
        taken.left_alone[source_file] = str(reason)
    except OSError as error:
        raise refusal(source_file, f"cannot be read ({error.strerror}). Check its permissions") from error
    _check_place(task, taken)
    return taken


def _take_part(task: Task, part: Part, room: Room) -> list[Record]:
    if part.kind == "parquet":
        found = read_parquet(part, task.datasets)
        if found is None:
            raise LeftAlone(NO_REPORT)
        return [_take_parquet(task, part, found, room)]
    if part.kind == "workbook":
        sheets = read_workbook(part, task.datasets)
        if not sheets:
            raise LeftAlone(NO_REPORT)
        fingerprint = fingerprint_of(part.path)
        return [_take_sheet(task, sheet, fingerprint, room) for sheet in sheets]
    text = read_text(part, task.datasets, room.work)
    if text is None:
        raise LeftAlone(why_no_report(part, task.datasets))
    return [_take_text(task, text, room)]


# The three kinds


def _take_text(task: Task, text: Text, room: Room) -> Record:
    day = _checked_day(task, text.part, text.match, text.header)
    raw = folder.new_file(room.work, ".parquet")
    with (
        copier(text.match.dataset, day.day, text.part.source_file, room) as copy,
        ThreadPoolExecutor(1) as helper,
    ):
        # Both at once: most files are as regular as they look.
        copied = helper.submit(_copy_if_possible, copy, text, raw)
        try:
            scanned = _scan(text)
        except NotUtf8:
            copied.result()
            text = read_as_windows_1252(text, room.work)
            scanned = _scan(text)
            copied = helper.submit(_copy_if_possible, copy, text, raw)
        rows = copied.result()
        remarks = [*_said(day, text.match), *text.remarks]
        if rows is None or rows != scanned.rows or not copy.has_only_rows(text, raw):
            plain = plain_rows_of_text(text, folder.new_file(room.work, ".csv"))
            rows = _copy_plain(copy, plain, raw)
            remarks += plain.remarks
        if rows + text.header_row == EXCEL_ROWS:
            remarks.append(
                "It has just as many lines as Excel holds: if it was saved there, see that no rows were lost."
            )
        fingerprint = scanned.fingerprint if text.path == text.part.path else fingerprint_of(text.part.path)
        record = _record(
            text.part,
            day,
            dataset=text.match.dataset.name,
            format=_format(text.part, "csv"),
            encoding=text.encoding,
            delimiter=text.delimiter,
            rows=rows,
            remarks=remarks,
            content_fingerprint=fingerprint,
            data_file=raw,
        )
        return _stored(task, copy, record, room)


def _copy_if_possible(copy: Copier, text: Text, raw: Path) -> int | None:
    """Copy a file as if every line of it were a row. Returns the number of rows; None when DuckDB refuses it."""
    try:
        return copy.text(text, raw)
    except duckdb.Error:
        return None


def _scan(text: Text) -> Scan:
    return scan(text.path, text.part.source_file, text.delimiter, len(text.header), text.lines_above)


def _copy_plain(copy: Copier, plain: PlainRows, raw: Path) -> int:
    rows = copy.plain_rows(plain, raw)
    if rows != plain.count:
        raise refusal(
            copy.source_file,
            f"cannot be read with certainty: {plain.count} rows were found, and {rows} were written. Save it as CSV "
            "UTF-8, or download the report again",
            dataset=copy.dataset.name,
        )
    plain.path.unlink()
    return rows


def _take_sheet(task: Task, sheet: Sheet, fingerprint: str, room: Room) -> Record:
    part = sheet.part
    day = _checked_day(task, part, sheet.match, sheet.header, sheet)
    raw = folder.new_file(room.work, ".parquet")
    with copier(sheet.match.dataset, day.day, part.source_file, room) as copy:
        plain = write_plain_rows(sheet, sheet.rows, folder.new_file(room.work, ".csv"))
        record = _record(
            part,
            day,
            dataset=sheet.match.dataset.name,
            format=_format(part, "xls" if part.head.startswith(folder.OLE) else "xlsx"),
            rows=_copy_plain(copy, plain, raw),
            remarks=[*_said(day, sheet.match), *sheet.remarks, *plain.remarks],
            content_fingerprint=f"{fingerprint} {sheet.name}",
            data_file=raw,
        )
        return _stored(task, copy, record, room, sheet.number_texts)


def _take_parquet(task: Task, part: Part, found: ParquetReport, room: Room) -> Record:
    day = _checked_day(task, part, found.match, found.header)
    with copier(found.match.dataset, day.day, part.source_file, room) as copy:
        source = source_of(part.path)
        texts = {one.name: one.read_as for one in found.fields if one and one.type == "VARCHAR"}
        rows = Rows(copy.connection, source, texts, copy.dataset, part.source_file, day.day)
        values = interpret(rows, task.asked_order)
        record = _record(
            part,
            day,
            dataset=copy.dataset.name,
            format=_format(part, "parquet"),
            rows=rows.one("count(*)")[0],
            remarks=_said(day, found.match),
            content_fingerprint=fingerprint_of(part.path),
            data_file=part.path,
            fields=found.fields,
        )
        if part.is_original and not values.spellings and not task.copies_parquet:
            _check_months(record, values)
            return replace(record, date_order=values.date_order, remarks=[*record.remarks, *values.remarks])
        raw = folder.new_file(room.work, ".parquet")
        copy.parquet(part.path, found.fields, raw)
        return _stored(task, copy, replace(record, data_file=raw, fields=None), room)


# What they share


def _checked_day(task: Task, part: Part, match: Match, header: list[str], sheet: Sheet | None = None) -> ExportDay:
    """The day of an export whose header is right."""
    check_header(match, header, part.source_file)
    if sheet:
        return export_day(sheet.workbook, part.modified, task.today, sheet.name, sheet.is_dated)
    return export_day(part.source_file, part.modified, task.today)


def _record(part: Part, day: ExportDay, **said) -> Record:
    return Record(
        source_file=part.source_file,
        export_date=day.day,
        whence=day.whence,
        byte_count=part.path.stat().st_size,
        **{"encoding": None, "delimiter": None, "date_order": {}} | said,
    )


def _format(part: Part, kind: str) -> str:
    return " ".join([*part.packed, kind])


def _stored(
    task: Task,
    copy: Copier,
    record: Record,
    room: Room,
    cell_texts: Mapping[str, Mapping[str, int]] | None = None,
) -> Record:
    """Interpret the values of a raw file, rewrite what has to be, and put it into the store."""
    raw = record.data_file
    texts = {column: identifier(column) for column in copy.dataset.columns}
    rows = Rows(
        copy.connection,
        stored([raw]),
        texts,
        copy.dataset,
        record.source_file,
        record.export_date,
        has_commas_between_fields=record.delimiter == ",",
        cell_texts=cell_texts,
    )
    values = interpret(rows, task.asked_order)
    _check_months(record, values)
    if values.spellings:
        new = folder.new_file(room.work, ".parquet")
        copy.rewritten(raw, values, new)
        raw = new
    path = task.store.path(record.dataset, record.export_date, record.source_file, record.content_fingerprint)
    task.store.keep(raw, path)
    return replace(record, data_file=path, date_order=values.date_order, remarks=[*record.remarks, *values.remarks])


def _said(day: ExportDay, match: Match) -> list[str]:
    """What is said of the day and of the header."""
    renamed = ", ".join(f"{name} as {column}" for column, name in match.renamed.items())
    return [
        *([day.remark] if day.remark else []),
        *([f"Columns are read under other names: {renamed}."] if renamed else []),
    ]


def _check_months(record: Record, values: Values) -> None:
    """See that an export is not of a day before the months that it reports.

    Raises:
        ExportError: it is. A folder export_date=... is somebody's word; the build tests it.
    """
    if record.whence == "export_date folder":
        return
    taken = f"{record.export_date:%Y-%m}"
    later = {month: count for month, count in values.months.items() if month > taken}
    # Fewer are typing errors, which are said later.
    if sum(later.values()) > TYPING_ERRORS * sum(values.months.values()):
        raise refusal(
            record.source_file,
            f"the export is taken to be of {record.export_date} (by its {record.whence}), but it reports "
            f"{max(later)}, which was not over then or had not begun. Put the day of the download into the file's "
            "name, for example report 2024-05-20.csv",
            dataset=record.dataset,
        )


def _check_place(task: Task, taken: Taken) -> None:
    """See that what lies in <dataset>/export_date=... is a report of that dataset.

    Raises:
        ExportError: it is another report, or none.
    """
    for record in taken.records:
        expected = expected_dataset(record.source_file, task.datasets)
        if expected not in (None, record.dataset):
            raise refusal(
                record.source_file,
                f"it lies in the folder of {expected}, but its header is that of {record.dataset}. Move it",
            )
    for source_file, reason in taken.left_alone.items():
        expected = expected_dataset(source_file, task.datasets)
        if expected:
            problem = (
                f"it lies among the exports, but is {reason}"
                if reason.startswith(("no ", "a ", "an ", "empty"))
                else reason
            )
            raise refusal(source_file, f"{problem}. Download the report again, or move the file away", dataset=expected)


def expected_dataset(source_file: str, datasets: list[Dataset]) -> str | None:
    """The report whose folder a file lies in: that above a folder export_date=..."""
    parts = PurePosixPath(source_file).parts
    names = {dataset.name for dataset in datasets}
    for dataset, day in zip(parts, parts[1:-1], strict=False):
        if dataset in names and day.startswith(EXPORT_FOLDER_PREFIX):
            return dataset
    return None
