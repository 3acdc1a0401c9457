"""`partner-score ask` and `partner-score sql`: the answers are the warehouse's, whole, and nothing is written."""

import csv
import io
import json
import os
import re
import shutil
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from conftest import PROJECT, run_dbt

from partner_score import cli
from partner_score.outputs.answers import Answer, as_table
from partner_score.outputs.questions import options, questions, rendered

# Options as a person gives them, and the variables that dbt would be given for the same.
CHOICES = {
    "explain_one_tenant": {
        "customer": "BIRCHLIGHT STUDIOS",
        "as_of_month": "2024-03",
        "ruleset_id": "security_2026_smb",
    },
    "figures_of_one_tenant": {"customer": "Copperleaf Hotels", "as_of_month": "2024-06"},
    "explain_change_of_total": {"pga_mpn_id": "99200000", "as_of_month": "2024-03"},
    "compare_with_partner_center": {},
    "counted_on_unknown_offers": {"as_of_month": "2024-03", "ruleset_id": "security_2026_smb"},
    "find_revenue_without_pal": {"ruleset_id": "security_2026_smb"},
    "restated_months": {"smallest_share": "0.001"},
    "what_to_do_next": {"ruleset_id": "security_2022_10"},
    "compare_rule_sets": {},
}


@pytest.fixture
def command(sample, monkeypatch, capsys):
    """A function that runs the command on the sample; it returns the status and what it printed."""
    monkeypatch.setenv("WAREHOUSE_PATH", str(sample.warehouse))

    def run(*arguments: str) -> tuple[int, str, str]:
        status = cli.main(list(arguments))
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


@pytest.fixture(scope="module")
def compiled(sample, tmp_path_factory):
    """A function that lets dbt compile an analysis with variables, and returns its rows."""

    def answer(name: str, variables: dict) -> list[tuple]:
        folder = tmp_path_factory.mktemp(name)
        done = run_dbt("--quiet", "compile", "--select", name, folder=folder, variables=variables)
        assert done.status == 0, done.output
        (path,) = (folder / "target" / "compiled").glob(f"*/analyses/{name}.sql")
        return sample.rows(path.read_text(encoding="utf-8"))

    return answer


def arguments(values: dict) -> list[str]:
    """Options of the command for parameters."""
    return [text for parameter, value in values.items() for text in (f"--{parameter.replace('_', '-')}", value)]


def test_every_analysis_is_a_question_with_a_sentence_and_its_parameters(command):
    files = {path.stem: path.read_text(encoding="utf-8") for path in (PROJECT / "analyses").glob("*.sql")}
    assert set(questions()) == set(files) == set(CHOICES)
    status, said, _ = command("ask")
    assert status == 0
    for name, text in files.items():
        assert set(re.findall(r"var\('(\w+)'", text)) == set(questions()[name].parameters), name
        assert re.search(rf"^{name}\n    \S.*\.$", said, re.MULTILINE), name
    assert all(meaning.endswith(".") for meaning in options().values())


@pytest.mark.parametrize("name", ["explain_one_tenant", "compare_with_partner_center"])
def test_an_answer_is_what_dbt_would_say(command, compiled, name):
    months = {"as_of_month": "2024-03-01"}
    given = {parameter: months.get(parameter, value) for parameter, value in CHOICES[name].items()}
    status, said, _ = command("ask", name, *arguments(CHOICES[name]), "--format", "csv")
    assert status == 0
    _, *rows = csv.reader(io.StringIO(said))
    expected = [["" if value is None else plain(value) for value in row] for row in compiled(name, given)]
    assert expected
    assert rows == expected


def plain(value) -> str:
    """A value as CSV has it."""
    return str(value).lower() if isinstance(value, bool) else f"{value:f}" if isinstance(value, Decimal) else str(value)


