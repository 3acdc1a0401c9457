"""Writes the SQL by which dbt and the other engines read what was taken in."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from partner_score.intake.copying import SOURCE_ROW, stored
from partner_score.intake.parquet_inputs import READ_OPTIONS
from partner_score.intake.records import Intake, ParquetField, Record
from partner_score.intake.sources import Dataset
from partner_score.intake.sql import identifier, path_list, text_literal

# Windows has two ways to write a path.
FILE = "__export_file" if os.sep == "/" else "replace(__export_file, '\\', '/')"

INTAKE_COLUMNS = {
    "source_file": "VARCHAR",
    "dataset": "VARCHAR",
    "export_date": "DATE",
    "whence": "VARCHAR",
    "format": "VARCHAR",
    "encoding": "VARCHAR",
    "delimiter": "VARCHAR",
    "date_order": "VARCHAR",
    "row_count": "BIGINT",
    "remarks": "VARCHAR",
    "content_fingerprint": "VARCHAR",
}


def raw_view(intake: Intake, dataset: Dataset) -> str:
    """The query of a dataset's raw view.

    Returns:
        A SELECT over all files of the dataset: its columns under exactly their names, null where a file does not have
        one, then export_date (DATE), source_file (text) and source_row (BIGINT). Columns are text, but where every file
        is a Parquet file that is read in place and all agree on another type: then they have that type. Without files
        it has no rows.
    """
    return rows_of(dataset, intake.of(dataset.name))


def rows_of(dataset: Dataset, records: Iterable[Record]) -> str:
    """The query of the rows of some files of a dataset; see raw_view."""
    records = list(records)
    if not records:
        nulls = ", ".join(f"cast(null as VARCHAR) as {identifier(column)}" for column in dataset.columns)
        marks = "cast(null as date) as export_date, cast(null as VARCHAR) as source_file"
        return f"select {nulls}, {marks}, cast(null as bigint) as source_row where false"
    in_place: dict[tuple[ParquetField | None, ...], list[Record]] = {}
    for record in records:
        if record.fields is not None:
            in_place.setdefault(record.fields, []).append(record)
    kept = [record.data_file for record in records if record.fields is None]
    types = {column: _common_type(column, in_place, bool(kept)) for column in dataset.columns}
    selects = [_select_stored(dataset, kept)] if kept else []
    selects += [_select_in_place(types, fields, files) for fields, files in in_place.items()]
    return "\nunion all\n".join(selects)


def _common_type(column: str, layouts: Iterable[tuple[ParquetField | None, ...]], is_text: bool) -> str:
    """The type of a column that all files agree on. Text holds whatever they have when they do not."""
    types = {one.type for fields in layouts for one in fields if one is not None and one.name == column}
    return types.pop() if len(types) == 1 and not is_text else "VARCHAR"


def _select_stored(dataset: Dataset, files: list[Path]) -> str:
    columns = ", ".join(identifier(column) for column in dataset.columns)
    return f"select {columns}, export_date, source_file, {SOURCE_ROW} as source_row\nfrom {stored(files)} as rows"


def _select_in_place(types: dict[str, str], fields: tuple[ParquetField | None, ...], records: list[Record]) -> str:
    found = {one.name: one for one in fields if one is not None}
    columns = [f"{_expression(found.get(column), kind)} as {identifier(column)}" for column, kind in types.items()]
    # Constant within a file: DuckDB works these out once per vector, and skips the files that a filter on export_date
    # rules out.
    days: dict[str, list[str]] = {}
    names = []
    for record in records:
        path = text_literal(record.data_file.as_posix())
        days.setdefault(str(record.export_date), []).append(path)
        names.append(f"when {path} then {text_literal(record.source_file)}")
    whens = "\n    ".join(f"when {FILE} in ({', '.join(paths)}) then date '{day}'" for day, paths in days.items())
    columns += [
        f"case\n    {whens}\nend as export_date",
        f"case {FILE}\n    " + "\n    ".join(names) + "\nend as source_file",
        "file_row_number + 1 as source_row",
    ]
    options = f"{READ_OPTIONS}, file_row_number = true, filename = '__export_file'"
    selected = ",\n    ".join(columns)
    return f"select\n    {selected}\nfrom read_parquet({path_list(record.data_file for record in records)}, {options})"


def _expression(one: ParquetField | None, column_type: str) -> str:
    if one is None:
        return f"cast(null as {column_type})"
    return one.read_as if one.type == column_type else f"cast({one.read_as} as {column_type})"


def intake_rows(intake: Intake) -> list[dict]:
    """The rows of raw.intake, one per report that counts, copy or not: columns as in INTAKE_COLUMNS, days as text."""
    return [
        {
            "source_file": record.source_file,
            "dataset": record.dataset,
            "export_date": record.export_date.isoformat(),
            "whence": record.whence,
            "format": record.format,
            "encoding": record.encoding,
            "delimiter": record.delimiter,
            "date_order": ", ".join(f"{column} {order}" for column, order in record.date_order.items()) or None,
            "row_count": record.rows,
            "remarks": " ".join(record.remarks) or None,
            "content_fingerprint": record.content_fingerprint,
        }
        for record in intake.records
    ]


def export_rows(intake: Intake) -> list[dict]:
    """The rows of raw.exports without the logic: one per dataset and day.

    Returns:
        Mappings of dataset, export_date (text), file_count, byte_count (of the unpacked files) and content_fingerprint,
        a hash of names, contents and date orders of the files. A file that is there twice counts once.
    """
    exports: dict[tuple[str, str], list[Record]] = {}
    for record in intake.records:
        exports.setdefault((record.dataset, record.export_date.isoformat()), []).append(record)
    return [
        {
            "dataset": dataset,
            "export_date": day,
            "file_count": len(records),
            "byte_count": sum(record.byte_count for record in records),
            "content_fingerprint": _fingerprint(records),
        }
        for (dataset, day), records in exports.items()
    ]


def _fingerprint(records: list[Record]) -> str:
    digest = hashlib.sha1(usedforsecurity=False)
    for record in records:
        digest.update(f"{record.source_file}\0{record.content_fingerprint}\0{record.date_order}\0".encode())
    return digest.hexdigest()
