"""`partner-score what-if` on the sample: its answers are those of the marts, and of a build of changed exports."""

import csv
import hashlib
import json
import re
import shutil
import subprocess
import sys
from decimal import Decimal

import pytest
from conftest import PROJECT, run_dbt

from partner_score import cli
from partner_score.simulator import plans

PAGE = PROJECT / "docs" / "simulator.md"
PARTNER = "99200000"
LAST_DAY = "export_date=2024-07-20"


@pytest.fixture
def ask(sample, monkeypatch, capsys):
    """A function that runs the command on the sample and returns its status, output and errors."""
    monkeypatch.setenv("WAREHOUSE_PATH", str(sample.warehouse))

    def ask(*arguments: str) -> tuple[int, str, str]:
        status = cli.main(["what-if", *arguments])
        said = capsys.readouterr()
        return status, said.out, said.err

    return ask


@pytest.fixture
def answer(ask):
    """A function that runs the command and returns what it says to programs."""

    def answer(*arguments: str) -> dict:
        status, out, err = ask(*arguments, "--format", "json")
        assert (status, err) == (0, "")
        return json.loads(out, parse_float=Decimal)

    return answer


def test_every_recommendation_brings_what_the_mart_says(sample, answer):
    kinds = ", ".join(f"'{kind}'" for kind in plans.KINDS)
    rows = sample.rows(f"""
        select pga_mpn_id, ruleset_id, track, subject_id, detail, missing_value, missing_active_value,
            total_points_then, total_points, points_gain
        from marts.fct_recommendation
        inner join marts.fct_designation using (pga_mpn_id, ruleset_id, as_of_month)
        where kind in ({kinds})
    """)
    assert rows
    for pga_mpn_id, ruleset_id, track, subject, detail, amount, active, then, now, gain in rows:
        if track == "skilling":
            change = ["--certify", f"{'1' if subject == 'any individual' else subject}:{detail}"]
        elif track == "azure":
            change = ["--azure", f"{subject}:{amount}"]
        else:
            change = ["--seats", f"{subject}:{detail}:{amount}:{active}"]
        said = answer("--partner", pga_mpn_id, "--ruleset", ruleset_id, *change)
        assert (said["now"]["total_points"], said["then"]["total_points"]) == (now, then), change
        assert max(said["then"]["total_points"] - said["now"]["total_points"], 0) == gain


def test_the_month_before_the_change_is_that_of_the_marts(sample, answer):
    metrics = sample.rows("""
        select pga_mpn_id, ruleset_id, metric, earned_units, units_for_max, points, is_minimum_met
        from marts.fct_metric_score inner join marts.dim_month using (as_of_month) where is_last_scored_month
    """)
    designations = sample.rows("""
        select pga_mpn_id, ruleset_id, total_points, is_qualified, designation_status, is_in_force, ruleset_name
        from marts.fct_designation inner join marts.dim_month using (as_of_month)
        inner join marts.dim_ruleset using (ruleset_id) where is_last_scored_month
    """)
    assert designations
    for pga_mpn_id, ruleset_id, *expected in designations:
        # a person who passes nothing that earns points
        now = answer("--partner", pga_mpn_id, "--ruleset", ruleset_id, "--certify", "nobody:sc-500")["now"]
        names = ("total_points", "is_qualified", "status", "is_in_force", "ruleset_name")
        assert [now[name] for name in names] == expected
        names = ("metric", "units", "units_for_max", "points", "is_minimum_met")
        assert sorted([pga_mpn_id, ruleset_id, *(metric[name] for name in names)] for metric in now["metrics"]) == [
            list(row) for row in sorted(metrics) if row[:2] == (pga_mpn_id, ruleset_id)
        ]


# Changes of one partner, as options; write_changed_exports has them as lines of its newest reports.
CHANGES = [
    *(
        "--azure-customers",
        "2:12345.67",
        "--azure",
        "Maple Quarry Stone:900.5",
        "--azure",
        "Granite Fork Utilities:-4000",
    ),
    *("--seats", "Birchlight Studios:Microsoft Defender for Identity:40:35", "--lose", "Cedar Notch Water"),
    *(
        "--seat-customers",
        "2:Intune:310:50",
        "--certify",
        "2:sc-200",
        "--certify",
        "Ada:sc-100",
        "--certify",
        "Ada:az-500",
    ),
]


