"""What Spark must not do: lose a good table, or read other text than DuckDB does."""

import pytest

from partner_score.engines import spark
from partner_score.intake.sources import ADDED_COLUMNS, datasets
from partner_score.warehouse.source_folder import Source


def build(*nodes: str) -> None:
    """Build nodes without their tests, some of which read other nodes."""
    spark.build(["--exclude-resource-type", "test", "--select", *nodes])


@pytest.fixture(scope="module", autouse=True)
def warehouse(tmp_path_factory):
    """A Spark with a warehouse of its own, in which dim_metric is built."""
    folder = tmp_path_factory.mktemp("spark")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_WAREHOUSE", str(folder))
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        patch.setenv("SPARK_SHUFFLE_PARTITIONS", "1")
        patch.setenv("DBT_TARGET_PATH", str(folder / "target"))
        patch.setenv("DBT_LOG_PATH", str(folder / "logs"))
        build("metrics", "dim_metric")
        yield


@pytest.mark.parametrize(
    ("broken_column", "message"),
    [("1", "contract"), ("cast(raise_error('the query is broken') as string)", "the query is broken")],
    ids=["contract", "query"],
)
def test_a_refused_table_leaves_the_good_one(broken_column, message):
    good = spark.rows("select * from marts.dim_metric order by metric")
    spark.rows("alter table rulebook.metrics rename to rulebook.good_metrics")
    columns = f"metric, metric_name, category, description, {broken_column} as source"
    spark.rows(f"create view rulebook.metrics as select {columns} from rulebook.good_metrics")
    try:
        with pytest.raises(spark.SparkError, match=message):
            build("dim_metric")
    finally:
        spark.rows("drop view rulebook.metrics")
        spark.rows("alter table rulebook.good_metrics rename to rulebook.metrics")
    assert good
    assert spark.rows("select * from marts.dim_metric order by metric") == good


def test_a_seed_keeps_nulls_and_apostrophes():
    build("rulesets")
    assert spark.rows("select count(*) from rulebook.rulesets where effective_to is null")[0][0] > 0
    assert spark.rows("select count(*) from rulebook.rulesets where source = 'None'") == [(0,)]


def test_every_text_is_read_as_duckdb_reads_it(awkward_exports, expected_texts):
    source = Source(str(awkward_exports), False)
    assert any("day first" in line for line in spark.run_load(source))
    assert spark.remembered_source() == source
    for dataset in datasets():
        columns = ", ".join(f"cast({name} as string)" for name in [*dataset.columns, *ADDED_COLUMNS])
        rows = spark.rows(f"select {columns} from raw.{dataset.name}")
        assert sorted(rows, key=repr) == sorted(expected_texts[dataset.name], key=repr)


def test_loading_leaves_the_exports_alone(awkward_exports):
    before = sorted(awkward_exports.rglob("*"))
    spark.run_load(Source(str(awkward_exports), False))
    assert sorted(awkward_exports.rglob("*")) == before
