"""Writes the marts as files for people: Parquet, CSV and a workbook. What `partner-score export` runs."""

from __future__ import annotations

import shutil
import sys
from itertools import zip_longest
from pathlib import Path

import duckdb

from partner_score.outputs.workbook import write_workbook
from partner_score.outputs.workbook_cells import FORMULA_START
from partner_score.places import output_folder, warehouse_path
from partner_score.warehouse.lacking import in_words

WORKBOOK = "partner_score.xlsx"
# Excel reads a CSV file as UTF-8 only when it begins with this.
BYTE_ORDER_MARK = "\ufeff"


def write(asked: str | None = None) -> int:
    """Export the warehouse and say where to.

    Arguments:
        asked: see export.

    Returns:
        The exit status: 0, or 1 when there is nothing to export or no place for it.
    """
    warehouse, folder = warehouse_path(), output_folder() / "export"
    if not warehouse.exists():
        print(f"There is no warehouse {warehouse}. Build it first: partner-score build", file=sys.stderr)
        return 1
    try:
        warnings = export(warehouse, folder, asked)
    except (LookupError, duckdb.Error, OSError) as error:
        print(f"Nothing is exported: {in_words(error, warehouse)}", file=sys.stderr)
        return 1
    for warning in warnings:
        print(f"Not complete: {warning}", file=sys.stderr)
    print(f"Workbook: {folder / WORKBOOK}")
    return 0


def export(warehouse: Path, folder: Path, asked: str | None = None) -> list[str]:
    """Write every mart as Parquet and CSV, and the workbook, from one state of the warehouse.

    Arguments:
        warehouse: a built warehouse file.
        folder: what to write. It is replaced when everything is written, and left as it was when something fails.
        asked: rule set or version of the workbook; None for the rules in force, each partner on its better path.

    Returns:
        Warnings about rows that the workbook has no room for.

    Raises:
        LookupError: the warehouse does not score the rule set, or no month at all.
        duckdb.Error: the file is not a built warehouse, or a file cannot be written.
        OSError: the folder cannot be written.
    """
    draft = folder.with_name(f".{folder.name}.writing")
    shutil.rmtree(draft, ignore_errors=True)
    for kind in ("parquet", "csv"):
        (draft / kind).mkdir(parents=True)
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        warnings = write_workbook(connection, draft / WORKBOOK, asked)
        marts = connection.execute(
            "select table_name from information_schema.tables where table_schema = 'marts' order by table_name"
        ).fetchall()
        for (mart,) in marts:
            rows = _write_mart(connection, mart, draft)
            print(f"{rows:>12,} rows  {mart}")
    shutil.rmtree(folder, ignore_errors=True)
    draft.rename(folder)
    return warnings


def _write_mart(connection: duckdb.DuckDBPyConnection, mart: str, folder: Path) -> int:
    """Write a mart as Parquet, as it is, and as CSV for Excel.

    The CSV has a byte-order mark, so that a double click shows names, and an apostrophe before what could be taken for
    a formula.
    """
    columns = connection.execute(f"select column_name, column_type from (describe marts.{mart})").fetchall()
    shown = ", ".join(
        f'{_as_text(name) if column_type == "VARCHAR" else _quoted_name(name)} as "{mark}{name}"'
        # the first heading begins the file
        for mark, (name, column_type) in zip_longest([BYTE_ORDER_MARK], columns, fillvalue="")
    )
    parquet = _quoted(folder / "parquet" / f"{mart}.parquet")
    csv = _quoted(folder / "csv" / f"{mart}.csv")
    connection.execute(f"copy marts.{mart} to {parquet} (format parquet, compression zstd)")
    # read back from Parquet, so that a mart that is a view is computed once
    return connection.execute(f"copy (select {shown} from {parquet}) to {csv} (format csv, header)").fetchone()[0]


def _as_text(column: str) -> str:
    replaced = f'chr(39) || "{column}"'
    return f'if(regexp_matches("{column}", \'{FORMULA_START}\'), {replaced}, "{column}")'


def _quoted_name(column: str) -> str:
    return f'"{column}"'


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