def write_changed_exports(sample, folder) -> None:
    """Write the sample's exports with CHANGES made."""
    exports = shutil.copytree(PROJECT / "sample" / "exports", folder)
    tenants = dict(
        sample.rows(f"select customer_name, customer_tenant_id from marts.dim_customer where pga_mpn_id = '{PARTNER}'")
    )
    azure = [("new-a", "12345.67"), ("new-b", "12345.67"), (tenants["Maple Quarry Stone"], "900.5")]
    azure += [(tenants["Granite Fork Utilities"], "-4000")]
    add_lines(
        exports / "azure_usage" / LAST_DAY,
        {"PGAMpnID": PARTNER, "MPNID": f"{PARTNER[:-1]}1", "SubscriptionId": "new", "Month": "2024-06-01"}
        | {"ServiceLevel2": "Key Vault", "PartnerAttributionType": "PAL", "IsACRDuplicateAtPGALevel": "0"},
        [{"CustomerTenantId": tenant, "ACR_USD": amount} for tenant, amount in azure],
    )
    seats = [("new-c", "Intune", 310, 50), ("new-d", "Intune", 310, 50)]
    seats += [(tenants["Birchlight Studios"], "Microsoft Defender for Identity", 40, 35)]
    names = ("CustomerTenantId", "WorkloadName", "PaidAvailableUnits", "MonthlyActiveUsers")
    cpor = exports / "cpor_m365_usage" / LAST_DAY
    lost = tenants["Cedar Notch Water"]
    for file in cpor.iterdir():
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if lost not in line or not re.search("2024-06-|,6/1/2024", line)]
        assert len(kept) < len(lines)
        file.write_text("".join(kept), encoding="utf-8")
    add_lines(
        cpor,
        {"MpnId": f"{PARTNER[:-1]}1", "PartnerAttributionType": "CPOR", "Date": "2024-06-01"},
        [dict(zip(names, row, strict=True)) for row in seats],
    )
    passed = [("new-1", "sc-200"), ("new-2", "sc-200"), ("ada", "sc-100"), ("ada", "az-500")]
    titles = dict(sample.rows("select certification_id, title from rulebook.certifications"))
    add_lines(
        exports / "training_completions" / LAST_DAY,
        {"PGAMpnId": PARTNER, "MpnId": f"{PARTNER[:-1]}1", "TrainingType": "Certification"}
        | {"TrainingCompletionDate": "2024-06-30"},
        [{"MCPID": person, "TrainingTitle": titles[certification]} for person, certification in passed],
    )


