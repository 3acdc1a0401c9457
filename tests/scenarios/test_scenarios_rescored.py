"""A scenario is what the score says of exports that are changed in that way, to the last digit.

Partners do not touch each other, so one build proves all: its exports hold every partner as it is, and for every
scenario a copy of its partner, under ids of its own, with the scenario's changes made. Its file of scenarios asks about
the partners.
"""

import csv
from decimal import Decimal

import duckdb
import pytest
from conftest import PROJECT, report_columns, run_dbt
from random_scenarios import CHANGED, KINDS, WORKLOAD_NAMES, Draw, write_tables
from test_recommendations import LINES

from partner_score.simulator.changes import Change
from partner_score.simulator.engine import judge
from partner_score.simulator.state import load
from partner_score.warehouse.scenarios_file import COLUMNS, SCENARIOS_VARIABLE

EACH_KIND = 24
SEED = 20240601
MODELS = ("+fct_scenario", "+fct_scenario_designation", "+scenario_errors", "+fct_designation", "+fct_metric_score")

# Of every scenario, metric and rule set: the scenario's figures, those of the copy, and those of the partner as it is.
METRICS = """
    select scenario, ruleset_id, metric,
        said.earned_units, said.exact_points, said.points, said.earned_units_change, said.points_change,
        copied.earned_units, copied.exact_points, copied.points,
        copied.earned_units - actual.earned_units, copied.points - actual.points
    from marts.fct_scenario as said
    inner join marts.fct_metric_score as actual using (pga_mpn_id, ruleset_id, as_of_month, metric)
    left join marts.fct_metric_score as copied
        on copied.pga_mpn_id = said.scenario || '-' || said.pga_mpn_id and copied.ruleset_id = said.ruleset_id
        and copied.as_of_month = said.as_of_month and copied.metric = said.metric
    where said.scenario like ? || ' %'
"""
DESIGNATIONS = """
    select scenario, ruleset_id,
        said.total_points, said.is_qualified, said.total_points_change,
        said.reaches_designation, said.loses_designation,
        copied.total_points, copied.is_qualified, copied.total_points - actual.total_points,
        copied.is_qualified and not actual.is_qualified, actual.is_qualified and not copied.is_qualified
    from marts.fct_scenario_designation as said
    inner join marts.fct_designation as actual using (pga_mpn_id, ruleset_id, as_of_month)
    left join marts.fct_designation as copied
        on copied.pga_mpn_id = said.scenario || '-' || said.pga_mpn_id and copied.ruleset_id = said.ruleset_id
        and copied.as_of_month = said.as_of_month
    where said.scenario like ? || ' %'
"""


@pytest.fixture(scope="module", params=["sample", "rulesets"])
def rescored(request, tmp_path_factory):
    """The scenarios of a case, the warehouse as it was, and a connection to the one that holds scenarios and copies."""
    folder = tmp_path_factory.mktemp("scenarios")
    if request.param == "sample":
        before = request.getfixturevalue("sample")
    else:
        exports = PROJECT / "tests" / "golden" / request.param
        before = score(folder / "before", exports, "+fct_designation", "+int_customers")
    with duckdb.connect(str(before.warehouse), read_only=True) as connection:
        connection.execute(LINES)
        connection.execute(WORKLOAD_NAMES)
        scenarios = Draw(connection, SEED).scenarios(EACH_KIND)
        write_tables(connection, scenarios)
        for dataset, lines in CHANGED.items():
            rows = f"select {report_columns(dataset)}, export_date from ({lines})"
            path = folder / "exports" / dataset
            path.mkdir(parents=True)
            connection.execute(f"copy ({rows}) to '{path}' (format parquet, partition_by (export_date), overwrite)")
    file = folder / "scenarios.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([COLUMNS, *(line for scenario in scenarios for line in scenario.lines)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SCENARIOS_VARIABLE, str(file))
        after = score(folder / "after", folder / "exports", *MODELS)
    with duckdb.connect(str(after.warehouse), read_only=True) as connection:
        yield scenarios, before, connection


def score(folder, exports, *models):
    """Build models and what they read, without tests."""
    folder.mkdir()
    built = run_dbt(
        *("--quiet", "build", "--exclude-resource-type", "unit_test", "test", "--select", *models),
        folder=folder,
        exports=exports,
    )
    assert built.status == 0, built.output
    return built


