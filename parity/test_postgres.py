"""What a BI team relies on in Postgres: who may read, what is indexed, and that a refused build changes nothing."""

import os
import subprocess
import sys
import threading
from contextlib import closing

import psycopg2
import pytest

from parity.postgres_server import postgres_server
from partner_score.engines.postgres import PostgresError, connected
from partner_score.intake.sources import ADDED_COLUMNS, datasets
from partner_score.places import PROJECT

MARTS = (
    "select count(*), sum(total_points), max(as_of_month) from marts.fct_designation",
    "select count(*), sum(current_value), max(as_of_month) from marts.fct_customer_contribution",
)


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    """Run the loader or a build."""
    call = [sys.executable, "-m", "partner_score", *arguments, "--target", "postgres"]
    return subprocess.run(
        call, cwd=PROJECT, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )


def query(sql: str, user: str = "postgres") -> list[tuple]:
    """Rows of a query by a user."""
    with closing(psycopg2.connect("", user=user)) as connection, connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def execute(*statements: str) -> None:
    """Run statements as the superuser, committing each."""
    with closing(psycopg2.connect("")) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture(scope="module", autouse=True)
def warehouse(tmp_path_factory):
    """The sample, loaded and built on a server of its own, whose readers may log in."""
    folder = tmp_path_factory.mktemp("postgres")
    with postgres_server() as server, pytest.MonkeyPatch.context() as patch:
        folders = {"DBT_LOG_PATH": str(folder / "logs"), "DBT_TARGET_PATH": str(folder / "target")}
        for name, value in {**server, **folders}.items():
            patch.setenv(name, value)
        patch.delenv("PARTNER_CENTER_EXPORTS", raising=False)
        for command in ("load", "build"):
            done = run(command)
            assert done.returncode == 0, done.stderr
        execute("alter role bi_reader login")
        yield


@pytest.mark.parametrize("relation", ["marts.fct_designation", "marts.fct_customer_contribution", "rulebook.rulesets"])
def test_a_reader_reads_marts_and_rulebook(relation):
    assert query(f"select count(*) from {relation}", user="bi_reader")[0][0] > 0


@pytest.mark.parametrize(
    "relation",
    [
        "raw.training_completions",
        "raw.exports",
        "staging.stg_partner_center__training_completions",
        "intermediate.int_training_completions",
        "audit.rejected_rows",
        "restricted.individuals",
    ],
)
def test_a_reader_reads_nothing_else(relation):
    assert query(f"select count(*) from {relation}")[0][0] > 0
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        query(f"select count(*) from {relation}", user="bi_reader")


def test_a_reader_changes_nothing():
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        query("delete from marts.fct_designation returning 1", user="bi_reader")


def test_marts_are_indexed_by_what_bi_filters():
    found = query("select indexdef from pg_indexes where schemaname = 'marts' and tablename = 'fct_designation'")
    assert any("(ruleset_id, as_of_month, pga_mpn_id)" in definition for (definition,) in found)
    assert query("select count(*) from pg_indexes where schemaname = 'marts'")[0][0] >= 7


def contribution_indexes() -> list[str]:
    """Indexes of the table that fct_customer_contribution, a view, reads."""
    found = query(
        "select indexdef from pg_indexes where schemaname = 'intermediate' and tablename = 'int_tenant_comparisons'"
    )
    return sorted(definition.partition(" USING ")[2] for (definition,) in found)


def test_contributions_are_found_by_month_and_by_tenant():
    assert contribution_indexes() == ["btree (customer_tenant_key)", "btree (month_number)", "btree (pga_mpn_id)"]


def test_loading_the_same_exports_again_changes_nothing():
    before = query("select dataset, export_date, xmin::text from raw.exports order by 1, 2")
    done = run("load")
    assert "Nothing changed" in done.stdout
    assert query("select dataset, export_date, xmin::text from raw.exports order by 1, 2") == before