def add_lines(folder, shared: dict, lines: list[dict]) -> None:
    with (folder / "added.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*shared, *lines[0]])
        writer.writeheader()
        writer.writerows(shared | line for line in lines)


def test_the_answer_is_the_score_of_changed_exports(sample, answer, tmp_path):
    write_changed_exports(sample, tmp_path / "exports")
    # seats are changed in the last month alone, so what is lost then has to be lost there
    assert sample.rows(f"""
        select distinct track from marts.fct_customer_contribution inner join marts.dim_customer
        using (pga_mpn_id, customer_tenant_id) inner join marts.dim_month using (as_of_month)
        where pga_mpn_id = '{PARTNER}' and customer_name = 'Cedar Notch Water' and is_last_scored_month
    """) == [("m365",)]
    rescored = run_dbt(
        *("--quiet", "build", "--exclude-resource-type", "unit_test", "test"),
        *("--select", "+fct_designation", "+fct_metric_score"),
        folder=tmp_path,
        exports=tmp_path / "exports",
    )
    assert rescored.status == 0, rescored.output
    last_month = "(select as_of_month from intermediate.int_scored_months where is_last_scored_month)"
    rows = rescored.rows(f"""
        select ruleset_id, total_points, designation_status from marts.fct_designation
        where as_of_month = {last_month} and pga_mpn_id = '{PARTNER}'
    """)
    assert len(rows) == 5
    for ruleset_id, *expected in rows:
        said = answer("--partner", PARTNER, "--ruleset", ruleset_id, *CHANGES)
        assert [said["then"]["total_points"], said["then"]["status"]] == expected
        metrics = rescored.rows(f"""
            select metric, earned_units, points from marts.fct_metric_score
            where as_of_month = {last_month} and pga_mpn_id = '{PARTNER}' and ruleset_id = '{ruleset_id}'
            order by metric
        """)
        then = [(metric["metric"], metric["units"], metric["points"]) for metric in said["then"]["metrics"]]
        assert sorted(then) == metrics
        assert said["then"]["metrics"] != said["now"]["metrics"]


def test_the_rules_in_force_are_shown_on_the_better_path_of_each_side(sample, answer):
    now = answer("--partner", PARTNER, "--certify", "1:sc-200")["now"]
    assert sample.rows(f"""
        select ruleset_id from marts.fct_designation inner join marts.dim_month using (as_of_month)
        where is_headline and is_last_scored_month and pga_mpn_id = '{PARTNER}'
    """) == [(now["ruleset_id"],)]
    # by version the better path of each side is shown, by id the one that is named
    for certify in ("nobody:sc-500", "4:sc-100"):
        arguments = ("--partner", "99400000", "--certify", certify, "--certify", "2:sc-200", "--certify", "2:az-500")
        by_path = [answer(*arguments, "--ruleset", f"security_2026_{path}") for path in ("enterprise", "smb")]
        by_version = answer(*arguments, "--ruleset", "2026")
        for side in ("now", "then"):
            assert by_version[side]["total_points"] == max(one[side]["total_points"] for one in by_path)


def test_people_of_one_name_are_one_person(answer):
    def units(*certified: str) -> int:
        options = [option for one in certified for option in ("--certify", one)]
        then = answer("--partner", "99400000", "--ruleset", "security_2022_10", *options)["then"]
        return {metric["metric"]: metric["units"] for metric in then["metrics"]}["intermediate_certifications"]

    steps = ("ms-500", "az-500", "sc-300")
    none = units("nobody:sc-500")
    assert units(*(f"Ada:{step}" for step in steps)) == none + 1
    assert units(*(f"Ada {number}:{step}" for number, step in enumerate(steps))) == none
    # so many new people each time
    assert units(*(f"1:{step}" for step in steps)) == none


def test_an_option_given_twice_brings_other_customers(answer):
    for option, each in (("--azure-customers", "100"), ("--seat-customers", "Intune:25:25")):
        arguments = ("--partner", "99400000", "--ruleset", "security_2022_10", option)
        twice = answer(*arguments, f"1:{each}", option, f"1:{each}")
        assert twice["then"] == answer(*arguments, f"2:{each}")["then"]
        assert twice["then"] != answer(*arguments, f"1:{each}")["then"]


def test_a_customer_goes_by_its_name_a_workload_and_a_certification_by_any_name(answer):
    tenant = "5e4d8f18-7e96-a1aa-9814-601792a50cc6"
    by_id = answer("--partner", PARTNER, "--seats", f"{tenant}:Intune:1:1", "--certify", "1:sc-200")
    title = "microsoft certified:  Security Operations Analyst Associate"
    by_name = answer(
        *("--partner", PARTNER, "--seats", "birchlight  studios:microsoft intune:1:1", "--certify", f"1:{title}")
    )
    assert by_id["then"] == by_name["then"] != by_id["now"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--lose", "x"], ["Name a partner with --partner", "99200000 Brackenmoor Consulting"]),
        (["--partner", "1", "--lose", "x"], ["no partner 1", "99200000 Brackenmoor Consulting"]),
        (
            ["--partner", PARTNER, "--lose", "Birchlite Studios"],
            ["no customer Birchlite Studios", "Birchlight Studios"],
        ),
        (["--partner", PARTNER, "--azure", "nobody at all:5"], ["no customer nobody at all", "17, such as"]),
        (["--partner", PARTNER, "--seats", "Birchlight Studios:Teams:5:5"], ["the workload Teams", "Intune"]),
        (["--partner", PARTNER, "--certify", "2:sc-999"], ["the certification sc-999", "sc-200"]),
        (["--partner", PARTNER, "--certify", "2:sc-200", "--ruleset", "2021"], ["Rule set 2021", "2023-12"]),
        (["--partner", PARTNER, "--expire", "Ada:sc-200"], ["Ada does not hold sc-200 in June 2024"]),
        (
            ["--partner", PARTNER, "--seats", "Birchlight Studios:Intune:-25:0"],
            ["Birchlight Studios does not have so many"],
        ),
        (["--partner", PARTNER, "--azure-customers", "0:5"], ["0 in 0:5 is not how many"]),
        (["--partner", PARTNER, "--azure-customers", "2:much"], ["much in 2:much is not a number"]),
        (["--partner", PARTNER, "--azure-customers", "2:nan"], ["nan in 2:nan is not a number"]),
        (["--partner", PARTNER, "--certify", "sc-200"], ["sc-200 is not of the form", "N:CERTIFICATION"]),
        (["--partner", PARTNER], ["Nothing changes"]),
    ],
)
def test_what_is_not_there_is_refused_in_one_sentence(ask, arguments, said):
    status, out, err = ask(*arguments)
    assert (status, out) == (2, "")
    assert len(err.splitlines()) == 1 and err.endswith(".\n")
    assert all(part in err for part in said), err