@pytest.mark.parametrize("name", list(CHOICES))
def test_every_question_is_answered_whole(sample, command, name):
    """Every row and every column, in every form, with and without options."""
    needed = {questions()[name].needs: CHOICES[name].get(questions()[name].needs)}
    for values in (needed if None not in needed else {}, CHOICES[name]):
        _, as_csv, _ = command("ask", name, *arguments(values), "--format", "csv")
        header, *rows = csv.reader(io.StringIO(as_csv))
        assert rows, name
        _, as_json, _ = command("ask", name, *arguments(values), "--format", "json")
        found = json.loads(as_json, parse_float=Decimal, parse_int=Decimal)
        assert [list(row) for row in found] == [header] * len(rows)
        status, table, said = command("ask", name, *arguments(values))
        assert (status, said) == (0, "")
        lines = table.splitlines()
        assert lines[0].split() == header
        assert lines[-1] == f"{len(rows):,} row{'s' * (len(rows) != 1)}"
        assert len(lines) == len(rows) + 4
        assert "..." not in table


def test_columns_are_aligned_and_figures_are_short():
    answer = Answer(
        ["name", "points", "value", "flag"],
        [("Ä\nB", Decimal("7.00"), Decimal("150.0000000000"), True), ("C", None, Decimal("-12.3400000000"), False)],
    )
    assert as_table(answer).splitlines() == [
        "name  points   value  flag",
        "----  ------  ------  -----",
        "Ä B     7.00     150  true",
        "C             -12.34  false",
        "",
        "2 rows",
    ]
    # a terminal that is too narrow gets a line per value
    assert as_table(answer, 20).splitlines()[:5] == ["name    Ä B", "points  7.00", "value   150", "flag    true", ""]
    assert as_table(Answer(["name"], [])).splitlines() == ["name", "----", "", "0 rows"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["ask", "nothing"], "There is no question nothing. There are: explain_one_tenant, "),
        (
            ["ask", "restated_months", "--customer", "x"],
            "restated_months has no option --customer. Its options: --smal",
        ),
        (["ask", "explain_one_tenant", "--customer", "ironbrk timbr"], "The nearest: Ironbark Timber, "),
        (["ask", "explain_one_tenant"], "explain_one_tenant needs --customer: Name or tenant id of the customer."),
        (["ask", "what_to_do_next", "--ruleset-id", "' or 1=1"], "There is no rule set ' or 1=1. There are: security_"),
        (["ask", "explain_change_of_total", "--pga-mpn-id", "1"], "There is no partner 1. There are: 99100000, "),
        (["ask", "explain_one_tenant", "--as-of-month", "2024-08"], "There is no scored month 2024-08-01. There are: "),
        (["ask", "restated_months", "--smallest-share", "1; drop"], "--smallest-share 1; drop is no number."),
        (["sql", "drop table marts.dim_month"], "Give one query that reads"),
        (["sql", "select 1; drop table marts.dim_month"], "Give one query that reads"),
        (["sql", "copy (select 1) to 'file.csv'"], "Give one query that reads"),
        (["sql", "from marts.no_such"], "no_such"),
    ],
)
def test_what_cannot_be_answered_is_said(command, asked, said):
    status, out, error = command(*asked)
    assert (status, out) == (1, "")
    assert said in error


def test_a_query_is_answered(sample, command):
    status, said, _ = command("sql", "from marts.partner_overview order by pga_mpn_id", "--format", "json")
    assert status == 0
    rows = sample.rows("select pga_mpn_id, total_points from marts.partner_overview order by pga_mpn_id")
    found = json.loads(said, parse_float=Decimal)
    assert [(row["pga_mpn_id"], row["total_points"]) for row in found] == rows


