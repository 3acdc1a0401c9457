"""What every output says of the reports: rows set aside, months missing or running, the sample."""

import csv
import json
import re
from datetime import date

import duckdb
import pytest
from conftest import PROJECT, make_build

from partner_score.warehouse import data_notes
from partner_score.warehouse.scoreboard import reports_table, scoreboard
from partner_score.warehouse.shown_rules import rules_in_words, shown_designations

TABLES = """
    create schema raw; create schema audit; create schema marts;
    create table raw.source_folder (folder varchar, is_sample boolean);
    create table audit.row_reconciliation
        (dataset varchar, export_date date, rows_in bigint, rows_rejected bigint);
    create table audit.processed_exports (dataset varchar, export_date date, file_count integer);
    create table audit.export_restatements (
        dataset varchar, usage_month date, export_date date, reported_value decimal(28, 10),
        value_change decimal(28, 10), is_newest_export boolean
    );
    create table audit.rejected_rows (
        dataset varchar, export_date date, reject_reason varchar, source_file varchar, source_row bigint,
        row_content varchar default '{}'
    );
    create table audit.missing_months (dataset varchar, usage_month date, missing_reason varchar, is_scored boolean);
    create table audit.scenario_errors (line_number bigint, source_file varchar, scenario varchar, reason varchar);
    create table marts.fct_designation (missing_reports varchar);
    create table marts.dim_month (as_of_month date, is_last_scored_month boolean, running_month date);
"""
LINE = "azure_usage 4 2023-01 to 2024-06 3,000 6 invalid_acr 3, invalid_month 3"
OLD, NEW = date(2024, 4, 20), date(2024, 7, 20)


@pytest.fixture
def warehouse():
    """A warehouse with the tables that notes are taken from, and a function that adds an export."""
    with duckdb.connect() as connection:
        connection.execute(TABLES)

        def export(day: date, rows: int, **rejected: int) -> None:
            values = ["azure_usage", day, rows, sum(rejected.values())]
            connection.execute("insert into audit.row_reconciliation values (?, ?, ?, ?)", values)
            connection.execute("insert into audit.processed_exports values ('azure_usage', ?, 2)", [day])
            for reason, count in rejected.items():
                connection.execute(
                    "insert into audit.rejected_rows (dataset, export_date, reject_reason) "
                    f"select 'azure_usage', ?, ? from range({count})",
                    [day, reason],
                )

        yield connection, export


def query(connection):
    return lambda sql: connection.execute(sql).fetchall()


def test_a_report_has_a_line_with_its_files_months_rows_and_reasons(warehouse):
    connection, export = warehouse
    export(OLD, 1000, invalid_month=2)
    export(NEW, 2000, invalid_acr=3, invalid_month=1)
    months = "insert into audit.export_restatements (dataset, usage_month) values ('azure_usage', ?)"
    for month in ("2023-01-01", "2024-06-01"):
        connection.execute(months, [month])
    line = reports_table(data_notes.reports(query(connection))).splitlines()[1]
    assert line.split() == LINE.split()


@pytest.mark.parametrize(
    ("exports", "warned"),
    [
        pytest.param([(OLD, 1000, 50)], False, id="5 % is not above 5 %"),
        pytest.param([(OLD, 1000, 51)], True, id="above 5 % of the report"),
        pytest.param([(OLD, 9000, 0), (NEW, 100, 6)], True, id="above 5 % of the newest export"),
        pytest.param([(OLD, 100, 6), (NEW, 9000, 0)], False, id="above 5 % of an older export alone"),
    ],
)
def test_too_many_rows_set_aside_are_a_warning(warehouse, exports, warned):
    connection, export = warehouse
    for day, rows, rejected in exports:
        export(day, rows, invalid_acr=rejected)
    warnings = data_notes.warnings(query(connection))
    assert bool(warnings) == warned
    if warned:
        for word in ("azure_usage", "invalid_acr", "Executive report viewer"):
            assert word in warnings[0]


@pytest.mark.parametrize(
    ("amounts", "advice"),
    [
        pytest.param(["12 Mio.", "12 Mio.", "7 Mio.", ""], "for example 12 Mio.", id="most have digits"),
        pytest.param([None, "", "*", "12 Mio."], "Executive report viewer", id="most are empty or stars"),
        pytest.param(["n/a", "hidden"], "Executive report viewer", id="words"),
    ],
)
def test_the_advice_follows_the_amounts_that_were_not_read(warehouse, amounts, advice):
    """A role brings no other way of writing, and unopened files no role."""
    connection, export = warehouse
    export(NEW, 10, invalid_acr=len(amounts))
    for row, amount in enumerate(amounts):
        connection.execute(
            "update audit.rejected_rows set source_row = ?, row_content = ? where rowid = ?",
            [row, json.dumps({"ACR_USD": amount}), row],
        )
    (warning,) = data_notes.warnings(query(connection))
    assert advice in warning
    assert ("unopened" in warning) != ("Executive report viewer" in warning)