def test_every_line_can_be_done(rescored):
    _, _, connection = rescored
    assert connection.execute("select line_number, reason from audit.scenario_errors").fetchall() == []


def test_partners_beside_the_copies_score_as_before(rescored):
    _, before, connection = rescored
    sql = "select * exclude (missing_reports) from marts.fct_designation where pga_mpn_id in ({}) order by all"
    partners = before.rows("select pga_mpn_id from intermediate.int_partners")
    sql = sql.format(", ".join(f"'{name}'" for (name,) in partners))
    assert connection.execute(sql).fetchall() == before.rows(sql)


@pytest.mark.parametrize("kind", KINDS)
def test_units_and_points_are_those_of_a_new_score(rescored, kind):
    scenarios, _, connection = rescored
    rows = connection.execute(METRICS, [kind]).fetchall()
    rulesets = {row[1] for row in rows}
    assert len(rows) == EACH_KIND * len(rulesets) * len({row[2] for row in rows})
    assert len(rulesets) >= 5
    assert [row for row in rows if row[3:8] != row[8:]] == []
    # many of them change a unit: else the comparison says little
    assert len({row[0] for row in rows if row[6]}) >= EACH_KIND / 4
    assert {scenario.name for scenario in scenarios if scenario.kind == kind} == {row[0] for row in rows}


@pytest.mark.parametrize("kind", KINDS)
def test_total_and_status_are_those_of_a_new_score(rescored, kind):
    _, _, connection = rescored
    rows = connection.execute(DESIGNATIONS, [kind]).fetchall()
    assert len({row[0] for row in rows}) == EACH_KIND
    assert [row for row in rows if row[2:7] != row[7:]] == []


def changes_of(scenario):
    """The lines of a scenario as changes for the engine in Python."""
    changes = []
    for _, _, kind, subject, detail, amount, active, _ in scenario.lines:
        times = int(detail or 1) if kind == "azure_revenue" else 1
        changes.append(
            Change(kind, subject, str(detail), Decimal(str(amount or 0)), Decimal(str(active or 0)), times=times)
        )
    return changes


def test_the_engine_in_python_scores_what_the_sql_scores(rescored):
    """Units, points, total and status of every scenario, under every rule set."""
    scenarios, _, connection = rescored

    def query(sql, values=None):
        return connection.execute(sql, values or {}).fetchall()

    partners = sorted({scenario.pga_mpn_id for scenario in scenarios})
    tenants = {}
    for partner, tenant in query("select pga_mpn_id, customer_tenant_id from intermediate.int_customers"):
        tenants.setdefault(partner, []).append(tenant)
    states = load(query, {partner: tenants.get(partner, []) for partner in partners}, partners)
    assert set(states) == set(partners)
    metrics = {
        row[:3]: row[3:]
        for row in query(
            "select scenario, ruleset_id, metric, earned_units, exact_points, points from marts.fct_scenario"
        )
    }
    designations = {
        row[:2]: row[2:]
        for row in query("""
            select scenario, ruleset_id, said.total_points, said.is_qualified, case
                    when not is_history_complete then 'insufficient_history'
                    when said.is_qualified then 'qualified'
                    else 'in_progress'
                end
            from marts.fct_scenario_designation as said
            inner join marts.fct_designation using (pga_mpn_id, ruleset_id, as_of_month)
        """)
    }
    for scenario in scenarios:
        for ruleset_id, judged in judge(states[scenario.pga_mpn_id], changes_of(scenario)).items():
            expected = (judged.total_points, judged.is_qualified, judged.status)
            assert designations.pop((scenario.name, ruleset_id)) == expected, (scenario, ruleset_id)
            for metric in judged.metrics:
                expected = (metric.units, metric.exact_points, metric.points)
                assert metrics.pop((scenario.name, ruleset_id, metric.name)) == expected, (scenario, ruleset_id)
    assert not metrics
    assert not designations


def test_some_scenarios_reach_the_designation_and_some_lose_it(rescored):
    _, _, connection = rescored
    changes = "select bool_or(reaches_designation), bool_or(loses_designation) from marts.fct_scenario_designation"
    assert connection.execute(changes).fetchone() == (True, True)
