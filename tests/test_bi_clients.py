"""What docs/bi.md promises to BI tools: comments, tables that SQLAlchemy finds, and joins that hold."""

import re

import pytest
import sqlalchemy
from conftest import PROJECT

GUIDE = (PROJECT / "docs" / "bi.md").read_text(encoding="utf-8")
RELATIONS = re.findall(r'^ +(\w+) +\|\|--o\{ (\w+) +: "(.+)"$', GUIDE, re.MULTILINE)


@pytest.fixture(scope="module", params=["argument", "address"])
def engine(sample, request):
    """The sample's warehouse as SQLAlchemy opens it, in the two ways of the guide.

    No connection stays open: DuckDB refuses two of one process that were not opened alike.
    """
    address, arguments = f"duckdb:///{sample.warehouse}", {"read_only": True}
    if request.param == "address":
        address, arguments = f"{address}?access_mode=read_only", {}
    return sqlalchemy.create_engine(address, connect_args=arguments, poolclass=sqlalchemy.NullPool)


@pytest.fixture(scope="module")
def inspector(engine):
    """What SQLAlchemy finds in it."""
    return sqlalchemy.inspect(engine)


def described(manifest, schema: str) -> dict[str, dict]:
    """The models or seeds of a schema by name."""
    models = [node for node in manifest["nodes"].values() if node["resource_type"] in {"model", "seed"}]
    return {model["name"]: model for model in models if model["schema"] == schema}


@pytest.mark.parametrize("schema", ["marts", "audit", "rulebook"])
def test_sqlalchemy_lists_tables_columns_and_comments(inspector, manifest, schema):
    models = described(manifest, schema)
    views = {name for name, model in models.items() if model["config"]["materialized"] == "view"}
    assert set(inspector.get_view_names(schema=schema)) == views
    assert set(inspector.get_table_names(schema=schema)) == set(models) - views
    for name, model in models.items():
        assert inspector.get_table_comment(name, schema=schema)["text"] == model["description"], name
        found = {column["name"]: column["comment"] for column in inspector.get_columns(name, schema=schema)}
        assert found == {column["name"]: column["description"] for column in model["columns"].values()}, name
        assert all(found.values()), name


def test_a_month_of_the_outlook_is_a_month(sample):
    """`outlook_month` finds its row in dim_month, and no other fact has rows of it."""
    assert sample.rows("select count(*) > 0 from marts.fct_designation_outlook") == [(True,)]
    outlook = sample.rows("select distinct outlook_month from marts.fct_designation_outlook order by all")
    assert sample.rows("select as_of_month from marts.dim_month where is_outlook order by all") == outlook
    assert (
        sample.rows("from marts.fct_designation inner join marts.dim_month using (as_of_month) where is_outlook") == []
    )


def test_sqlalchemy_reads_a_mart(engine, inspector, sample):
    names = [column["name"] for column in inspector.get_columns("fct_designation", schema="marts")]
    mart = sqlalchemy.table("fct_designation", *map(sqlalchemy.column, names), schema="marts")
    chosen = sqlalchemy.select(mart).where(mart.c.ruleset_id == "security_2022_10", mart.c.total_points >= 70)
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(chosen)]
    assert rows
    expected = "from marts.fct_designation where ruleset_id = 'security_2022_10' and total_points >= 70"
    assert sorted(rows, key=repr) == sorted(sample.rows(expected), key=repr)


def test_it_is_read_only(engine):
    with engine.connect() as connection, pytest.raises(sqlalchemy.exc.DBAPIError, match="read-only"):
        connection.execute(sqlalchemy.text("drop table marts.dim_month"))


def test_the_picture_shows_every_mart(sample):
    shown = {table for relation in RELATIONS for table in relation[:2]}
    marts = sample.rows("select table_name from information_schema.tables where table_schema = 'marts'")
    assert shown == {name for (name,) in marts}


@pytest.mark.parametrize(("dimension", "fact", "key"), RELATIONS)
def test_the_joins_of_the_picture_hold(sample, dimension, fact, key):
    assert sample.rows(f"select {key} from marts.{dimension} group by {key} having count(*) > 1") == []
    # fct_plan names no metric where there is no action
    filled = " and ".join(f"{column} is not null" for column in key.split(", "))
    of_fact = f"(select * from marts.{fact} where {filled})"
    assert sample.rows(f"select {key} from {of_fact} anti join marts.{dimension} using ({key})") == []


def test_the_picture_leaves_out_no_join(sample):
    """A dimension's key in a fact is a line of the picture."""
    keys = {(dimension, key) for dimension, _, key in RELATIONS}
    columns = {}
    for table, column in sample.rows(
        "select table_name, column_name from information_schema.columns where table_schema = 'marts'"
    ):
        columns.setdefault(table, set()).add(column)
    possible = {
        (dimension, table, key)
        for dimension, key in keys
        for table in columns
        if table != dimension and (table.startswith("fct_") or table in {"dim_customer", "partner_overview"})
        if set(key.split(", ")) <= columns[table]
    }
    assert possible == set(RELATIONS)
