"""Whole builds, as a user meets them: the sample, own folders, bad folders, changed rules."""

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import yaml
from conftest import DBT, PROJECT, build, run_dbt

sys.path.insert(0, str(PROJECT))
from partner_score.warehouse.scoreboard import scoreboard


def test_what_the_profile_sets_is_in_force(tmp_path):
    """DuckDB passes over some settings without a word when they are options of the connection."""
    profile = yaml.safe_load((PROJECT / "profiles.yml").read_text(encoding="utf-8"))
    target = profile["partner_score_warehouse"]["outputs"]["duckdb"]
    wanted = {name: str(value).lower() for name, value in (target["config_options"] | target["settings"]).items()}
    # asked for by a variable of the environment
    del wanted["memory_limit"]
    columns = ", ".join(f"lower(cast(current_setting('{name}') as varchar)) as {name}" for name in wanted)
    shown = run_dbt("--quiet", "show", "--output", "json", "--inline", f"select {columns}", folder=tmp_path)
    assert json.loads(shown.output[shown.output.index("{") :])["show"] == [wanted]


def test_unit_tests_pass(sample):
    tested = run_dbt("--quiet", "test", "--select", "test_type:unit", folder=sample.warehouse.parent)
    assert tested.status == 0, tested.output


def test_dbt_builds_from_any_folder(tmp_path):
    """`dbt build --project-dir` finds profile, plugin and sample with no more than the warehouse's path set."""
    environment = {"WAREHOUSE_PATH": str(tmp_path / "own.duckdb"), "DBT_TARGET_PATH": str(tmp_path / "target")}
    listed = subprocess.run(
        [DBT, "--quiet", "run", "--select", "staging", "--project-dir", str(PROJECT), "--log-path", str(tmp_path)],
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), **environment},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert listed.returncode == 0, listed.stdout + listed.stderr
    assert (tmp_path / "own.duckdb").exists()


def test_scoreboard_shows_every_partner_of_the_last_month(sample):
    printed = scoreboard(sample.warehouse)
    scores = sample.rows(
        "select partner_name, total_points from marts.fct_designation inner join marts.dim_partner using (pga_mpn_id)"
        " inner join marts.dim_month using (as_of_month)"
        " where is_last_scored_month and is_headline"
    )
    assert len(scores) == 4
    for partner_name, total_points in scores:
        assert any(partner_name in line and str(total_points) in line for line in printed.splitlines())


def test_sample_tells_its_story(sample):
    """One earns the designation and still has it, one has just earned it, one is new, one has Microsoft 365 alone."""
    statuses = dict(
        sample.rows(
            "select pga_mpn_id, designation_status from marts.fct_designation"
            " inner join marts.dim_month using (as_of_month)"
            " where is_last_scored_month and is_headline"
        )
    )
    assert statuses == {
        "99100000": "qualified",
        "99200000": "qualified",
        "99300000": "insufficient_history",
        "99400000": "in_progress",
    }
    [(azure_rows,)] = sample.rows(
        "select count(*) from intermediate.int_azure_tenant_months where pga_mpn_id = '99400000'"
    )
    assert azure_rows == 0


def test_sample_shows_every_reject_reason(sample):
    reasons = sample.rows("select distinct dataset, reject_reason from audit.rejected_rows")
    assert {reason for dataset, reason in reasons if dataset == "azure_usage"} == {
        "invalid_month",
        "missing_customer_tenant",
        "unknown_partner",
        "invalid_acr",
    }
    assert {reason for dataset, reason in reasons if dataset == "training_completions"} == {
        "unknown_partner",
        "missing_individual",
        "invalid_completion_date",
    }


def test_sample_exports_are_what_the_generator_writes(tmp_path):
    subprocess.run([sys.executable, str(PROJECT / "sample" / "generate.py"), str(tmp_path / "exports")], check=True)
    shipped = PROJECT / "sample" / "exports"
    written = tmp_path / "exports"
    files = sorted(path.relative_to(shipped) for path in shipped.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(written) for path in written.rglob("*") if path.is_file())
    assert all((shipped / name).read_bytes() == (written / name).read_bytes() for name in files)
    assert sum((shipped / name).stat().st_size for name in files) < 3_000_000


