"""Loads exports into Postgres and builds the warehouse there, for `partner-score load` and `build --target postgres`.

The connection is that of PGHOST, PGPORT, PGUSER, PGPASSWORD and PGDATABASE, as in profiles.yml. A build writes into
schemas of its own, beside the live ones, and takes their place in one transaction when every test passed.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb
import psycopg2
from psycopg2 import sql
from psycopg2.extensions import connection as Connection

from partner_score.intake.errors import ExportError
from partner_score.intake.sources import ADDED_COLUMNS, Dataset, datasets
from partner_score.intake.store import engine_store
from partner_score.intake.taking_in import take_in
from partner_score.intake.views import INTAKE_COLUMNS, export_rows, intake_rows, raw_view
from partner_score.places import PROJECT, output_folder
from partner_score.warehouse.build import BuildOptions, failures, run_dbt
from partner_score.warehouse.fingerprints import logic_fingerprint
from partner_score.warehouse.scenarios_file import SCENARIO_COLUMNS, scenario_rows
from partner_score.warehouse.scoreboard import score_table
from partner_score.warehouse.source_folder import REMEMBERED, UNKNOWN, Source, chosen_source

DEFAULTS = {"PGHOST": "localhost", "PGUSER": "postgres", "PGDATABASE": "partner_score"}
# What dbt builds; schema raw is the loader's.
SCHEMAS = ("staging", "intermediate", "rulebook", "marts", "semantic", "restricted", "audit")
DRAFT_SUFFIX = "_draft"
OLD_SUFFIX = "_old"
# Any number will do that nothing else in the database locks.
BUILD_LOCK = 20221003
RIGHT_DATABASE = (
    "Create the database with: create database partner_score template template0 encoding 'UTF8' lc_collate 'C' "
    "lc_ctype 'C.UTF-8'"
)

EXPORTS_TABLE = """
    create table if not exists raw.exports (
        dataset text, export_date date, file_count integer, byte_count bigint, content_fingerprint text,
        logic_fingerprint text, primary key (dataset, export_date)
    )
