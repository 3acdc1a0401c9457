"""Rules of the project's structure, read from dbt's manifest (style guide of the project, CONTRIBUTING.md)."""

import csv
import re
from pathlib import Path

import pytest
from conftest import PROJECT

PACKAGE = "partner_score_warehouse"
# A model reads only the folders before its own.
FLOW = (
    "staging",
    "rulebook",
    "usage",
    "calendar",
    "eligibility",
    "measures",
    "scoring",
    "scenarios",
    "plans",
    "variance",
    "marts",
    "semantic",
    "restricted",
    "audit",
)
# Each fails when two rows have one key.
GRAIN_TESTS = {"is_sound", "unique_and_filled", "unique_combination"}


@pytest.fixture(scope="session")
def models(manifest) -> list[dict]:
    """The project's models."""
    return [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]


def stage(model: dict) -> str:
    """Folder of FLOW that a model lies in."""
    folders = Path(model["original_file_path"]).parts[1:]
    return folders[1] if folders[0] == "intermediate" else folders[0]


def parents(manifest: dict, model: dict, resource_type: str) -> list[dict]:
    """Nodes of a type that a model reads."""
    nodes = {**manifest["nodes"], **manifest["sources"]}
    return [nodes[name] for name in model["depends_on"]["nodes"] if name.startswith(resource_type)]


def test_the_designation_is_a_short_way_from_the_lines_and_waits_for_no_scenario_or_comparison(manifest, models):
    """Limits against growth: whoever audits a point walks this way."""
    by_id = {model["unique_id"]: model for model in models}
    ways: dict[str, int] = {}

    def way(model: dict) -> int:
        if model["unique_id"] not in ways:
            ways[model["unique_id"]] = 1 + max(map(way, parents(manifest, model, "model.")), default=0)
        return ways[model["unique_id"]]

    (designation,) = (model for model in models if model["name"] == "fct_designation")
    assert way(designation) <= 15
    ancestors = [by_id[name] for name in ways if name != designation["unique_id"]]
    assert len(ancestors) <= 40
    assert not {"scenarios", "plans", "variance"} & {stage(model) for model in ancestors}
    assert not [model["name"] for model in ancestors if "partner_center_scores" in model["name"]]


def test_the_project_stays_small(models):
    """Limits against growth: a model is read on two screens, and all of them within a day."""
    lines = {model["name"]: len((PROJECT / model["original_file_path"]).read_text().splitlines()) for model in models}
    assert not [name for name, count in lines.items() if count > 100]
    assert len(models) <= 98
    assert sum(lines.values()) <= 6420
    assert len(list((PROJECT / "macros").iterdir())) <= 30


def test_a_build_asks_few_questions(manifest):
    """Each data test is a query in every build: what a contract or another test says is not asked again."""
    tests = [node for node in manifest["nodes"].values() if node["resource_type"] == "test"]
    assert len(tests) <= 118


def test_only_staging_reads_sources(manifest, models):
    assert {stage(model) for model in models if parents(manifest, model, "source.")} == {"staging"}


def test_staging_reads_no_model(manifest, models):
    assert not [m["name"] for m in models if stage(m) == "staging" and parents(manifest, m, "model.")]


def test_data_flows_one_way(manifest, models):
    backward = [
        (parent["name"], model["name"])
        for model in models
        for parent in parents(manifest, model, "model.")
        if FLOW.index(stage(parent)) > FLOW.index(stage(model))
    ]
    assert backward == []


def test_marts_read_no_staging_and_audit_none_but_the_list_of_exports(manifest, models):
    late = {
        (stage(model), parent["name"])
        for model in models
        for parent in parents(manifest, model, "model.")
        if stage(model) in {"marts", "audit"} and stage(parent) == "staging"
    }
    assert late <= {("audit", "stg_partner_center__exports"), ("audit", "stg_partner_center__intake")}


def test_names_match_the_folder(models):
    prefixes = {
        "staging": "stg_partner_center__",
        "marts": ("fct_", "dim_", "partner_overview"),
        "semantic": "metricflow_",
        "restricted": "",
        "audit": "",
    }
    assert not [m["name"] for m in models if not m["name"].startswith(prefixes.get(stage(m), "int_"))]


def test_no_source_is_an_orphan(manifest, models):
    read = {name for model in models for name in model["depends_on"]["nodes"]}
    assert set(manifest["sources"]) <= read


def test_everything_is_described(manifest):
    undescribed = []
    resources = [*manifest["nodes"].values(), *manifest["sources"].values()]
    for node in resources:
        if node["resource_type"] not in {"model", "seed", "source"}:
            continue
        columns = node["columns"].values()
        undescribed += [node["name"]] if not node["description"] else []
        undescribed += [f"{node['name']}.{column['name']}" for column in columns if not column["description"]]
    undescribed += [
        macro["name"]
        for macro in manifest["macros"].values()
        if macro["package_name"] == PACKAGE
        and not macro["description"]
        and "__" not in macro["name"]
        and not macro["name"].startswith(("test_", "materialization_"))
    ]
    assert undescribed == []