def test_a_report_without_rows_is_a_warning(warehouse):
    connection, export = warehouse
    export(OLD, 0)
    export(NEW, 0)
    assert data_notes.warnings(query(connection)) == [f"azure_usage has no rows. {data_notes.NO_ROWS}"]
    export(date(2024, 8, 20), 1)
    assert data_notes.warnings(query(connection)) == []


@pytest.mark.parametrize(("now", "is_warned"), [(79, True), (80, False), (130, False)])
def test_an_export_that_reports_much_less_of_the_same_months_is_a_warning(warehouse, now, is_warned):
    """A download that was filtered, or cut off between two lines, takes the place of the whole one."""
    connection, _ = warehouse
    insert = "insert into audit.export_restatements values ('azure_usage', ?, ?, ?, ?, ?)"
    for values in (
        # what an older export restated was said in its time
        ("2023-10-01", OLD, 5, -95, True),
        # two months of an older export, which it replaces; one of them it does not change
        ("2024-01-01", OLD, 90, None, False),
        ("2024-02-01", OLD, 10, None, False),
        ("2024-01-01", NEW, now - 10, now - 100, True),
        ("2024-02-01", NEW, 10, 0, True),
        # a month that no export had reported before
        ("2024-06-01", NEW, 1, None, True),
    ):
        connection.execute(insert, values)
    warnings = data_notes.warnings(query(connection))
    assert bool(warnings) == is_warned
    if is_warned:
        assert "21% less" in warnings[0] and "2024-07-20" in warnings[0]


def test_every_reject_reason_has_advice():
    """The reasons of staging and of the models that look up the partner, or the metric."""
    sql = "\n".join(path.read_text() for path in (PROJECT / "models" / "staging").rglob("*.sql"))
    sql += (PROJECT / "macros" / "first_reject_reason.sql").read_text()
    sql += (PROJECT / "models" / "intermediate" / "usage" / "int_partner_center_scores.sql").read_text()
    named = set(re.findall(r"'((?:invalid|missing|unknown)_\w+)'", sql))
    assert named == set(data_notes.ADVICE)


def test_a_report_that_was_not_provided_is_no_silent_zero(warehouse):
    connection, _ = warehouse
    assert data_notes.warnings(query(connection)) == []
    connection.execute("insert into marts.fct_designation values (null), ('cpor_m365_usage, partner_profile')")
    cpor, profile = data_notes.warnings(query(connection))
    assert cpor.startswith("CPOR report not provided: ")
    assert profile.startswith("Partner profile not provided: ")


def test_every_report_that_can_be_missing_has_words():
    with (PROJECT / "seeds" / "rulebook" / "tracks.csv").open(encoding="utf-8", newline="") as file:
        datasets = {row["dataset"] for row in csv.DictReader(file)}
    assert set(data_notes.MISSING_REPORT) == datasets | {"partner_profile"}


def test_missing_months_are_named_with_their_reason_and_what_to_do(warehouse):
    connection, _ = warehouse
    connection.execute("""
        insert into audit.missing_months values
            ('azure_usage', '2023-05-01', 'not_exported', true), ('azure_usage', '2023-06-01', 'not_exported', true),
            ('cpor_m365_usage', '2023-05-01', 'still_running', true),
            -- the scored months end before it: it is running, not missing
            ('azure_usage', '2024-07-01', 'still_running', false)
    """)
    (warning,) = data_notes.warnings(query(connection))
    assert warning.startswith("3 months are not in the exports as a whole: ")
    assert "azure_usage May 2023, June 2023 (not exported)" in warning
    assert "cpor_m365_usage May 2023 (still running)" in warning
    assert "July" not in warning and "Download" in warning


def test_a_running_month_is_said_to_count_later(warehouse):
    connection, _ = warehouse
    connection.execute("insert into marts.dim_month values ('2024-06-01', true, null)")
    assert data_notes.running_month(query(connection)) is None
    connection.execute("update marts.dim_month set running_month = '2024-07-01'")
    assert "July 2024 was still running" in data_notes.running_month(query(connection))


