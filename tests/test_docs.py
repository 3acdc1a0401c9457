"""`make docs`: pages that open from disk, a lineage that reaches the reports, and nothing left undocumented."""

import base64
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from partner_score.outputs import docs as documenting
from partner_score.outputs.docs import write_docs

PACKAGE = "partner_score_warehouse"
DESIGNATION = f"model.{PACKAGE}.fct_designation"
# Rows as they came, whole, and where they stand: no unit test can expect them as values.
# tests/integrity/every_rejected_row_is_kept.sql sees in every build that none is lost on the way.
CHECKED_BY_WHOLE_BUILDS = {"source_file", "source_row", "rejected_rows"}
COVERAGE = Path(sys.executable).with_name("dbt-coverage")


@pytest.fixture(scope="module")
def docs(sample, tmp_path_factory) -> Path:
    """The documentation of the sample's warehouse."""
    folder = tmp_path_factory.mktemp("docs") / "docs"
    write_docs(sample.warehouse, folder)
    return folder


@pytest.fixture(scope="module")
def origins(docs):
    """A function that walks up from a column to where its values come from: columns of sources and seeds."""
    lineage = json.loads((docs / "lineage" / "colibri-manifest.json").read_text(encoding="utf-8"))["lineage"]
    parents: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for edge in lineage["edges"]:
        column = (edge["target"], edge["targetColumn"].lower())
        parents.setdefault(column, set()).add((edge["source"], edge["sourceColumn"].lower()))

    def walk(node: str, column: str) -> set[str]:
        seen, waiting = set(), [(node, column)]
        while waiting:
            if (place := waiting.pop()) not in seen:
                seen.add(place)
                waiting += parents.get(place, ())
        return {f"{node.split('.')[-1]}.{column}" for node, column in seen if node.startswith(("source.", "seed."))}

    return walk


def test_every_column_of_the_designation_leads_to_the_reports(origins, manifest):
    reports = tuple(f"{source['name']}." for source in manifest["sources"].values())
    for column in manifest["nodes"][DESIGNATION]["columns"]:
        found = origins(DESIGNATION, column)
        # which rule sets there are, and which reports are wanted, is said by the rulebook alone
        expected = {"ruleset_id": ("ruleset_tracks.",), "missing_reports": ("tracks.",)}.get(column, reports)
        assert any(place.startswith(expected) for place in found), column


@pytest.mark.parametrize(
    ("column", "place"),
    [
        ("usage_growth_points", "azure_usage.acr_usd"),
        ("deployments_points", "cpor_m365_usage.paidavailableunits"),
        ("deployments_points", "ruleset_tracks.minimum_value"),
        ("pga_mpn_id", "partner_profile.pga_mpnid"),
        ("as_of_month", "cpor_m365_usage.date"),
        ("is_in_force", "rulesets.effective_to"),
    ],
)
def test_the_lineage_names_the_column(origins, column, place):
    assert place in origins(DESIGNATION, column)


def test_the_pages_stand_by_themselves(docs):
    page = (docs / "index.html").read_text(encoding="utf-8")
    assert "fct_designation" in page
    lineage = (docs / "lineage" / "index.html").read_text(encoding="utf-8")
    data = re.search(r'atob\("(.+?)"\)', lineage)[1]
    assert b"usage_growth_points" in base64.b64decode(data)
    # dbt-colibri tells its makers of each visit unless this is set
    assert "window.colibriTelemetry = false" in lineage


