"""`partner-score`, as a person meets it: help, refusals in one paragraph, and what it leaves on the disk."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import PROJECT

from partner_score import cli
from partner_score.warehouse.build import BuildOptions, in_plain_words

CLEAN = PROJECT / "tests" / "golden" / "clean"
COMMANDS = ("build", "intake", "fetch", "what-if", "scorecard", "export", "ask", "sql", "docs", "load")


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
    """Run the command in a folder, with the warehouse there."""
    settings = {name: value for name, value in os.environ.items() if not name.startswith(("PARTNER_CENTER_", "DBT_"))}
    settings |= {"WAREHOUSE_PATH": str(folder / "warehouse.duckdb"), "PARTNER_SCORE_STORE": str(folder / "store")}
    settings |= {"DBT_TARGET_PATH": str(folder / "target"), "DBT_LOG_PATH": str(folder / "logs")}
    call = [sys.executable, "-m", "partner_score", *arguments]
    return subprocess.run(
        call, cwd=folder, env={**settings, **environment}, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_help_is_short_sentences_and_an_example(command, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main([command, "--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert f"Example: partner-score {command}" in said
    # each option is explained
    for line in re.findall(r"^  -.*(?:\n {10,}.*)*", said, re.MULTILINE):
        assert len(line.split()) > 2, line


def test_the_command_alone_lists_its_commands(capsys):
    assert cli.main([]) == 0
    said = capsys.readouterr().out
    assert all(re.search(rf"^ +{command}\b", said, re.MULTILINE) for command in COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "own", "others"),
    [
        (["build", "mine", "--source-changed"], ["build", "mine", "--source-changed"], []),
        (["build", "--source-changed", "mine"], ["build", "--source-changed", "mine"], []),
        (["build", "--ruleset", "2023-12", "mine"], ["build", "--ruleset", "2023-12", "mine"], []),
        (["build", "mine", "--select", "a", "b"], ["build", "mine"], ["--select", "a", "b"]),
        (["build", "-s", "a", "--allow-rejects", "mine"], ["build", "--allow-rejects", "mine"], ["-s", "a"]),
        (["build", "--full-refresh", "mine"], ["build", "mine"], ["--full-refresh"]),
        (["build", "--vars={a: 1}", "mine"], ["build", "mine"], ["--vars={a: 1}"]),
        (["build", "-t", "spark", "--vars", "{a: 1}"], ["build", "-t", "spark"], ["--vars", "{a: 1}"]),
    ],
)
def test_options_of_dbt_are_told_from_ours(arguments, own, others):
    assert cli._without_dbt_options(arguments) == (own, others)


@pytest.mark.parametrize(
    ("others", "is_partial"), [((), False), (("--select", "a"), True), (("--exclude=a",), True), (("-x",), False)]
)
def test_a_build_of_a_part_is_known(others, is_partial):
    assert BuildOptions(others=others).is_partial == is_partial


@pytest.mark.parametrize("command", [["build"], ["intake"], ["load", "--target", "postgres"]])
def test_a_folder_that_is_not_there_is_refused_before_anything_is_loaded(command, tmp_path):
    code = (
        "import sys; from partner_score.cli import main; status = main(sys.argv[1:])\n"
        "print([name for name in ('dbt', 'duckdb') if name in sys.modules]); sys.exit(status)"
    )
    call = [sys.executable, "-c", code, *command, "nowhere"]
    done = subprocess.run(call, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "[]\n")
    assert done.stderr.startswith(f"The folder {tmp_path / 'nowhere'} does not exist.")
    assert len(done.stderr.splitlines()) == 1


def test_a_file_in_place_of_a_folder_is_refused(tmp_path):
    (tmp_path / "report.csv").touch()
    refused = run(tmp_path, "build", "report.csv")
    assert refused.returncode == 1
    assert "report.csv is a file. Name the folder that it lies in." in refused.stderr


@pytest.mark.parametrize("arguments", [["nonsense"], ["build", "a", "b"], ["build", "--ruleset"], ["export", "--all"]])
def test_wrong_arguments_are_one_line(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 1
    assert "--help" in said


# What no error may show.
MACHINERY = ("Traceback", "Compilation Error", "on-run-start", "> in macro", "> called by")


def test_a_file_that_cannot_be_read_is_one_paragraph(tmp_path):
    exports = shutil.copytree(CLEAN, tmp_path / "exports")
    bad = next((exports / "azure_usage").glob("*/*.csv"))
    bad.write_text(bad.read_text(encoding="utf-8-sig").replace("ACR_USD", "Revenue", 1), encoding="utf-8")
    refused = run(tmp_path, "build", "exports")
    assert refused.returncode == 1
    assert not [word for word in MACHINERY if word in refused.stdout + refused.stderr]
    problem, end = refused.stderr.strip().split("\n\n")
    assert bad.name in problem and "ACR_USD" in problem
    assert end == "The build is refused. No warehouse is written."
    assert not (tmp_path / "warehouse.duckdb").exists()


def test_an_option_that_dbt_does_not_know_is_named(tmp_path):
    refused = run(tmp_path, "build", str(CLEAN), "--no-such-option")
    assert refused.returncode == 1
    assert "--no-such-option" in refused.stderr
    assert not [word for word in MACHINERY if word in refused.stdout + refused.stderr]


def test_what_dbt_says_loses_its_trace():
    said = """Compilation Error in operation partner_score_warehouse-on-run-start-0 (./dbt_project.yml)
  File usage.csv, column Month: 01/05/2024 can be read in two ways.

  > in macro duckdb__create_raw_sources (macros/create_raw_sources.sql)
  > called by macro create_raw_sources (macros/create_raw_sources.sql)
  > called by operation partner_score_warehouse-on-run-start-0 (./dbt_project.yml)"""
    assert in_plain_words(said) == "File usage.csv, column Month: 01/05/2024 can be read in two ways."
    said = "Runtime Error in model dim_month (models/marts/dim_month.sql)\n  Out of Memory Error: no room"
    assert in_plain_words(said) == said


def test_an_error_that_nobody_foresaw_is_one_paragraph_and_its_trace_is_kept(tmp_path, monkeypatch, capsys):
    def fail(*_, **__) -> None:
        raise ZeroDivisionError("not foreseen")

    monkeypatch.setenv("DBT_LOG_PATH", str(tmp_path / "logs"))
    monkeypatch.setenv("WAREHOUSE_PATH", str(tmp_path / "warehouse.duckdb"))
    monkeypatch.setenv("PARTNER_CENTER_EXPORTS", str(CLEAN))
    monkeypatch.setattr("partner_score.intake.taking_in.take_in", fail)
    assert cli.main(["intake"]) == 1
    said = capsys.readouterr().err
    assert "ZeroDivisionError: not foreseen" in said and "Traceback" not in said
    assert str(tmp_path / "logs" / "error.txt") in said
    assert "Traceback" in (tmp_path / "logs" / "error.txt").read_text(encoding="utf-8")


def test_the_intake_says_what_it_would_read_and_writes_nothing(tmp_path):
    exports = shutil.copytree(CLEAN, tmp_path / "exports")
    before = sorted(tmp_path.rglob("*"))
    done = run(tmp_path, "intake", "exports", "--dry-run")
    assert done.returncode == 0, done.stderr
    assert all(path.name in done.stdout for path in exports.rglob("*.csv"))
    assert "Nothing is written." in done.stdout
    assert sorted(tmp_path.rglob("*")) == before


def test_the_intake_fills_the_store_that_the_build_reads(tmp_path):
    done = run(tmp_path, "intake", str(CLEAN))
    assert done.returncode == 0, done.stderr
    assert f"Store: {tmp_path / 'store'}" in done.stdout
    assert list((tmp_path / "store").rglob("azure_usage-*.parquet"))
    assert not (tmp_path / "warehouse.duckdb").exists()


def test_the_intake_says_what_would_stop_the_build(tmp_path):
    (tmp_path / "empty").mkdir()
    done = run(tmp_path, "intake", "empty")
    assert done.returncode == 1
    assert "holds no report" in done.stderr and "The build would be refused. Nothing is changed." in done.stderr


def test_an_engine_whose_packages_are_missing_says_how_to_get_them(tmp_path, monkeypatch, capsys):
    # None makes the import fail as a missing package does
    monkeypatch.setitem(sys.modules, "psycopg2", None)
    for name in [name for name in sys.modules if name.startswith("partner_score.engines")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setenv("WAREHOUSE_PATH", str(tmp_path / "warehouse.duckdb"))
    assert cli.main(["build", "--target", "postgres"]) == 1
    assert 'pip install ".[postgres]"' in capsys.readouterr().err


PAGES = [PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_names_commands_and_options_that_there_are(page):
    """`partner-score build FOLDER --ruleset 2022-10` and the like, as they stand in code on the page."""
    text = page.read_text(encoding="utf-8")
    code = [*re.findall(r"`([^`\n]+)`", text), *re.findall(r"^    (.+)$", text, re.MULTILINE)]
    for line in (line for line in code if line.startswith("partner-score ")):
        arguments = shlex.split(line.partition("#")[0])[1:]
        options = cli._parser(is_asked=True).parse_args(arguments)
        assert options.command in COMMANDS, line


def test_the_readme_is_short():
    assert len((PROJECT / "README.md").read_text(encoding="utf-8").splitlines()) <= 150
