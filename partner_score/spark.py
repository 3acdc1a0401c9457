"""Makes Spark see exports and builds the warehouse there: `make load` and `make build` with TARGET=spark.

Every statement goes through dbt, so that the connection is that of profiles.yml, whatever it leads to.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from partner_score.build import PROJECT, build_options, failures, run_dbt
from partner_score.exports import (
    EXPORT_FOLDER_PREFIX,
    SLASH_DATE,
    ExportError,
    Field,
    Layout,
    common_type,
    dataset_files,
)
from partner_score.fingerprints import export_fingerprints, logic_fingerprint
from partner_score.scoreboard import score_table
from partner_score.source_folder import REMEMBERED, Source, chosen_source
from partner_score.sources import Dataset, datasets

# In the path of a table Hadoop takes them for a pattern.
PATTERN_CHARACTERS = "{}[]*?\\"
CSV_OPTIONS = {"header": "true", "escape": '"', "mode": "FAILFAST", "enforceSchema": "true"}
# Spark's name of a type that DuckDB finds in Parquet files; those that are not here have the same name in both.
SOURCE_TABLE = "create table if not exists raw.source_folder using parquet"
PARQUET_TYPES = {"VARCHAR": "string", "UTINYINT": "smallint", "USMALLINT": "int", "UINTEGER": "bigint", "REAL": "float"}


class SparkError(Exception):
    """Spark refused. The message says what."""


@dataclass
class Load:
    """What makes schema raw show a folder of exports.

    Attributes:
        statements: the statements, to be run in order.
        remarks: what was decided about the files, a sentence each.
    """

    statements: list[str]
    remarks: list[str]


def load(source: Source) -> Load:
    """Write the statements that make schema raw show the files of a folder of exports. Nothing is copied.

    Arguments:
        source: the folder of exports, as every machine of the cluster sees it. Schema raw remembers it.

    Raises:
        ExportError: the folder, a file or a column is missing or not readable, or a name is one that Spark cannot read.
    """
    exports = Path(source.folder).resolve()
    statements = ["create database if not exists raw"]
    remarks = []
    for dataset in datasets():
        checked = dataset_files(exports, dataset)
        remarks += checked.remarks
        types = {name: common_type(name, checked.layouts) for name in dataset.columns}
        selects = []
        for number, (layout, files) in enumerate(checked.layouts.items(), start=1):
            table = f"raw.{dataset.name}__layout_{number}"
            statements += [f"drop table if exists {table}", _table(table, layout, exports / dataset.name)]
            selects.append(_select(table, layout, types, files, exports / dataset.name))
        view = " union all ".join(selects or [_empty_select(dataset)])
        statements.append(f"create or replace view raw.{dataset.name} as {view}")
    return Load([*statements, *_exports_table(exports), *_source_table(source)], remarks)


def _table(table: str, layout: Layout, folder: Path) -> str:
    """A table over all files of a dataset, that reads them by one layout: the view picks those that have it.

    Its path is a folder that is there, because Spark's Hive catalog makes a folder of any other path.
    """
    if set(PATTERN_CHARACTERS) & set(str(folder)):
        raise ExportError(f"Spark cannot read below {folder}: rename what has one of {' '.join(PATTERN_CHARACTERS)}.")
    options = {"path": str(folder), "recursiveFileLookup": "true"}
    if layout.width is None:
        fields = [field for field in layout.fields if field is not None]
        columns = [f"`{field.source}` {PARQUET_TYPES.get(field.type, field.type)}" for field in fields]
        source = "parquet"
    else:
        columns = [f"column_{position} string" for position in range(layout.width)]
        options |= {**CSV_OPTIONS, "multiLine": str(not layout.is_one_line_each).lower()}
        source = "csv"
    listed = ", ".join(f"{name} {_literal(value)}" for name, value in options.items())
    return f"create table {table} ({', '.join(columns)}) using {source} options ({listed})"


def _select(table: str, layout: Layout, types: dict[str, str], files: Sequence[Path], folder: Path) -> str:
    """Rows of the files of one layout. Spark rules the other files out by their names, without opening them."""
    hidden = [file for file in files if file.name.startswith("_")]
    if hidden:
        raise ExportError(f"File {hidden[0]}: Spark passes over names that start with _. Rename it.")
    fields = {field.name: field for field in layout.fields if field is not None}
    columns = [f"{_expression(fields.get(name), layout, column_type)} as {name}" for name, column_type in types.items()]
    # As the file system writes it: without file: and percent signs, of which a plus is none.
    path = "regexp_replace(url_decode(replace(_metadata.file_path, '+', '%2B')), '^[a-z]+:/+', '/')"
    # By position, because a folder above may be called export_date=... too.
    position = len(f"{folder}/{EXPORT_FOLDER_PREFIX}") + 1
    export_date = f"cast(substring({path}, {position}, 10) as date) as export_date"
    listed = ", ".join(_literal(str(file)) for file in files)
    return f"select {', '.join(columns)}, {export_date} from {table} where {path} in ({listed})"


def _literal(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _expression(field: Field | None, layout: Layout, column_type: str) -> str:
    if field is None:
        return f"cast(null as {PARQUET_TYPES.get(column_type, column_type)})"
    # DuckDB reads a quoted nothing as null, too.
    value = f"`{field.source}`" if layout.width is None else f"nullif({field.source}, '')"
    if field.is_day_first:
        value = f"regexp_replace({value}, r'{SLASH_DATE}', '$3-$2-$1')"
    return f"cast({value} as string)" if layout.width is None and column_type == "VARCHAR" else value


def _empty_select(dataset: Dataset) -> str:
    columns = ", ".join(f"cast(null as string) as {name}" for name in dataset.columns)
    return f"select {columns}, cast(null as date) as export_date where false"


def _exports_table(exports: Path) -> Iterator[str]:
    yield "drop table if exists raw.exports"
    columns = "dataset string, export_date date, file_count int, byte_count bigint, content_fingerprint string"
    yield f"create table raw.exports ({columns}, logic_fingerprint string) using parquet"
    rows = [
        f"('{export['dataset']}', date '{export['export_date']}', {export['file_count']}, {export['byte_count']}, "
        f"'{export['content_fingerprint']}', '{logic_fingerprint(PROJECT)}')"
        for export in export_fingerprints(exports, (dataset.name for dataset in datasets()))
    ]
    yield f"insert into raw.exports values {', '.join(rows)}"


def _source_table(source: Source) -> Iterator[str]:
    yield "drop table if exists raw.source_folder"
    yield f"{SOURCE_TABLE} as select {_literal(source.folder)} as folder, {str(source.is_sample).lower()} as is_sample"


def remembered_source() -> Source | None:
    """Say what schema raw was loaded from; None when nothing was loaded. Raises SparkError."""
    _run(["create database if not exists raw", f"{SOURCE_TABLE} as select '' as folder, false as is_sample limit 0"])
    remembered = rows(REMEMBERED)
    return Source(*remembered[0]) if remembered else None


def run_load(source: Source) -> list[str]:
    """Run what load writes. Returns what was decided about the files, and the number of exports, as lines to print.

    Raises:
        ExportError: see load.
        SparkError: Spark refused a statement.
    """
    loaded = load(source)
    _run(loaded.statements)
    count = len(export_fingerprints(Path(source.folder), (dataset.name for dataset in datasets())))
    return [*loaded.remarks, f"{count} exports are tables of schema raw"]


def _run(statements: list[str]) -> None:
    arguments = ["--target", "spark", "--args", json.dumps({"statements": statements})]
    outcome = run_dbt(["run-operation", "run_statements", *arguments])
    if not outcome.success:
        raise SparkError(failures(outcome))


def build(arguments: list[str]) -> None:
    """Build and test.

    Arguments:
        arguments: options of `dbt build`.

    Raises:
        SparkError: the build is refused. A table whose own query or contract is refused is as it was.
    """
    options = ["--target", "spark", "--exclude-resource-type", "unit_test", *arguments]
    outcome = run_dbt(["build", *options])
    if not outcome.success:
        raise SparkError(failures(outcome))


def rows(query: str) -> list[tuple]:
    """Rows of a query, from the session that dbt left open."""
    from pyspark.sql import SparkSession  # noqa: PLC0415

    return [tuple(row) for row in SparkSession.builder.getOrCreate().sql(query).collect()]


def main(command: str, *arguments: str) -> int:
    """Run `load` or `build` and say what came of it. Returns the exit status: 0, or 1 when it is refused."""
    started = time.monotonic()
    try:
        if command == "load":
            build_options(list(arguments))
            source = chosen_source(remembered_source())
            print(f"Loading from {source.folder} ...", flush=True)
            print("\n".join(run_load(source)), end=" ")
        else:
            chosen, others = build_options(list(arguments))
            build(others)
            print(score_table(rows, chosen.ruleset), end="\n\nSpark ")
    except (ExportError, SparkError, LookupError) as error:
        print(f"\n{error}\n\nRefused.", file=sys.stderr)
        return 1
    print(f"({time.monotonic() - started:.0f} s)")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