def test_every_column_is_documented_and_no_other(sample, manifest):
    """Columns in YAML are the columns of the warehouse, for every model, seed and source."""
    in_warehouse = {}
    for schema, table, column in sample.rows(
        "select table_schema, table_name, column_name from information_schema.columns"
    ):
        in_warehouse.setdefault((schema, table), set()).add(column.lower())
    for node in [*manifest["nodes"].values(), *manifest["sources"].values()]:
        if node["resource_type"] in {"model", "seed", "source"}:
            documented = {name.lower() for name in node["columns"]}
            assert documented == in_warehouse[(node["schema"], node["name"])], node["name"]


def test_every_mart_has_a_contract_a_grain_test_and_a_unit_test(manifest, models):
    unit_tested = {test["model"] for test in manifest["unit_tests"].values()}
    grain_tested = {
        node["attached_node"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test" and node.get("test_metadata", {}).get("name") in GRAIN_TESTS
    }
    for mart in (model for model in models if stage(model) in {"marts", "audit"}):
        assert mart["contract"]["enforced"], mart["name"]
        assert mart["name"] in unit_tested, mart["name"]
        # rejected rows have no key of their own: two rows may come just alike
        assert mart["unique_id"] in grain_tested or mart["name"] == "rejected_rows", mart["name"]


def test_a_mart_is_described_by_its_grain_first(models):
    late = [model for model in models if stage(model) in {"marts", "audit"}]
    assert not [model["name"] for model in late if not model["description"].startswith("One row per ")]


def test_no_relation_is_hard_coded(models):
    relation = re.compile(r"(?<!distinct )\b(?:from|join)\s+[a-z_]+\.[a-z_]+", re.IGNORECASE)
    assert not [model["name"] for model in models if relation.search(model["raw_code"])]


def test_no_macro_is_unused(manifest):
    used = {
        name
        for kind in ("nodes", "macros")
        for node in manifest[kind].values()
        for name in node["depends_on"].get("macros", [])
    }
    hooks = {"create_raw_sources", "grant_to_readers", "index_filters", "check_variables"}
    called_by_name = hooks | {"generate_schema_name", "run_statements"}
    own = {
        name: macro["name"]
        for name, macro in manifest["macros"].items()
        if macro["package_name"] == PACKAGE
        and macro["name"] not in called_by_name
        and "__" not in macro["name"]
        and not macro["name"].startswith("materialization_")
    }
    assert not [macro for name, macro in own.items() if name not in used]


def rulebook_values() -> set[str]:
    """Every service, offer, workload, association, title, threshold and point value of the rulebook, as text."""
    values = set()
    columns = {
        "eligible_azure_services": ["service_name"],
        "excluded_azure_offers": ["offer_name"],
        "eligible_m365_workloads": ["workload_name"],
        "eligible_associations": ["association"],
        "certifications": ["title", "exam_code", "certification_id"],
        "product_aliases": ["alias"],
        "certification_aliases": ["alias"],
        "rulesets": ["ruleset_id", "minimum_total_points"],
        "ruleset_tracks": ["minimum_value", "minimum_active_share", "unit_size"],
        "ruleset_metrics": ["max_points"],
    }
    for seed, names in columns.items():
        with next((PROJECT / "seeds").glob(f"*/{seed}.csv")).open(encoding="utf-8", newline="") as file:
            values |= {row[name].lower() for row in csv.DictReader(file) for name in names}
    # a single digit is no rule wherever it stands
    return {value for value in values if len(value) > 1}


@pytest.mark.parametrize("folder", ["models", "macros"])
def test_no_rulebook_value_stands_in_sql(folder):
    values = sorted(rulebook_values(), key=len, reverse=True)
    rule = re.compile(r"(?<![\w.])(?:" + "|".join(re.escape(value) for value in values) + r")(?![\w.])")
    found = []
    for path in sorted((PROJECT / folder).rglob("*.sql")):
        code = re.sub(r"decimal\(\d+, \d+\)", "", path.read_text(encoding="utf-8").lower())
        found += [(path.name, match.group()) for match in rule.finditer(code)]
    assert found == []


def test_nothing_depends_on_today():
    clock = re.compile(r"current_date|current_timestamp|\bnow\(\)|\btoday\(\)", re.IGNORECASE)
    folders = ("models", "macros", "tests/integrity", "analyses")
    files = [path for folder in folders for path in (PROJECT / folder).rglob("*.sql")]
    assert not [path.name for path in files if clock.search(path.read_text(encoding="utf-8"))]
