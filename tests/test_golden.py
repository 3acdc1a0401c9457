"""Golden cases: exports whose scores an independent program worked out, to the last digit of every column."""

import duckdb
import pytest
from conftest import GOLDEN

CASES = sorted(folder.name for folder in GOLDEN.iterdir())
TABLES = {
    "designation": "marts.fct_designation",
    "metrics": "marts.fct_metric_score",
    "tracks": "marts.fct_metric_track",
    "rejects": "(select dataset, reject_reason, count(*) as rows from audit.rejected_rows group by all)",
}


@pytest.fixture(scope="module", params=CASES)
def case(request, golden):
    """A golden case: the folder of its expected tables and a connection to its warehouse."""
    with duckdb.connect(str(golden(request.param).warehouse), read_only=True) as connection:
        yield GOLDEN / request.param / "expected", connection


@pytest.mark.parametrize("table", TABLES)
def test_every_column_equals_the_expected_one(case, table):
    folder, connection = case
    expected = connection.read_csv(str(folder / f"{table}.csv"), all_varchar=True)
    columns = expected.columns
    scored_rulesets = "where ruleset_id in (select ruleset_id from expected)" if "ruleset_id" in columns else ""
    actual = connection.sql(f"select {', '.join(columns)} from {TABLES[table]} {scored_rulesets}")
    # the expected text takes on the mart's type, so that 20 is 20.00 and true is true, but 13.34 is not 13.33
    types = dict(zip(actual.columns, actual.types, strict=True))
    casts = ", ".join(f"cast({column} as {types[column]}) as {column}" for column in columns)
    expected = connection.sql(f"select {casts} from expected")
    assert len(actual) == len(expected)
    assert connection.sql("from expected except all from actual").fetchall() == []
    assert connection.sql("from actual except all from expected").fetchall() == []
