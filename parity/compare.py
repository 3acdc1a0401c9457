"""Builds the sample and the golden cases on every engine and compares every mart and audit table with DuckDB's.

Run by `make parity`. Every row and column must be the same: decimals, dates, texts, nulls.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import duckdb
import psycopg2

from parity.postgres_server import MissingProgram, postgres_server
from partner_score.engines import spark
from partner_score.warehouse.source_folder import chosen_source

PROJECT = Path(__file__).resolve().parent.parent
CASES = {
    "sample": PROJECT / "sample" / "exports",
    "dirty": PROJECT / "tests" / "golden" / "dirty",
    "clean": PROJECT / "tests" / "golden" / "clean",
    "missing_months": PROJECT / "tests" / "golden" / "missing_months",
}
COMPARED_SCHEMAS = ("audit", "marts")
# Made by a Python model, which other engines do not run (docs/engines.md).
ON_DUCKDB_ALONE = {"marts.fct_plan"}
SHOWN_DIFFERENCES = 3
JAVA_MISSING = "Java is not installed, which Spark runs on. On Debian: apt-get install openjdk-17-jre-headless"
# Spark's settings for very little data: what it compiles for a query takes longer than the query.
SMALL_DATA = (
    "--conf spark.sql.codegen.wholeStage=false --conf spark.sql.codegen.factoryMode=NO_CODEGEN"
    " --conf spark.sql.adaptive.enabled=false pyspark-shell"
)

Query = Callable[[str], list[tuple]]


@dataclass
class Table:
    """A table as an engine returns it: the rows in no order, each value in the type that Python has for it."""

    columns: tuple[str, ...]
    rows: Counter[tuple]


def read_tables(columns: dict[str, tuple[str, ...]], query: Query) -> dict[str, Table]:
    """Read tables with the columns that DuckDB has, in its order; a value that is another type is another value."""
    return {
        table: Table(
            names, Counter(tuple(map(_typed, row)) for row in query(f"select {', '.join(names)} from {table}"))
        )
        for table, names in columns.items()
    }


def _typed(value: object) -> tuple[str, str]:
    # As text, because to Python 1, 1.0, 1.00 and true are equal.
    return type(value).__name__, str(value)


def differences(expected: Table, actual: Table) -> list[str]:
    """Rows that one of the two does not have, or has less often, as lines to print."""
    missing = [f"  only on DuckDB: {_shown(row)}" for row in (expected.rows - actual.rows).elements()]
    return missing + [f"  not on DuckDB:  {_shown(row)}" for row in (actual.rows - expected.rows).elements()]


def _shown(row: tuple[tuple[str, str], ...]) -> str:
    return ", ".join(text for _, text in row)


def main(cases: list[str]) -> int:
    """Compare, print a table of counts, and return the exit status: 1 at any difference.

    Arguments:
        cases: names of CASES; all of them when there are none.
    """
    if not shutil.which("java"):
        raise MissingProgram(JAVA_MISSING)
    folder = Path(tempfile.mkdtemp(prefix="parity-"))
    # Derby, where Spark keeps its list of tables, writes its log there from the start.
    (folder / "spark").mkdir()
    os.environ |= {"SPARK_WAREHOUSE": str(folder / "spark"), "PYSPARK_SUBMIT_ARGS": SMALL_DATA}
    os.environ |= {"SPARK_SHUFFLE_PARTITIONS": "1", "SPARK_LOCAL_IP": "127.0.0.1"}
    os.environ |= {"DBT_TARGET_PATH": str(folder / "target"), "DBT_LOG_PATH": str(folder / "logs")}
    try:
        with postgres_server() as server:
            os.environ |= server
            count = sum(_compare_case(case, folder) for case in cases or CASES)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"\n{count} differences" if count else "\nEvery row and column is the same on every engine.")
    return 1 if count else 0


def _compare_case(case: str, folder: Path) -> int:
    # One Postgres and one Spark hold the cases one after the other.
    os.environ |= {"PARTNER_CENTER_EXPORTS": str(CASES[case]), "PARTNER_CENTER_SOURCE_CHANGED": "1"}
    started = [time.monotonic()]
    warehouse = folder / case / "warehouse.duckdb"
    warehouse.parent.mkdir()
    _run("build", WAREHOUSE_PATH=str(warehouse), DBT_TARGET_PATH=str(folder / "target-duckdb"))
    columns = _columns(warehouse)
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        expected = read_tables(columns, lambda sql: connection.execute(sql).fetchall())

    started.append(time.monotonic())
    _run("load", "--target", "postgres")
    _run("build", "--target", "postgres")
    with closing(psycopg2.connect("")) as connection, connection.cursor() as cursor:
        on_postgres = read_tables(columns, lambda sql: cursor.execute(sql) or cursor.fetchall())

    # In this process, so that one Spark serves every case. Its seeds and tests run once: after that, marts that equal
    # those of DuckDB have passed the tests of DuckDB.
    started.append(time.monotonic())
    spark.run_load(chosen_source(None))
    spark.build(["--exclude-resource-type", "seed", "test"] if (folder / "built").exists() else [])
    (folder / "built").touch()
    on_spark = read_tables(columns, spark.rows)

    started.append(time.monotonic())
    seconds = [round(end - start) for start, end in pairwise(started)]
    print(f"\n{case:<36}{'DuckDB':>9}{'Postgres':>10}{'Spark':>9}{'differences':>13}")
    print(f"  {'(seconds)':<34}{seconds[0]:>9}{seconds[1]:>10}{seconds[2]:>9}")
    count = 0
    for table, duckdb_table in expected.items():
        found = {name: differences(duckdb_table, other[table]) for name, other in _others(on_postgres, on_spark)}
        sizes = [duckdb_table.rows.total(), on_postgres[table].rows.total(), on_spark[table].rows.total()]
        different = sum(map(len, found.values()))
        print(f"  {table:<34}{sizes[0]:>9}{sizes[1]:>10}{sizes[2]:>9}{different:>13}")
        for engine, lines in found.items():
            print("".join(f"  {engine}{line}\n" for line in lines[:SHOWN_DIFFERENCES]), end="", flush=True)
        count += different
    return count


def _others(on_postgres: dict[str, Table], on_spark: dict[str, Table]) -> list[tuple[str, dict[str, Table]]]:
    return [("Postgres", on_postgres), ("Spark", on_spark)]


def _columns(warehouse: Path) -> dict[str, tuple[str, ...]]:
    """Columns of every mart and audit table that all engines have, by its name with its schema."""
    columns: dict[str, tuple[str, ...]] = {}
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for schema, table, column in connection.execute(
            "select table_schema, table_name, column_name from information_schema.columns"
            f" where table_schema in {COMPARED_SCHEMAS} order by table_schema, table_name, ordinal_position"
        ).fetchall():
            columns[f"{schema}.{table}"] = (*columns.get(f"{schema}.{table}", ()), column)
    return {table: names for table, names in columns.items() if table not in ON_DUCKDB_ALONE}


def _run(*arguments: str, **environment: str) -> None:
    call = [sys.executable, "-m", "partner_score", *arguments]
    done = subprocess.run(
        call, cwd=PROJECT, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(call[2:])} failed:\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (MissingProgram, spark.SparkError) as error:
        sys.exit(str(error))
