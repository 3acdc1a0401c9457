"""Makes Spark see exports and builds the warehouse there, for `partner-score load` and `build --target spark`.

Every statement goes through dbt, so that the connection is that of profiles.yml, whatever it leads to.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from partner_score.intake.errors import ExportError
from partner_score.intake.records import Intake
from partner_score.intake.sources import Dataset, datasets
from partner_score.intake.store import engine_store
from partner_score.intake.taking_in import take_in
from partner_score.intake.views import INTAKE_COLUMNS, export_rows, intake_rows
from partner_score.places import PROJECT
from partner_score.warehouse.build import BuildOptions, failures, run_dbt
from partner_score.warehouse.fingerprints import logic_fingerprint
from partner_score.warehouse.scenarios_file import SCENARIO_COLUMNS, scenario_rows
from partner_score.warehouse.scoreboard import score_table
from partner_score.warehouse.source_folder import REMEMBERED, Source, chosen_source

# In the path of a table Hadoop takes them for a pattern.
PATTERN_CHARACTERS = "{}[]*?\\"
SPARK_TYPES = {"VARCHAR": "string", "DATE": "date", "BIGINT": "bigint"}
SOURCE_TABLE = "create table if not exists raw.source_folder using parquet"


class SparkError(Exception):
    """Spark refused. The message says what."""


@dataclass
class Load:
    """What makes schema raw show a folder of exports.

    Attributes:
        statements: the statements, to be run in order.
        said: the table of what was taken in.
        export_count: how many exports there are.
    """

    statements: list[str]
    said: str
    export_count: int


def load(source: Source) -> Load:
    """Take in a folder of exports and write the statements that make schema raw show the store.

    Arguments:
        source: the folder of exports. Every machine of the cluster has to see the store.

    Raises:
        ExportError: the folder or a file is missing or not readable, or the store is where Spark cannot read.
    """
    said: list[str] = []
    store = engine_store("spark")
    if set(PATTERN_CHARACTERS) & set(str(store)):
        raise ExportError(f"Spark cannot read below {store}: rename what has one of {' '.join(PATTERN_CHARACTERS)}.")
    intake = take_in(Path(source.folder), store, say=said.append, copies_parquet=True)
    statements = ["create database if not exists raw"]
    for dataset in datasets():
        table = f"raw.{dataset.name}__files"
        statements += [f"drop table if exists {table}", _table(table, dataset, intake)]
        statements.append(f"create or replace view raw.{dataset.name} as {_select(table, dataset, intake)}")
    exports = [{**export, "logic_fingerprint": logic_fingerprint(PROJECT)} for export in export_rows(intake)]
    statements += [
        *_table_of("exports", EXPORT_COLUMNS, exports),
        *_table_of("intake", INTAKE_COLUMNS, intake_rows(intake)),
        *_table_of("scenarios", SCENARIO_COLUMNS, scenario_rows(Path(source.folder))),
    ]
    return Load([*statements, *_source_table(source)], said[0], len(exports))


EXPORT_COLUMNS = {
    "dataset": "VARCHAR",
    "export_date": "DATE",
    "file_count": "INT",
    "byte_count": "BIGINT",
    "content_fingerprint": "VARCHAR",
    "logic_fingerprint": "VARCHAR",
}


def _table(table: str, dataset: Dataset, intake: Intake) -> str:
    """A table over the files of a dataset in the store.

    Its path is a folder that is there, because Spark's Hive catalog makes a folder of any other path.
    """
    columns = [f"`{column}` string" for column in dataset.columns]
    columns += ["export_date date", "source_file string", "first_row int", "source_row bigint"]
    options = {"path": str(intake.store), "pathGlobFilter": f"{dataset.name}-*.parquet"}
    listed = ", ".join(f"{name} {_literal(value)}" for name, value in options.items())
    return f"create table {table} ({', '.join(columns)}) using parquet options ({listed})"


def _select(table: str, dataset: Dataset, intake: Intake) -> str:
    """The rows of the files that count. Spark rules the others out by their names, without opening them."""
    names = [_literal(record.data_file.name) for record in intake.of(dataset.name)]
    columns = ", ".join(f"`{column}`" for column in dataset.columns)
    row = "coalesce(source_row, _metadata.row_index + first_row) as source_row"
    condition = f"_metadata.file_name in ({', '.join(names)})" if names else "false"
    return f"select {columns}, export_date, source_file, {row} from {table} where {condition}"


def _literal(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _table_of(name: str, columns: dict[str, str], rows: list[dict]) -> Iterator[str]:
    """A table of rows that the intake, or the file of scenarios, answered."""
    types = {column: SPARK_TYPES.get(kind, kind) for column, kind in columns.items()}
    yield f"drop table if exists raw.{name}"
    yield f"create table raw.{name} ({', '.join(f'{column} {kind}' for column, kind in types.items())}) using parquet"
    values = ["(" + ", ".join(_value(row[column], kind) for column, kind in types.items()) + ")" for row in rows]
    if values:
        yield f"insert into raw.{name} values {', '.join(values)}"


def _value(value: object, kind: str) -> str:
    literal = "null" if value is None else _literal(str(value))
    return f"cast({literal} as {kind})"


def _source_table(source: Source) -> Iterator[str]:
    yield "drop table if exists raw.source_folder"
    yield f"{SOURCE_TABLE} as select {_literal(source.folder)} as folder, {str(source.is_sample).lower()} as is_sample"


def remembered_source() -> Source | None:
    """Say what schema raw was loaded from; None when nothing was loaded. Raises SparkError."""
    _run(["create database if not exists raw", f"{SOURCE_TABLE} as select '' as folder, false as is_sample limit 0"])
    remembered = rows(REMEMBERED)
    return Source(*remembered[0]) if remembered else None


def run_load(source: Source) -> list[str]:
    """Run what load writes. Returns the table of what was taken in, and the number of exports, as lines to print.

    Raises:
        ExportError: see load.
        SparkError: Spark refused a statement.
    """
    loaded = load(source)
    _run(loaded.statements)
    return [loaded.said, f"{loaded.export_count} exports are tables of schema raw"]


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


def load_command(is_source_changed: bool) -> int:
    """Load the folder of the environment, and say so. Returns the exit status: 0, or 1 when it is refused."""

    def run() -> None:
        BuildOptions(is_source_changed=is_source_changed).settle()
        source = chosen_source(remembered_source())
        print(f"Loading from {source.folder} ...", flush=True)
        print("\n".join(run_load(source)), end=" ")

    return _said(run)


def build_command(options: BuildOptions) -> int:
    """Build, and print the scoreboard. Returns the exit status: 0, or 1 when it is refused."""

    def run() -> None:
        options.settle()
        build(options.dbt_options)
        print(score_table(rows, options.ruleset), end="\n\nSpark ")

    return _said(run)


def _said(run: Callable[[], None]) -> int:
    started = time.monotonic()
    try:
        run()
    except (ExportError, SparkError, LookupError) as error:
        print(f"\n{error}\n\nRefused.", file=sys.stderr)
        return 1
    print(f"({time.monotonic() - started:.0f} s)")
    return 0
