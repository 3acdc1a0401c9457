"""MetricFlow accepts the semantic layer, and its answers are those of the marts."""

import csv
import os
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import copy_project, run_dbt

MF = Path(sys.executable).with_name("mf")
RULESET = "security_2022_10"
DEFAULT_RULESET = f"{{{{ Entity('ruleset') }}}} = '{RULESET}'"


@pytest.fixture(scope="module")
def mf(sample, tmp_path_factory):
    """A function that runs `mf` on the sample, in a copy of the project: it looks for its manifest in `target`."""
    project = copy_project(tmp_path_factory.mktemp("semantic"))
    # a copy, since MetricFlow opens the warehouse for writing
    shutil.copy(sample.warehouse, project / "warehouse.duckdb")
    parsed = run_dbt("--quiet", "parse", folder=project, project=project)
    assert parsed.status == 0, parsed.output
    environment = {
        **os.environ,
        "DBT_PROFILES_DIR": str(project),
        "WAREHOUSE_PATH": str(project / "warehouse.duckdb"),
    }

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [MF, *arguments], cwd=project, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


@pytest.fixture
def query(mf, tmp_path):
    """A function that asks for metrics, by dimensions, under the default rule set; the answer is a set of rows."""

    def ask(metrics: str, group_by: str, where: str = DEFAULT_RULESET) -> set[tuple]:
        file = tmp_path / "answer.csv"
        mf("query", "--metrics", metrics, "--group-by", group_by, "--where", where, "--csv", str(file), "--quiet")
        with file.open(encoding="utf-8", newline="") as answer:
            header, *rows = csv.reader(answer)
        wanted = [*group_by.split(","), *metrics.split(",")]
        places = [header.index(name) for name in wanted]
        return {tuple(comparable(row[place]) for place in places) for row in rows}

    return ask


def comparable(value) -> str | Decimal | None:
    """A figure as a decimal of six places, a month as its date, an empty text as nothing."""
    text = str(value)
    if text in ("", "None"):
        return None
    try:
        return Decimal(text).quantize(Decimal("1e-6"))
    except ArithmeticError:
        return text.removesuffix(" 00:00:00").removesuffix("T00:00:00")


def expected(sample, sql: str) -> set[tuple]:
    """Rows of a query on the marts, to compare with an answer of MetricFlow."""
    rows = sample.rows(sql)
    assert rows
    return {tuple(map(comparable, row)) for row in rows}


def test_the_configuration_is_valid(mf):
    """Against the warehouse, too: every expression of a semantic model is one that it can work out."""
    said = mf("validate-configs", "--show-all")
    assert "ERRORS: 0" in said
    assert "ERRORS: 1" not in said


def test_points_are_those_of_the_designation(sample, query):
    assert query("total_points", "partner,metric_time__month") == expected(
        sample,
        f"select pga_mpn_id, as_of_month, total_points from marts.fct_designation where ruleset_id = '{RULESET}'",
    )


def test_revenue_seats_and_their_growth_are_those_of_the_tracks(sample, query):
    metrics = "acr_ttm,acr_ttm_growth,acr_ttm_growth_rate,active_seats,active_seats_growth,certified_individuals"
    assert query(metrics, "partner,metric_time__month") == expected(
        sample,
        f"""
        with values_now as (
            select pga_mpn_id, as_of_month,
                sum(current_value) filter (where metric = 'usage_growth' and track = 'azure') as acr_now,
                sum(prior_value) filter (where metric = 'usage_growth' and track = 'azure') as acr_before,
                sum(current_value) filter (where metric = 'usage_growth' and track = 'm365') as seats_now,
                sum(prior_value) filter (where metric = 'usage_growth' and track = 'm365') as seats_before,
                sum(current_value) filter (where track = 'skilling') as individuals
            from marts.fct_metric_track where ruleset_id = '{RULESET}' group by pga_mpn_id, as_of_month
        )
        select pga_mpn_id, as_of_month, acr_now, acr_now - acr_before, (acr_now - acr_before) / nullif(acr_before, 0),
            seats_now, seats_now - seats_before, individuals
        from values_now
        """,
    )


def test_tenants_counted_are_those_of_the_customers(sample, query):
    """By what no fact of points has: the customers' market. Without a month, the answer is for the last one."""
    where = f"{DEFAULT_RULESET} and {{{{ Entity('score_metric') }}}} = 'deployments'"
    assert query("tenants_counted", "customer__customer_market", where) == expected(
        sample,
        f"""
        select customer_market, count(*) filter (where is_counted_current)
        from marts.fct_customer_contribution inner join marts.dim_customer using (pga_mpn_id, customer_tenant_id)
        inner join marts.dim_month using (as_of_month)
        where is_last_scored_month and ruleset_id = '{RULESET}' and metric = 'deployments' group by customer_market
        """,
    )


def test_names_of_rule_sets_and_metrics_can_be_grouped_by(sample, query):
    where = "{{ TimeDimension('metric_time', 'month') }} = '2024-06-01'"
    assert query(
        "metric_points", "partner__partner_name,ruleset__version,score_metric__metric_name", where
    ) == expected(
        sample,
        """
        select partner_name, version, metric_name, avg(points) from marts.fct_metric_score
        inner join marts.dim_partner using (pga_mpn_id) inner join marts.dim_ruleset using (ruleset_id)
        inner join marts.dim_metric using (metric) where as_of_month = '2024-06-01' group by all
        """,
    )


def test_the_gap_is_that_of_the_designation(sample, query):
    assert query("gap", "partner,metric_time__month") == expected(
        sample,
        f"select pga_mpn_id, as_of_month, points_short from marts.fct_designation where ruleset_id = '{RULESET}'",
    )


def test_the_outlook_is_that_of_the_marts(sample, query):
    metrics = "outlook_points,designations_lost,designations_won"
    found = query(metrics, "partner,metric_time__month")
    assert found == expected(
        sample,
        f"""
        select pga_mpn_id, outlook_month, total_points,
            coalesce(outlook_month = designation_lost_month, false)::integer,
            coalesce(outlook_month = designation_won_month, false)::integer
        from marts.fct_designation_outlook where ruleset_id = '{RULESET}'
        """,
    )
    assert Decimal(1) in {lost for *_, lost, _ in found}