@pytest.fixture(scope="module")
def artifacts(docs, tmp_path_factory) -> Path:
    """The manifest and catalog for dbt-coverage, which knows tests of one column alone.

    More checks a column: a data test that names several, a not-null constraint, which the database enforces, a unit
    test that expects values of it, or, for a column of a report or seed, is given some. Each is added as a test of it.
    """
    folder = tmp_path_factory.mktemp("coverage")
    manifest = json.loads((docs / "manifest.json").read_text(encoding="utf-8"))
    nodes = manifest["nodes"]
    checked = [
        (node["attached_node"], column)
        for node in nodes.values()
        if node["resource_type"] == "test"
        for argument in ("columns", "key", "filled", "positive", "one_of", "found_in")
        for column in node.get("test_metadata", {}).get("kwargs", {}).get(argument, ())
    ]
    checked += [
        (unique_id, column)
        for unique_id, node in [*nodes.items(), *manifest["sources"].items()]
        for column in node.get("columns", ())
        if column in CHECKED_BY_WHOLE_BUILDS
    ]
    checked += [
        (unique_id, name)
        for unique_id, node in nodes.items()
        for name, column in node.get("columns", {}).items()
        if any(constraint["type"] == "not_null" for constraint in column.get("constraints", ()))
    ]
    inputs = {f"source('{node['source_name']}', '{node['name']}')": name for name, node in manifest["sources"].items()}
    inputs |= {f"ref('{node['name']}')": name for name, node in nodes.items() if node["resource_type"] == "seed"}
    for test in manifest["unit_tests"].values():
        checked += [(f"model.{PACKAGE}.{test['model']}", column) for row in test["expect"]["rows"] for column in row]
        checked += [
            (inputs[given["input"]], column)
            for given in test["given"]
            if given["input"] in inputs and given["format"] == "dict"
            for row in given["rows"]
            for column in row
        ]
    # dbt has no unit tests of Python models: tests/test_plan.py compares the rows with all sets of actions
    checked += [
        (unique_id, column)
        for unique_id, node in nodes.items()
        if node.get("language") == "python"
        for column in node["columns"]
    ]
    for number, (unique_id, column) in enumerate(sorted(set(checked))):
        nodes[f"test.{PACKAGE}.{number}"] = {
            "resource_type": "test",
            "test_metadata": {"name": "checked", "kwargs": {"column_name": column.lower()}},
            "depends_on": {"nodes": [unique_id]},
        }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    shutil.copy(docs / "catalog.json", folder)
    return folder


@pytest.mark.parametrize("kind", ["doc", "test", "unit-test"])
def test_everything_is_documented_and_tested(artifacts, kind):
    command = [COVERAGE, "compute", kind, "--run-artifacts-dir", artifacts, "--cov-report", artifacts / f"{kind}.json"]
    if kind == "unit-test":
        # reports and seeds have no logic
        command += ["--model-path-filter", "models/", "--model-path-exclusion-filter", "_sources.yml"]
        # and Python models have no unit tests
        command += ["--model-path-exclusion-filter", "models/intermediate/plans/"]
    done = subprocess.run([*command, "--cov-fail-under", "1"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_exposures_name_who_reads_the_marts(manifest):
    exposures = {exposure["name"]: exposure for exposure in manifest["exposures"].values()}
    assert set(exposures) == {"scorecard", "workbook", "bi_dashboards"}
    marts = {
        unique_id
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and node["schema"] == "marts"
    }
    # an exposure cannot name a mart that dbt_project.yml switches off on other engines
    on_duckdb_alone = {f"model.{PACKAGE}.fct_plan"}
    assert marts - on_duckdb_alone <= set(exposures["bi_dashboards"]["depends_on"]["nodes"])


def test_the_command_says_that_a_build_comes_first(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("WAREHOUSE_PATH", str(tmp_path / "none.duckdb"))
    assert documenting.write() == 1
    assert "partner-score build" in capsys.readouterr().err


def test_the_documentation_opens_on_a_page_of_ours(docs, sample):
    """It names every mart, and its links lead to nodes that there are."""
    manifest = json.loads((docs / "manifest.json").read_text(encoding="utf-8"))
    text = manifest["docs"][f"doc.{PACKAGE}.__overview__"]["block_contents"]
    for (mart,) in sample.rows("select table_name from information_schema.tables where table_schema = 'marts'"):
        assert re.search(rf"\b{mart}\b", text), mart
    linked = re.findall(r"#!/model/([\w.]+)", text)
    assert DESIGNATION in linked
    assert set(linked) <= set(manifest["nodes"])
    assert "g_i=%2Bfct_designation" in text