def test_a_bad_file_stops_the_build_with_one_error_that_names_it(tmp_path):
    exports = tmp_path / "Müller's exports"
    shutil.copytree(PROJECT / "sample" / "exports", exports)
    bad = next((exports / "azure_usage").glob("*/*.csv"))
    bad.write_text(bad.read_text(encoding="utf-8-sig").replace("ACR_USD", "Revenue", 1), encoding="utf-8")
    built = run_dbt("--quiet", "build", folder=tmp_path, exports=exports)
    assert built.status != 0
    for word in ("azure_usage", bad.name, "ACR_USD"):
        assert word in built.output
    assert "Traceback" not in built.output


def test_no_exports_stop_the_build(tmp_path):
    built = run_dbt("--quiet", "build", folder=tmp_path, exports=tmp_path / "nowhere")
    assert built.status != 0
    assert "nowhere" in built.output


def test_reports_without_rows_build_an_empty_score(tmp_path):
    exports = tmp_path / "exports"
    for report in ("azure_usage", "cpor_m365_usage", "training_completions", "partner_profile"):
        file = next((PROJECT / "tests" / "golden" / "clean" / report).glob("*/*.csv"))
        copy = exports / report / file.parent.name / file.name
        copy.parent.mkdir(parents=True)
        copy.write_text(file.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    built = build(tmp_path, exports)
    assert built.rows("select count(*) from marts.fct_designation") == [(0,)]
    assert "No month is scored" in scoreboard(built.warehouse)


def change_seed(project: Path, seed: str, change) -> None:
    """Apply `change(rows)` to the rows of a seed, given as dictionaries."""
    path = next(project.glob(f"seeds/*/{seed}.csv"))
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def test_a_lower_seat_threshold_is_a_change_of_one_csv(tmp_path, changed_project):
    """25 to 20 paid seats: the tenants counted are those with a workload of 20 seats, as the seats themselves say."""
    exports = PROJECT / "tests" / "golden" / "clean"

    def lower(rows):
        for row in rows:
            if row["ruleset_id"] == "security_2022_10" and row["track"] == "m365" and row["minimum_value"] == "25":
                row["minimum_value"] = "20"

    change_seed(changed_project, "ruleset_tracks", lower)
    changed = build(tmp_path, exports, project=changed_project)
    counted = (
        "select pga_mpn_id, as_of_month, cast(current_value as integer) from marts.fct_metric_track"
        " where ruleset_id = 'security_2022_10' and metric = 'net_customer_adds' and track = 'm365' order by all"
    )
    seats = (
        "select partner.pga_mpn_id, months.as_of_month, count(distinct seats.customer_tenant_key)"
        " from marts.dim_partner as partner cross join marts.dim_month as months"
        " left join intermediate.int_m365_workload_months as seats on seats.pga_mpn_id = partner.pga_mpn_id"
        "  and seats.usage_month = months.as_of_month and seats.exclusion_reason is null"
        "  and seats.paid_seats >= {seats}"
        "  and seats.eligibility_id = 'security_2022_10' where not months.is_outlook group by all order by all"
    )
    assert changed.rows(counted) == changed.rows(seats.format(seats=20))
    assert changed.rows(counted) != changed.rows(seats.format(seats=25))


def test_a_copy_answers_under_another_name(sample, tmp_path):
    """A warehouse that is copied, or attached under an alias, answers every query: no view names its database."""
    copy = shutil.copy(sample.warehouse, tmp_path / "copy of june.duckdb")
    relations = sample.rows("select table_schema, table_name from information_schema.tables order by all")
    assert {"marts", "audit", "staging", "intermediate", "restricted", "raw"} <= {schema for schema, _ in relations}
    with duckdb.connect(str(copy), read_only=True) as renamed, duckdb.connect() as other:
        other.execute(f"attach '{copy}' as june (read_only)")
        for schema, name in relations:
            query = 'select count(*) from {}."{}"."{}"'
            counts = [
                connection.execute(query.format(database, schema, name)).fetchall()
                for connection, database in ((renamed, '"copy of june"'), (other, "june"))
            ]
            assert counts[0] == counts[1], name