def test_loading_replaces_and_withdraws_exports(tmp_path):
    """Another folder in place of the sample: rows are those of its files, and of no other."""
    golden = PROJECT / "tests" / "golden" / "clean"
    try:
        assert run("load", PARTNER_CENTER_EXPORTS=str(golden)).returncode == 0
        assert query("select distinct cast(export_date as text) from raw.training_completions order by 1") == [
            (path.name.partition("=")[2],) for path in sorted((golden / "training_completions").iterdir())
        ]
        rows = sum(len(path.read_text().splitlines()) - 1 for path in golden.glob("azure_usage/*/*.csv"))
        assert query("select count(*) from raw.azure_usage") == [(rows,)]
        # the folder is remembered: neither no folder nor the sample takes its place unasked
        assert str(golden) in run("load").stdout
        refused = run("load", PARTNER_CENTER_EXPORTS=str(PROJECT / "sample" / "exports"))
        assert refused.returncode == 1
        assert str(golden) in refused.stderr and "--source-changed" in refused.stderr
        assert query("select count(*) from raw.azure_usage") == [(rows,)]
    finally:
        assert run("load", "--source-changed").returncode == 0
    assert run("load", PARTNER_CENTER_EXPORTS=str(tmp_path)).returncode == 1
    assert query("select count(*) from raw.azure_usage")[0][0] > 0


def test_every_text_is_read_as_duckdb_reads_it(awkward_exports, expected_texts):
    try:
        assert run("load", PARTNER_CENTER_EXPORTS=str(awkward_exports)).returncode == 0
        for dataset in datasets():
            columns = ", ".join(f"cast({name} as text)" for name in [*dataset.columns, *ADDED_COLUMNS])
            assert sorted(query(f"select {columns} from raw.{dataset.name}"), key=repr) == expected_texts[dataset.name]
    finally:
        assert run("load", "--source-changed").returncode == 0


def test_a_second_build_gives_the_same_marts_and_indexes():
    before, indexes = [query(sql) for sql in MARTS], contribution_indexes()
    assert run("build").returncode == 0
    assert [query(sql) for sql in MARTS] == before
    assert contribution_indexes() == indexes


def test_readers_see_the_old_or_the_new_marts_while_a_build_swaps():
    expected, stop, seen = query(MARTS[0]), threading.Event(), []

    def read() -> None:
        while not stop.is_set():
            seen.append(query(MARTS[0], user="bi_reader"))

    reader = threading.Thread(target=read)
    reader.start()
    done = run("build")
    stop.set()
    reader.join()
    assert done.returncode == 0, done.stderr
    assert len(seen) > 1
    assert all(rows == expected for rows in seen)


def test_a_failed_test_leaves_the_live_marts():
    before = [query(sql) for sql in MARTS]
    # an export that is there but not listed: its rows are not accounted for
    execute("create table lost as select * from raw.exports where dataset = 'azure_usage'")
    execute("delete from raw.exports where dataset = 'azure_usage' and export_date = '2024-07-20'")
    try:
        done = run("build")
    finally:
        execute("delete from raw.exports where dataset = 'azure_usage'", "insert into raw.exports select * from lost")
        execute("drop table lost")
    assert done.returncode == 1
    assert "Test every_exported_row_is_accounted_for failed" in done.stderr
    assert [query(sql, user="bi_reader") for sql in MARTS] == before


def test_a_failed_query_leaves_the_live_marts():
    before = [query(sql) for sql in MARTS]
    done = run("build", "--vars", "{recommendation_near_share: 1 / 0}")
    assert done.returncode == 1
    assert "division by zero" in done.stderr
    assert [query(sql, user="bi_reader") for sql in MARTS] == before


def test_a_second_build_at_once_is_refused():
    with connected() as connection, connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(20221003)")
        done = run("build")
    assert done.returncode == 1
    assert "Another build of this database is running" in done.stderr


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ("locale_provider icu icu_locale 'en'", "sorts texts by the rules of a language"),
        ("lc_collate 'C' lc_ctype 'C'", "leaves accented letters as they are"),
    ],
)
def test_a_database_that_compares_texts_otherwise_is_refused(monkeypatch, settings, problem):
    name = f"other_{len(problem)}"
    execute(f"create database {name} template template0 encoding 'UTF8' {settings}")
    monkeypatch.setenv("PGDATABASE", name)
    with pytest.raises(PostgresError, match=problem), connected():
        pass
