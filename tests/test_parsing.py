"""A kept manifest saves time and is never a stale one."""

import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import PROJECT, copy_project

sys.path.insert(0, str(PROJECT))
from dbt.contracts.graph.manifest import Manifest

from partner_score.parsing import is_parsed_alike, parsed


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    """A copy of the project that a test may change, found by dbt's variables as the real one is."""
    monkeypatch.setenv("DBT_PROFILES_DIR", str(tmp_path))
    monkeypatch.delenv("SCHEMA_SUFFIX", raising=False)
    return copy_project(tmp_path)


@pytest.fixture
def parse():
    """Parses nothing, but counts how often it is asked to. What it returns was read with SCHEMA_SUFFIX unset."""

    def count():
        count.times += 1
        return SimpleNamespace(success=True, result=Manifest(env_vars={"SCHEMA_SUFFIX": "DBT_DEFAULT_PLACEHOLDER"}))

    count.times = 0
    return count


def test_a_manifest_is_parsed_once(project, parse):
    for _ in range(3):
        assert parsed(project, "warehouse", parse).result.env_vars
    assert parse.times == 1


@pytest.mark.parametrize(
    "changed",
    [
        "models/marts/shared/dim_month.sql",
        "models/marts/shared/_models.yml",
        "seeds/rulebook/rulesets.csv",
        "macros/month_number.sql",
        "tests/generic/is_filled.sql",
        "tests/integrity/added.sql",
        "dbt_project.yml",
        "profiles.yml",
    ],
)
def test_a_changed_file_is_parsed_anew(changed, project, parse):
    parsed(project, "warehouse", parse)
    with (project / changed).open("a", encoding="utf-8") as file:
        file.write("\n")
    parsed(project, "warehouse", parse)
    assert parse.times == 2


@pytest.mark.parametrize("variable", ["SCHEMA_SUFFIX", "DBT_STATIC_PARSER"])
def test_a_changed_environment_is_parsed_anew(variable, project, parse, monkeypatch):
    parsed(project, "warehouse", parse)
    monkeypatch.setenv(variable, "false")
    parsed(project, "warehouse", parse)
    assert parse.times == 2


def test_another_database_and_another_folder_are_parsed_anew(project, parse, tmp_path_factory):
    parsed(project, "warehouse", parse)
    parsed(project, "other", parse)
    moved = tmp_path_factory.mktemp("moved") / "project"
    shutil.copytree(project, moved)
    parsed(moved, "warehouse", parse)
    assert parse.times == 3


def test_a_manifest_that_is_not_whole_is_parsed_anew(project, parse):
    parsed(project, "warehouse", parse)
    [file] = (project / "target" / "parsed").iterdir()
    file.write_bytes(file.read_bytes()[:-1])
    parsed(project, "warehouse", parse)
    assert parse.times == 2


def test_a_file_saved_while_dbt_parses_is_parsed_anew(project, parse):
    def parse_meanwhile():
        (project / "models" / "late.sql").write_text("select 1 as late", encoding="utf-8")
        return parse()

    parsed(project, "warehouse", parse_meanwhile)
    parsed(project, "warehouse", parse)
    assert parse.times == 2


def test_a_manifest_that_cannot_be_kept_is_used(project, parse):
    (project / "target").touch()
    assert parsed(project, "warehouse", parse).result.env_vars


def test_options_that_parsing_reads_are_left_to_dbt():
    assert is_parsed_alike(["--full-refresh", "--select", "+dim_month", "dim_partner"])
    assert not is_parsed_alike(["--vars", "{last_scored_month: 2024-05-01}"])
    assert not is_parsed_alike(["--vars={}"])
