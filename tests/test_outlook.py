"""The outlook is what a real score says once the last month has gone on for as long.

So is what an action brings in the month in which the outlook loses the designation.
"""

import csv
import shutil

import duckdb
import pytest
from conftest import GOLDEN, PROJECT, report_columns, run_dbt

from partner_score.simulator import plans
from partner_score.simulator.actions import joint_changes
from partner_score.simulator.engine import judge_ruleset
from partner_score.warehouse.scenarios_file import COLUMNS, SCENARIOS_VARIABLE

MODELS = ("+fct_designation", "+fct_designation_outlook", "+fct_plan")
OUTLOOK_MONTHS = 6

# What the newest exports report for the last scored month, as new rows of the months after it.
CONTINUED = """
    select lines.* replace (last_month.as_of_month + to_months(continued.month) as {month_column})
    from (
        select
            {pga_mpn_id} as pga_mpn_id, lines.usage_month, unnest(lines.source_row)
        from staging.stg_partner_center__{dataset} as lines
        left join staging.stg_partner_center__partner_profile as locations
            on lines.mpn_id = locations.mpn_id and locations.is_newest
        where lines.reject_reason is null
    ) as lines
    inner join intermediate.int_scored_months as last_month
        on last_month.is_last_scored_month and lines.usage_month = last_month.as_of_month
    inner join intermediate.int_newest_exports as newest
        on newest.dataset = '{dataset}' and lines.pga_mpn_id = newest.pga_mpn_id
        and lines.usage_month = newest.usage_month and lines.export_date = newest.export_date
    cross join range(1, {months} + 1) as continued (month)
"""
SCORES = """
    select
        pga_mpn_id, ruleset_id, {month_column} as as_of_month, net_customer_adds_points,
        intermediate_certifications_points, deployments_points, usage_growth_points, total_points,
        is_history_complete, is_qualified, designation_status
    from {table}
    order by all
"""


@pytest.fixture(scope="module", params=["sample", "dirty"])
def builds(request, golden, tmp_path_factory):
    """A case, and the same with the last month's usage reported for six months more in a later export."""
    folder = tmp_path_factory.mktemp("outlook")
    if request.param == "sample":
        exports, before = PROJECT / "sample" / "exports", request.getfixturevalue("sample")
    else:
        exports, before = GOLDEN / request.param, golden(request.param)
    extended = folder / "extended"
    shutil.copytree(exports, extended / "exports")
    with duckdb.connect(str(before.warehouse), read_only=True) as connection:
        for dataset, month_column, pga_mpn_id in (
            ("azure_usage", "Month", "coalesce(lines.reported_pga_mpn_id, locations.pga_mpn_id)"),
            ("cpor_m365_usage", "Date", "locations.pga_mpn_id"),
        ):
            later = extended / "exports" / dataset / "export_date=2099-01-01"
            later.mkdir()
            continued = CONTINUED.format(
                dataset=dataset, month_column=f'"{month_column}"', pga_mpn_id=pga_mpn_id, months=OUTLOOK_MONTHS
            )
            rows = f"select {report_columns(dataset)} from ({continued})"
            connection.execute(f"copy ({rows}) to '{later / 'continued.parquet'}' (format parquet)")
    return before, score(extended, extended / "exports")


def score(folder, exports):
    """Build the scores and the outlook, without tests."""
    built = run_dbt(
        *("--quiet", "build", "--exclude-resource-type", "unit_test", "test", "--select", *MODELS),
        folder=folder,
        exports=exports,
    )
    assert built.status == 0, built.output
    return built


def test_the_outlook_equals_a_real_score_of_the_months_after(builds):
    before, extended = builds
    outlook = before.rows(SCORES.format(table="marts.fct_designation_outlook", month_column="outlook_month"))
    ((last_month, series),) = before.rows(
        "select max(as_of_month), count(distinct (pga_mpn_id, ruleset_id)) from marts.fct_designation"
    )
    scored = extended.rows(
        SCORES.format(
            table=f"(from marts.fct_designation where as_of_month > date '{last_month}')", month_column="as_of_month"
        )
    )
    assert len(outlook) == OUTLOOK_MONTHS * series
    assert scored == outlook


