"""Rule sets are rows: one more of them is scored from seed rows alone."""

import csv
import shutil
from math import ceil
from pathlib import Path

import pytest
from conftest import PROJECT, build, copy_project, run_dbt

from partner_score.warehouse.scoreboard import scoreboard

MADE_UP = "made_up_2030"
SOURCE = {"certainty": "made up", "source": "tests/test_rulebook.py"}
# two metrics: tenants of at least 500 USD, 4 of them for 60 points; active seats of tenants with 10 to 60, per 10
NEW_ROWS = {
    "rulesets": [
        {
            "ruleset_name": "rules of 2030",
            "area": "security",
            "version": "2030",
            "path": "single",
            "path_priority": 1,
            "effective_from": "2030-01-01",
            "certainty_of_dates": "made up",
            "minimum_total_points": 50,
            "minimum_metric_points": 5,
            "qualification_window_months": 3,
            "is_default": "false",
        }
    ],
    "ruleset_metrics": [
        {"metric": "net_customer_adds", "units_for_max": 4, "max_points": 60},
        {"metric": "usage_growth", "units_for_max": 8, "max_points": 40},
    ],
    "ruleset_tracks": [
        {
            "metric": "net_customer_adds",
            "track": "azure",
            "measure": "count",
            "minimum_value": 500,
            "is_minimum_included": "true",
            "is_maximum_included": "true",
            "keeps_outgrown_tenants": "false",
            "unit_size": 1,
            "caps_units": "true",
            "comparison_months": 12,
            "history_months": 23,
        },
        {
            "metric": "usage_growth",
            "track": "m365",
            "measure": "sum",
            "minimum_value": 10,
            "is_minimum_included": "true",
            "maximum_value": 60,
            "is_maximum_included": "false",
            "keeps_outgrown_tenants": "false",
            "unit_size": 10,
            "caps_units": "true",
            "comparison_months": 12,
            "history_months": 12,
        },
    ],
    "eligible_azure_services": [{"service_name": "Key Vault"}, {"service_name": "Storage"}],
    "eligible_m365_workloads": [{"workload_name": "Intune"}, {"workload_name": "Exchange Online"}],
    "eligible_associations": [{"track": "azure", "association": "PAL"}, {"track": "m365", "association": "CPOR"}],
}


def add_rows(project: Path, rows_of_seeds: dict) -> None:
    """Append rows to seeds; a column that a row does not name stays empty."""
    for seed, rows in rows_of_seeds.items():
        path = next(project.glob(f"seeds/*/{seed}.csv"))
        with path.open(encoding="utf-8", newline="") as file:
            header = next(csv.reader(file))
        with path.open("a", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, header, restval="", extrasaction="ignore", lineterminator="\n")
            writer.writerows({"ruleset_id": MADE_UP, **SOURCE, **row} for row in rows)


@pytest.fixture(scope="module")
def made_up(tmp_path_factory):
    """The golden case `clean`, scored with a made-up rule set beside the others."""
    folder = tmp_path_factory.mktemp("made_up")
    (folder / "project").mkdir()
    project = copy_project(folder / "project")
    add_rows(project, NEW_ROWS)
    return build(folder, PROJECT / "tests" / "golden" / "clean", project=project)


def test_a_made_up_rule_set_is_scored_from_seed_rows_alone(made_up):
    """Its scores are what its rows say, counted here from the eligible revenue and seats of the tenants."""
    revenue = made_up.rows(
        "select pga_mpn_id, month_number, customer_tenant_key, ttm_acr_usd from intermediate.int_tenant_acr_ttm"
        f" where eligibility_id = '{MADE_UP}'"
    )
    seats = made_up.rows(
        "select pga_mpn_id, month_number, customer_tenant_key, paid_seats, active_paid_seats"
        f" from intermediate.int_m365_workload_months where eligibility_id = '{MADE_UP}' and exclusion_reason is null"
    )

    def tenants(pga, month):
        return sum(acr >= 500 for p, m, _, acr in revenue if (p, m) == (pga, month))

    def active_seats(pga, month):
        of_month = [row[2:] for row in seats if row[:2] == (pga, month)]
        counted = {tenant for tenant, paid, _ in of_month if 10 <= paid < 60}
        return sum(active for tenant, _, active in of_month if tenant in counted)

    scores = made_up.rows(
        "select pga_mpn_id, month_number, net_customer_adds_points, usage_growth_points, total_points, metrics_met,"
        f" is_qualified from marts.fct_designation inner join marts.dim_month using (as_of_month)"
        f" where ruleset_id = '{MADE_UP}'"
    )
    assert len(scores) == 2 * 26
    assert revenue
    assert seats
    for pga, month, adds, growth, total, metrics_met, _ in scores:
        new_tenants = min(4, max(0, tenants(pga, month) - tenants(pga, month - 12)))
        units = min(8, max(0, (active_seats(pga, month) - active_seats(pga, month - 12)) // 10))
        assert adds == 15 * new_tenants
        assert growth == 5 * units
        assert total == ceil((adds + growth) * 100) / 100
        assert metrics_met == (adds >= 5) + (growth >= 5)
    assert len({score[4] for score in scores}) > 5


def test_other_rule_sets_are_not_touched(made_up, golden):
    scores = f"from marts.fct_metric_track where ruleset_id != '{MADE_UP}' order by all"
    assert made_up.rows(scores) == golden("clean").rows(scores)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the project, so that dbt parses no more than the seeds that change from test to test."""
    folder = tmp_path_factory.mktemp("lacking") / "project"
    folder.mkdir()
    return copy_project(folder)


@pytest.mark.parametrize(
    "seed", ["ruleset_tracks", "ruleset_metrics", "eligible_azure_services", "eligible_associations"]
)
def test_a_missing_row_is_named(project, seed):
    """What CONTRIBUTING promises: the check `rulebook_is_complete` says which rows a new rule set lacks."""
    shutil.copytree(PROJECT / "seeds", project / "seeds", dirs_exist_ok=True)
    add_rows(project, {name: rows for name, rows in NEW_ROWS.items() if name != seed})
    seeded = run_dbt("--quiet", "build", "--select", "+rulebook_is_complete", folder=project.parent, project=project)
    assert seeded.status != 0
    assert "rulebook_is_complete" in seeded.output


@pytest.mark.parametrize(
    ("chosen", "shown"),
    [
        (["security_2023_12", "security_2026_smb"], "rules of December 2023, in force"),
        # neither the one in force nor the default is scored: the newest, and the scoreboard says so
        (["security_2023_06", "security_2026_smb"], "rules of 2026, SMB path, not in force"),
    ],
)
def test_a_variable_chooses_the_rule_sets_to_score(tmp_path, chosen, shown):
    built = build(tmp_path, PROJECT / "tests" / "golden" / "clean", variables={"rulesets": chosen})
    assert built.rows("select distinct ruleset_id from marts.fct_designation order by 1") == [
        (name,) for name in chosen
    ]
    assert built.rows("select count(*) from marts.dim_ruleset where is_scored") == [(len(chosen),)]
    assert f"by the {shown}" in scoreboard(built.warehouse)


def test_a_rule_set_that_does_not_exist_is_named(tmp_path):
    variables = {"rulesets": ["security_2022_10", "security_2022_11"]}
    selected = ["--select", "rulesets", "chosen_rule_sets_exist", "--indirect-selection", "empty"]
    refused = run_dbt("--quiet", "build", *selected, folder=tmp_path, variables=variables)
    assert refused.status != 0
    assert "chosen_rule_sets_exist" in refused.output