"""


POSTGRES_TYPES = {"VARCHAR": "text", "DATE": "date", "BIGINT": "bigint"}
ADDED = sql.SQL("export_date date, source_file text, source_row bigint")
SOURCE_TABLE = "create table if not exists raw.source_folder (folder text, is_sample boolean)"


class PostgresError(Exception):
    """Postgres cannot be used as it is. The message says why and what to do."""


@contextmanager
def connected() -> Iterator[Connection]:
    """A connection to the database of the environment, committing each statement by itself.

    Raises:
        PostgresError: there is no such database, or it compares texts other than DuckDB does.
    """
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
    try:
        connection = psycopg2.connect("")
    except psycopg2.OperationalError as error:
        said = " ".join(str(error).split())
        raise PostgresError(f"{said} Set PGHOST, PGPORT, PGUSER, PGPASSWORD and PGDATABASE.") from error
    with closing(connection):
        connection.autocommit = True
        _check_collation(connection)
        yield connection


def _check_collation(connection: Connection) -> None:
    sorts_bytes, knows_letters = _rows(connection, "select 'B' < 'a', lower('É') = 'é'")[0]
    if not sorts_bytes:
        problem = "sorts texts by the rules of a language, and breaks ties other than DuckDB and Spark do"
    elif not knows_letters:
        problem = "leaves accented letters as they are where it should make them lower case"
    else:
        return
    raise PostgresError(f"The database {problem}. {RIGHT_DATABASE}")


def remembered_source() -> Source | None:
    """Say what schema raw was loaded from; None when nothing was loaded.

    Raises:
        PostgresError: see connected.
    """
    with connected() as connection:
        tables = _rows(connection, "select to_regclass('raw.source_folder'), to_regclass('raw.exports')")[0]
        remembered = _rows(connection, REMEMBERED) if tables[0] else []
        if remembered:
            return Source(*remembered[0])
        return UNKNOWN if tables[1] else None


def load(source: Source) -> list[str]:
    """Make schema raw hold what a folder of exports holds: one transaction per export, none for one that is there.

    Arguments:
        source: the folder of exports, which schema raw remembers.

    Returns:
        The table of what was taken in, and one line per export that was loaded or withdrawn.

    Raises:
        ExportError: the folder, a file or a column is missing or not readable. Nothing is loaded then.
        PostgresError: see connected.
    """
    said: list[str] = []
    done: list[str] = []
    intake = take_in(Path(source.folder), engine_store("postgres"), say=said.append)
    scenarios = scenario_rows(Path(source.folder))
    views = {dataset.name: raw_view(intake, dataset) for dataset in datasets()}
    found = {(export["dataset"], export["export_date"]): export for export in export_rows(intake)}
    with connected() as connection:
        _execute(connection, "create schema if not exists raw")
        _execute(connection, EXPORTS_TABLE)
        for dataset in datasets():
            _create_table(connection, dataset)
            held = dict(
                _rows(
                    connection,
                    "select cast(export_date as text), content_fingerprint from raw.exports where dataset = %s",
                    dataset.name,
                )
            )
            wanted = {date: export for (name, date), export in found.items() if name == dataset.name}
            for date in sorted(held.keys() - wanted.keys()):
                with _transaction(connection):
                    _forget(connection, dataset.name, date)
                done.append(f"{dataset.name} {date}: withdrawn, the folder no longer has it")
            for date, export in wanted.items():
                if held.get(date) == export["content_fingerprint"]:
                    continue
                with _transaction(connection):
                    _forget(connection, dataset.name, date)
                    count = _copy(connection, dataset, views[dataset.name], date)
                    _execute(
                        connection,
                        "insert into raw.exports values (%s, %s, %s, %s, %s, null)",
                        *(export[name] for name in ("dataset", "export_date", "file_count", "byte_count")),
                        export["content_fingerprint"],
                    )
                done.append(f"{dataset.name} {date}: {count} rows {'replaced' if date in held else 'loaded'}")
        with _transaction(connection):
            _execute(connection, SOURCE_TABLE)
            _execute(connection, "delete from raw.source_folder")
            _execute(connection, "insert into raw.source_folder values (%s, %s)", source.folder, source.is_sample)
            _replace_table(connection, "intake", INTAKE_COLUMNS, intake_rows(intake))
            _replace_table(connection, "scenarios", SCENARIO_COLUMNS, scenarios)
        _execute(connection, "analyze")
    return [*said, "", *(done or ["Nothing changed since the last load."])]


def _replace_table(connection: Connection, name: str, columns: dict[str, str], rows: list[dict]) -> None:
    """Replace the rows of raw.intake, the list of the files, or of raw.scenarios."""
    types = ", ".join(f"{column} {POSTGRES_TYPES[kind]}" for column, kind in columns.items())
    _execute(connection, f"create table if not exists raw.{name} ({types})")
    _execute(connection, f"delete from raw.{name}")
    marks = ", ".join(["%s"] * len(columns))
    for row in rows:
        _execute(connection, f"insert into raw.{name} values ({marks})", *(row[column] for column in columns))


def _create_table(connection: Connection, dataset: Dataset) -> None:
    """Create the raw table, anew where an older version of the project read other columns."""
    held = _rows(
        connection,
        "select column_name from information_schema.columns where table_schema = 'raw' and table_name = %s"
        " order by ordinal_position",
        dataset.name,
    )
    wanted = [*(column.lower() for column in dataset.columns), *ADDED_COLUMNS]
    if [name for (name,) in held] == wanted:
        return
    table = sql.Identifier("raw", dataset.name)
    columns = sql.SQL(", ").join(
        sql.SQL("{} text").format(sql.Identifier(name)) for name in wanted[: -len(ADDED_COLUMNS)]
    )
    with _transaction(connection):
        _execute(connection, sql.SQL("drop table if exists {} cascade").format(table))
        _execute(connection, "delete from raw.exports where dataset = %s", dataset.name)
        _execute(connection, sql.SQL("create table {} ({}, {})").format(table, columns, ADDED))
        _execute(connection, sql.SQL("create index on {} (export_date)").format(table))


def _forget(connection: Connection, dataset: str, date: str) -> None:
    table = sql.Identifier("raw", dataset)
    _execute(connection, sql.SQL("delete from {} where export_date = %s").format(table), date)
    _execute(connection, "delete from raw.exports where dataset = %s and export_date = %s", dataset, date)


def _copy(connection: Connection, dataset: Dataset, query: str, date: str) -> int:
    """Copy an export, as the text that DuckDB reads in its files. Returns its rows."""
    columns = ", ".join(f'cast("{column}" as varchar)' for column in dataset.columns)
    with tempfile.NamedTemporaryFile(suffix=".csv") as file, duckdb.connect() as reader:
        reader.execute(
            f"copy (select {columns}, {', '.join(ADDED_COLUMNS)} from ({query}) where export_date = date '{date}') "
            f"to '{file.name}' (format csv, header false)"
        )
        with connection.cursor() as cursor, open(file.name, encoding="utf-8", newline="") as text:
            cursor.copy_expert(
                sql.SQL("copy {} from stdin (format csv)").format(sql.Identifier("raw", dataset.name)), text
            )
            return cursor.rowcount


def build(options: BuildOptions) -> str:
    """Build beside the live schemas, test, and take their place.

    Arguments:
        options: what was asked for.

    Returns:
        The scoreboard.

    Raises:
        PostgresError: the build is refused; the live schemas are as they were.
    """
    logic = logic_fingerprint(PROJECT)
    with connected() as connection:
        if not _rows(connection, "select pg_try_advisory_lock(%s)", BUILD_LOCK)[0][0]:
            raise PostgresError("Another build of this database is running. Wait for it, or stop it.")
        if _rows(connection, "select to_regclass('raw.exports')")[0][0] is None:
            raise PostgresError("Schema raw is empty. Load exports first: partner-score load --target postgres")
        _execute(connection, "update raw.exports set logic_fingerprint = %s", logic)
        _drop_schemas(connection, DRAFT_SUFFIX)
        # dbt keeps what it parsed: that of the draft's schemas must not be taken for the live ones.
        target = Path(os.environ.get("DBT_TARGET_PATH") or output_folder()) / "postgres"
        os.environ |= {"SCHEMA_SUFFIX": DRAFT_SUFFIX, "DBT_TARGET_PATH": str(target)}
        outcome = run_dbt(
            ["build", "--target", "postgres", "--exclude-resource-type", "unit_test", *options.dbt_options]
        )
        if not outcome.success:
            raise PostgresError(failures(outcome))
        _swap_in(connection)
        _drop_schemas(connection, OLD_SUFFIX)
        return score_table(lambda query: _rows(connection, query), options.ruleset)


def _swap_in(connection: Connection) -> None:
    """Put the draft in the place of the live schemas: readers see all of the one or all of the other."""
    with _transaction(connection):
        for schema in SCHEMAS:
            live, draft, old = (sql.Identifier(schema + suffix) for suffix in ("", DRAFT_SUFFIX, OLD_SUFFIX))
            if _rows(connection, "select to_regnamespace(%s)", schema)[0][0]:
                # Renaming, unlike dropping, waits for no reader.
                _execute(connection, sql.SQL("alter schema {} rename to {}").format(live, old))
            _execute(connection, sql.SQL("alter schema {} rename to {}").format(draft, live))


def _drop_schemas(connection: Connection, suffix: str) -> None:
    names = sql.SQL(", ").join(sql.Identifier(schema + suffix) for schema in SCHEMAS)
    _execute(connection, sql.SQL("drop schema if exists {} cascade").format(names))


@contextmanager
def _transaction(connection: Connection) -> Iterator[None]:
    connection.autocommit = False
    try:
        yield
        connection.commit()
    finally:
        connection.rollback()
        connection.autocommit = True


def _execute(connection: Connection, statement: str | sql.Composable, *values) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)


def _rows(connection: Connection, query: str, *values) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, values or None)
        return cursor.fetchall()


def load_command(is_source_changed: bool) -> int:
    """Load the folder of the environment, and say so. Returns the exit status: 0, or 1 when it is refused."""

    def run() -> None:
        BuildOptions(is_source_changed=is_source_changed).settle()
        source = chosen_source(remembered_source())
        print(f"Loading from {source.folder} ...", flush=True)
        print("\n".join(load(source)))

    return _said(run)


def build_command(options: BuildOptions) -> int:
    """Build, and print the scoreboard. Returns the exit status: 0, or 1 when it is refused."""

    def run() -> None:
        options.settle()
        print(build(options))

    return _said(run)


def _said(run: Callable[[], None]) -> int:
    started = time.monotonic()
    try:
        run()
    except (ExportError, PostgresError, LookupError) as error:
        print(f"\n{error}\n\nRefused. The live warehouse is as it was.", file=sys.stderr)
        return 1
    print(f"\nPostgres {os.environ['PGHOST']}/{os.environ['PGDATABASE']} ({time.monotonic() - started:.0f} s)")
    return 0