def test_months_before_the_outlook_stay_as_they_were(builds):
    before, extended = builds
    scores = SCORES.format(table="marts.fct_designation", month_column="as_of_month")
    assert set(before.rows(scores)) <= set(extended.rows(scores))


@pytest.mark.parametrize(
    ("builds", "month"),
    [("sample", "2024-07-01"), ("sample", "2024-09-01"), ("dirty", "2024-07-01")],
    indirect=["builds"],
)
def test_actions_that_keep_the_designation_do_so_when_the_month_comes(builds, month, monkeypatch, tmp_path):
    """Each action alone, all of them, and those of the plan: scored by SQL in the month, which is then the last one."""
    before, extended = builds
    with duckdb.connect(str(before.warehouse), read_only=True) as connection:
        questions = list(plans.keeping(lambda sql, values: connection.execute(sql, values).fetchall()))
    steps = dict(before.rows("select scenario_id, total_points from intermediate.int_plans where goal = 'keep'"))
    lines, expected = [], {}
    for of_partner, ruleset, actions in questions:
        if of_partner["as_of_month"] != month:
            continue
        place = (of_partner["pga_mpn_id"], ruleset["ruleset_id"])
        planned = [one for one in actions if one.scenario_id in steps]
        for number, together in enumerate([*([one] for one in actions), actions, planned]):
            name = f"{'/'.join(place)}/{number}"
            for change in joint_changes(together):
                amounts = (f"{change.amount:f}", f"{change.active_amount:f}" if change.kind == "m365_seats" else "")
                lines.append((name, place[0], change.kind, change.subject, change.detail, *amounts, ""))
            judged = judge_ruleset(of_partner, ruleset, joint_changes(together))
            expected[name, place[1]] = (judged.total_points, judged.is_qualified)
        assert judged.is_qualified and judged.total_points == max(steps[one.scenario_id] for one in planned)
    with (tmp_path / "scenarios.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([COLUMNS, *lines])
    monkeypatch.setenv(SCENARIOS_VARIABLE, str(tmp_path / "scenarios.csv"))
    scored = run_dbt(
        *("--quiet", "build", "--exclude-resource-type", "unit_test", "test"),
        *("--select", "+fct_scenario_designation", "+scenario_errors"),
        folder=tmp_path,
        exports=extended.warehouse.parent / "exports",
        variables={"last_scored_month": month},
    )
    assert scored.status == 0, scored.output
    assert scored.rows("select * from audit.scenario_errors") == []
    found = {
        row[:2]: row[2:]
        for row in scored.rows(
            "select scenario, ruleset_id, total_points, is_qualified from marts.fct_scenario_designation"
        )
    }
    assert expected
    assert {key: found[key] for key in expected} == expected


def test_the_months_won_and_lost_are_the_first_of_the_real_score(builds):
    before, extended = builds
    turns = {
        (pga, ruleset): (lost, won)
        for pga, ruleset, lost, won in before.rows(
            "select distinct pga_mpn_id, ruleset_id, designation_lost_month, designation_won_month"
            " from marts.fct_designation_outlook"
        )
    }
    for pga, ruleset, was_qualified, last_month in before.rows(
        "select pga_mpn_id, ruleset_id, is_qualified, as_of_month from marts.fct_designation"
        " qualify as_of_month = max(as_of_month) over ()"
    ):
        ((first_turn,),) = extended.rows(
            f"select min(as_of_month) from marts.fct_designation where pga_mpn_id = '{pga}'"
            f" and ruleset_id = '{ruleset}' and as_of_month > date '{last_month}' and is_qualified != {was_qualified}"
        )
        assert turns[pga, ruleset] == ((first_turn, None) if was_qualified else (None, first_turn))


@pytest.mark.parametrize("builds", ["sample"], indirect=True)
def test_the_sample_loses_a_designation_and_nothing_stands_still(builds):
    """sample/README.md: if usage simply continues, Alder Shield Group loses it in 2024-07."""
    before, _ = builds
    assert before.rows(
        "select distinct cast(designation_lost_month as varchar) from marts.fct_designation_outlook"
        " where pga_mpn_id = '99100000' and ruleset_id = 'security_2022_10'"
    ) == [("2024-07-01",)]
    assert len(before.rows("select distinct total_points from marts.fct_designation_outlook")) > 10