def designation(**values):
    row = {"ruleset_id": "security_2023_12", "version": "2023-12", "ruleset_name": "rules of December 2023"}
    return {**row, "is_in_force": True, "is_best_path": True, "is_headline": True, **values}


OLDER = {"ruleset_id": "security_2022_10", "version": "2022-10", "ruleset_name": "rules of October 2022"}
NOT_SHOWN = {"is_in_force": False, "is_headline": False}


def test_the_rules_in_force_are_shown_unless_others_are_asked_for():
    rows = [designation(), designation(**OLDER, **NOT_SHOWN)]
    assert shown_designations(rows) == rows[:1]
    assert rules_in_words(rows[:1]) == "rules of December 2023, in force"
    for asked in ("security_2022_10", "2022-10"):
        assert shown_designations(rows, asked) == rows[1:]
    assert rules_in_words(rows[1:]) == "rules of October 2022, not in force"
    with pytest.raises(LookupError, match="2022-10, 2023-12, security_2022_10"):
        shown_designations(rows, "2021")


def test_of_a_version_with_paths_each_partner_is_shown_on_the_better_one():
    smb = {"ruleset_id": "security_2026_smb", "version": "2026", "ruleset_name": "rules of 2026, SMB path"}
    enterprise = {**smb, "ruleset_id": "security_2026_enterprise", "ruleset_name": "rules of 2026, enterprise path"}
    other = {"is_best_path": False, "is_headline": False}
    rows = [designation(**smb), designation(**enterprise, **other)]
    rows += [designation(**smb, **other), designation(**enterprise)]
    assert shown_designations(rows) == shown_designations(rows, "2026") == [rows[0], rows[3]]
    assert rules_in_words([rows[0], rows[3]]) == "rules in force, each partner on its better path"
    assert shown_designations(rows, "security_2026_smb") == [rows[0], rows[2]]


def test_the_scoreboard_of_the_sample_shows_the_rules_in_force_and_says_what_it_is(sample):
    printed = scoreboard(sample.warehouse)
    assert printed.startswith(data_notes.SAMPLE_DATA)
    assert "June 2024, by the rules of December 2023, in force" in printed
    assert any("Brackenmoor" in line and "70.00  qualified" in line for line in printed.splitlines())
    assert "July 2024 was still running" in printed
    assert "Warning" not in printed
    other = scoreboard(sample.warehouse, "2022-10")
    assert "by the rules of October 2022, not in force" in other
    assert any("Brackenmoor" in line and "63.34  in progress" in line for line in other.splitlines())


def test_every_azure_row_set_aside_refuses_the_build_unless_it_is_meant(tmp_path):
    """Without the Executive report viewer role the ACR column comes empty."""
    exports = tmp_path / "exports"
    for file in (PROJECT / "tests" / "golden" / "clean").glob("*/*/*.csv"):
        with file.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        copy = exports / file.relative_to(PROJECT / "tests" / "golden" / "clean")
        copy.parent.mkdir(parents=True)
        with copy.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, rows[0])
            writer.writeheader()
            writer.writerows({**row, "ACR_USD": ""} if "ACR_USD" in row else row for row in rows)
    refused = make_build(tmp_path, exports)
    assert refused.returncode == 1
    for word in ("azure_usage", "invalid_acr", "Executive report viewer", "--allow-rejects", "100%"):
        assert word in refused.stderr
    assert not (tmp_path / "warehouse.duckdb").exists()
    meant = make_build(tmp_path, exports, "--allow-rejects")
    assert meant.returncode == 0, meant.stderr
    assert "Warning: azure_usage" in meant.stdout and "Executive report viewer" in meant.stdout
    assert data_notes.SAMPLE_DATA not in meant.stdout


def test_a_line_of_the_scenarios_that_cannot_be_done_is_told_with_its_file_and_line(warehouse):
    connection, _ = warehouse
    assert data_notes.scenario_errors(query(connection)) == []
    insert = "insert into audit.scenario_errors values (?, '/plans/s.csv', ?, ?)"
    connection.execute(insert, [7, "A plan", "The amount 12k is no number, or too large."])
    connection.execute(insert, [3, None, "The scenario has no name."])
    assert data_notes.scenario_errors(query(connection)) == [
        "/plans/s.csv, line 3: The scenario has no name.",
        "/plans/s.csv, line 7: The amount 12k is no number, or too large. The scenario A plan is left out.",
    ]
    for line in range(8, 13):
        connection.execute(insert, [line, "A plan", "The amount is empty."])
    told = data_notes.scenario_errors(query(connection))
    assert len(told) == 6
    assert told[-1] == "2 more lines of the scenarios cannot be done; audit.scenario_errors lists them."