def test_what_was_lost_before_cannot_be_lost(sample, ask):
    gone = sample.rows(f"""
        select customer_name from marts.dim_customer where pga_mpn_id = '{PARTNER}'
        and last_usage_month < (select as_of_month - interval 1 year from marts.dim_month where is_last_scored_month)
    """)
    for (name,) in gone:
        assert ask("--partner", PARTNER, "--lose", name)[::2] == (
            2,
            f"{name} has nothing in June 2024 that could be lost.\n",
        )
    assert gone


def test_the_warehouse_is_only_read_and_has_to_be_there(sample, ask, tmp_path):
    before = hashlib.sha1(sample.warehouse.read_bytes()).digest()
    assert ask("--partner", PARTNER, "--certify", "1:sc-200")[0] == 0
    assert hashlib.sha1(sample.warehouse.read_bytes()).digest() == before
    status, out, err = ask("--partner", PARTNER, "--certify", "1:sc-200", "--warehouse", str(tmp_path / "none.duckdb"))
    assert (status, out) == (1, "") and "`partner-score build`" in err
    assert not (tmp_path / "none.duckdb").exists()


def test_nothing_is_imported_that_an_answer_does_not_need(sample):
    """What makes the answer come at once: neither dbt nor what writes outputs is loaded."""
    code = (
        "import sys; from partner_score.cli import main\n"
        f"main(['what-if', '--partner', '{PARTNER}', '--certify', '1:sc-200', '--warehouse', sys.argv[1]])\n"
        "print([name for name in ('dbt', 'jinja2', 'numpy', 'xlsxwriter', 'blake3') if name in sys.modules])"
    )
    call = [sys.executable, "-c", code, str(sample.warehouse)]
    done = subprocess.run(call, cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_page_shows_what_the_command_and_the_query_say(sample, ask):
    page = PAGE.read_text(encoding="utf-8")
    shown = re.findall(r"^    partner-score what-if ([^\n]*)\n\n```text\n(.*?)```", page, re.MULTILINE | re.DOTALL)
    assert len(shown) == 2
    for arguments, text in shown:
        assert ask(*arguments.split()) == (0, text, "")
    (block,) = re.findall(r"```sql\n(select [^`]*fct_plan.*?)```", page, re.DOTALL)
    query = [line for line in block.splitlines() if not line.startswith("-- ")]
    result = [line.removeprefix("-- ") for line in block.splitlines() if line.startswith("-- ")]
    rows = sample.rows("\n".join(query))
    assert result == [" | ".join("null" if value is None else str(value) for value in row) for row in rows]
