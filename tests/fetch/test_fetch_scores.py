"""An empty folder becomes, by `fetch` and `build`, the scores of a golden case, whose rows the service has."""

import csv
from collections import defaultdict
from decimal import Decimal
from types import SimpleNamespace

import duckdb
import pytest
from conftest import make_build
from fetching import CLEAN, fetching, golden_days, golden_rows, unsigned  # noqa: F401
from test_golden import TABLES
from test_golden import test_every_column_equals_the_expected_one as equals_the_expected_one

DAYS = golden_days("azure_usage")


@pytest.fixture
def built(fetching, tmp_path):
    """Fetched on each day on which the golden case has an export, and built; what the service was asked for."""
    for day in DAYS:
        fetching.at(day)
        told = fetching.run()
        assert told.status == 0, told.output
    done = make_build(tmp_path, fetching.folder, "--source-changed")
    assert done.returncode == 0, done.stdout + done.stderr
    queries = [one["query"] for one in fetching.service.queries.values()]
    with duckdb.connect(str(tmp_path / "warehouse.duckdb"), read_only=True) as connection:
        yield SimpleNamespace(connection=connection, queries=queries)


def test_fetched_exports_have_the_scores_of_the_golden_case_and_restatements_are_audited(built):
    for table in TABLES:
        equals_the_expected_one((CLEAN / "expected", built.connection), table)
    # No list of offers was fetched or kept: the excluded ones come from AI_OfferType.
    assert built.connection.sql("select count(*) from raw.azure_subscription_offers").fetchone() == (0,)
    with (CLEAN / "expected" / "tracks.csv").open() as file:
        assert len(list(csv.DictReader(file))) > 300

    audited = built.connection.sql(
        "select pga_mpn_id, strftime(usage_month, '%Y-%m-%d'), export_date, previous_export_date, reported_value, "
        "value_change from audit.export_restatements where dataset = 'azure_usage'"
    ).fetchall()
    expected = restatements()
    assert {(pga, month, day): row for pga, month, day, *row in audited} == expected
    second_month = [change for (_, _, day), (_, _, change) in expected.items() if day == DAYS[1]]
    assert len([change for change in second_month if change]) == 6

    spans = sorted(query.rpartition(" ")[2] for query in built.queries)
    assert spans == ["LAST_1_YEAR", "LAST_2_YEARS", "LAST_6_MONTHS", "LAST_6_MONTHS", "LIFETIME", "LIFETIME"]


def restatements() -> dict:
    """What each export says of a PGA's month, and how that differs from the export before, from the golden rows."""
    said, restated = {}, {}
    for day in DAYS:
        totals = defaultdict(Decimal)
        for row in golden_rows("azure_usage", day):
            totals[row["PGAMpnID"], row["Month"]] += Decimal(row["ACR_USD"])
        for key, total in totals.items():
            before, value = said.get(key, (None, None))
            restated[*key, day] = [before, total, None if value is None else total - value]
            said[key] = (day, total)
    return restated
