"""A warehouse remembers the folder that it was built from, and gives way to another only when that is meant."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from conftest import PROJECT

from partner_score.warehouse.source_folder import SAMPLE, UNKNOWN, Source, SourceChanged, chosen_source

CLEAN = PROJECT / "tests" / "golden" / "clean"
# What the start hook does, and nothing else.
# the tests that read other models, too, have nothing to read
LITTLE = ["--select", "stg_partner_center__partner_profile", "--exclude", "test_type:singular"]
OWN = Source("/own", False)
SHIPPED = Source(str(SAMPLE), True)


@pytest.fixture
def asked(monkeypatch):
    """Set what the environment asks for."""

    def ask(folder: str | None, changed: bool = False) -> None:
        for name, value in (("PARTNER_CENTER_EXPORTS", folder), ("PARTNER_CENTER_SOURCE_CHANGED", changed and "1")):
            if value:
                monkeypatch.setenv(name, value)
            else:
                monkeypatch.delenv(name, raising=False)

    return ask


@pytest.mark.parametrize(
    ("remembered", "folder", "expected"),
    [
        pytest.param(None, None, SHIPPED, id="nothing is there: the sample"),
        pytest.param(None, "/own", OWN, id="nothing is there: what is asked for"),
        pytest.param(OWN, None, OWN, id="nothing is asked for: what is remembered"),
        pytest.param(OWN, "/own/../own/", OWN, id="the same folder under another name"),
        pytest.param(SHIPPED, None, SHIPPED, id="the sample again"),
        pytest.param(Source("/moved/sample/exports", True), None, SHIPPED, id="the sample of a project that was moved"),
        pytest.param(SHIPPED, "/own", OWN, id="the sample gives way to the user's own"),
        pytest.param(UNKNOWN, "/own", OWN, id="an older warehouse, and a folder that is asked for"),
    ],
)
def test_the_folder_to_read(asked, remembered, folder, expected):
    asked(folder)
    assert chosen_source(remembered) == expected


@pytest.mark.parametrize(
    ("remembered", "folder", "words"),
    [
        pytest.param(OWN, str(SAMPLE), ["/own", "the sample"], id="the sample in place of the user's own"),
        pytest.param(OWN, "/other", ["/own", "/other"], id="another folder"),
        pytest.param(UNKNOWN, None, ["the sample", "PARTNER_CENTER_EXPORTS"], id="an older warehouse, none asked for"),
    ],
)
def test_another_folder_is_refused_unless_it_is_meant(asked, remembered, folder, words):
    asked(folder)
    with pytest.raises(SourceChanged) as refused:
        chosen_source(remembered)
    for word in [*words, "--source-changed"]:
        assert word in str(refused.value)
    asked(folder, changed=True)
    assert chosen_source(remembered) == (Source(folder, folder == str(SAMPLE)) if folder else SHIPPED)


def run(folder: Path, *command: str, exports: Path | None = None) -> subprocess.CompletedProcess:
    """Run a command of the project on the warehouse in a folder, with or without a folder of exports."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PARTNER_CENTER_")}
    environment |= {"WAREHOUSE_PATH": str(folder / "warehouse.duckdb"), "DBT_LOG_PATH": str(folder / "logs")}
    environment |= {"DBT_TARGET_PATH": str(folder / "target"), "DBT_PROFILES_DIR": str(PROJECT)}
    if exports:
        environment["PARTNER_CENTER_EXPORTS"] = str(exports)
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
    )


def partners(folder: Path) -> list[str]:
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as connection:
        found = connection.execute("select distinct pga_mpn_id from staging.stg_partner_center__partner_profile")
        return sorted(pga for (pga,) in found.fetchall())


def test_a_forgotten_variable_does_not_put_the_sample_in_the_place_of_a_warehouse(tmp_path):
    """Build your own exports, then build again without the variable: the same folder is read."""
    exports = tmp_path / "exports"
    shutil.copytree(CLEAN, exports)
    build = ["partner_score", "build", *LITTLE]
    # the scoreboard needs more than is built here
    run(tmp_path, *build, exports=exports)
    own = partners(tmp_path)
    assert str(exports) in run(tmp_path, *build).stdout
    assert partners(tmp_path) == own
    refused = run(tmp_path, *build, exports=SAMPLE)
    assert refused.returncode == 1
    assert str(exports) in refused.stderr and "the sample" in refused.stderr and "Traceback" not in refused.stderr
    assert "is as it was" in refused.stderr
    # dbt itself, whose start hook replaces the views, asks the same
    by_dbt = run(tmp_path, "dbt.cli.main", "run", *LITTLE, exports=SAMPLE)
    assert by_dbt.returncode != 0 and "--source-changed" in by_dbt.stdout
    assert run(tmp_path, "dbt.cli.main", "test", *LITTLE).returncode == 0
    assert partners(tmp_path) == own
    assert "from the sample" in run(tmp_path, *build, "--source-changed", exports=SAMPLE).stdout
    assert partners(tmp_path) != own