def test_the_figures_behind_every_reason_agree_with_it(sample):
    """For all customers, rule sets, metrics and tracks of a month the verdicts are those of the mart."""
    question, month = questions()["figures_of_one_tenant"], "2024-06-01"
    verdicts = defaultdict(set)
    with duckdb.connect(str(sample.warehouse), read_only=True) as connection:
        for (customer,) in connection.execute("select distinct customer_tenant_id from marts.dim_customer").fetchall():
            figures = connection.sql(rendered(connection, question, {"customer": customer, "as_of_month": month}))
            for *key, role, verdict in figures.select(
                "pga_mpn_id", "ruleset_id", "metric", "track", "month_role", "verdict"
            ).fetchall():
                verdicts[customer, *key, role].add(verdict)
    contributions = sample.rows(f"""
        select
            (customer_tenant_id, pga_mpn_id, ruleset_id, metric, track), reason, is_counted_current, is_counted_prior,
            keeps_outgrown_tenants
        from marts.fct_customer_contribution
        inner join intermediate.int_track_criteria using (ruleset_id, metric, track)
        where as_of_month = date '{month}'
    """)
    assert len(contributions) > 500
    for key, reason, counts, counted, keeps_outgrown_tenants in contributions:
        now, then = verdicts[(*key, "now")], verdicts[(*key, "compared with")]
        assert ("counts" in now) == counts or (keeps_outgrown_tenants and "above_band" in now), key
        assert ("counts" in then) == counted, key
        # who has nothing left is below every threshold
        assert reason in {"new", "lost", "kept", "grew", "shrank"} | now | then | (
            set() if now else {"below_threshold"}
        )


def test_usage_that_must_exceed_a_threshold_is_decisive_at_it(golden):
    """500 USD on unknown offers is all that Customer 6 has; without it 0 is left, and more than 0 is asked for."""
    built = golden("clean")
    values = {"as_of_month": "2022-02-01", "ruleset_id": "security_2026_smb"}
    with duckdb.connect(str(built.warehouse), read_only=True) as connection:
        asked = connection.sql(rendered(connection, questions()["counted_on_unknown_offers"], values))
        found = asked.filter("customer_name = 'Customer 6'").select("share_of_counted", "is_decisive").fetchall()
    assert found == [(1, True)]


def test_usage_that_one_line_links_is_not_without_a_link(sample):
    """Of 17,101.67 USD in June, 859.23 have no eligible association; other lines of PAL usage say CSP."""
    with duckdb.connect(str(sample.warehouse), read_only=True) as connection:
        asked = connection.sql(rendered(connection, questions()["find_revenue_without_pal"], {}))
        shares = asked.filter("pga_mpn_id = '99100000'").select("share_of_reported").distinct().fetchall()
    assert round(859.23 / 17101.67, 4) in {float(share) for (share,) in shares}


def test_a_restated_month_matters_as_long_as_its_report_is_read(sample):
    """Azure usage is in two trailing years of twelve months, seats in two months a year apart."""
    with duckdb.connect(str(sample.warehouse), read_only=True) as connection:
        asked = connection.sql(rendered(connection, questions()["restated_months"], {}))
        months = asked.project("dataset, date_diff('month', cast(usage_month as date), affected_until_month)")
        assert sorted(months.distinct().fetchall()) == [("azure_usage", 23), ("cpor_m365_usage", 12)]


def test_a_warehouse_that_is_not_there_is_said(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("WAREHOUSE_PATH", str(tmp_path / "none.duckdb"))
    for asked in (["sql", "select 1"], ["ask", "restated_months"]):
        assert cli.main(asked) == 1
        assert "partner-score build" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("asked", "lacking"),
    [
        (["ask", "figures_of_one_tenant", "--as-of-month", "2024-06"], "alter table marts.dim_month drop is_outlook"),
        (["scorecard"], "drop table marts.fct_outlook_bridge"),
        (["export"], "alter table marts.fct_designation drop designation_status"),
        (["what-if", "--partner", "99200000", "--certify", "1:sc-200"], "drop table intermediate.int_scored_months"),
    ],
)
def test_a_warehouse_of_another_version_is_to_be_built_again(command, tmp_path, monkeypatch, asked, lacking):
    older = Path(shutil.copy(os.environ["WAREHOUSE_PATH"], tmp_path))
    with duckdb.connect(str(older)) as connection:
        connection.execute(lacking)
    monkeypatch.setenv("WAREHOUSE_PATH", str(older))
    status, _, said = command(*asked)
    assert status == 1
    assert "another version of partner-score built it" in said and "Build it again: partner-score build" in said


def test_a_part_of_a_warehouse_says_what_it_lacks(sample):
    with duckdb.connect() as connection, pytest.raises(Exception, match="The warehouse has no dim_month"):
        rendered(connection, questions()["explain_one_tenant"], {})
