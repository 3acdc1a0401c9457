"""Every file in analyses/ runs on the sample and answers something."""

from pathlib import Path

import duckdb
import pytest
from conftest import PROJECT, run_dbt

ANALYSES = sorted(path.stem for path in (PROJECT / "analyses").glob("*.sql"))
# Other values than the defaults, for the lines that say "Set ..."
CHOICES = {
    "customer": "BIRCHLIGHT STUDIOS",
    "pga_mpn_id": "99200000",
    "as_of_month": "2024-03-01",
    "ruleset_id": "security_2026_smb",
    "smallest_share": 0.001,
}


@pytest.fixture(scope="module", params=[{}, CHOICES], ids=["defaults", "choices"])
def answers(request, sample, tmp_path_factory):
    """Answers of all analyses on the sample: per name a relation, compiled with the defaults or with choices."""
    folder = tmp_path_factory.mktemp("analyses")
    compiled = run_dbt(
        "--quiet", "compile", "--select", "resource_type:analysis", folder=folder, variables=request.param
    )
    assert compiled.status == 0, compiled.output
    files = {path.stem: path for path in Path(folder / "target" / "compiled").glob("*/analyses/*.sql")}
    assert sorted(files) == ANALYSES
    with duckdb.connect(str(sample.warehouse), read_only=True) as connection:
        yield {name: connection.sql(path.read_text(encoding="utf-8")) for name, path in files.items()}


@pytest.mark.parametrize("name", ANALYSES)
def test_an_analysis_answers(answers, name):
    assert len(answers[name])


@pytest.mark.parametrize("name", ANALYSES)
def test_an_analysis_says_what_it_shows(name):
    text = (PROJECT / "analyses" / f"{name}.sql").read_text(encoding="utf-8")
    assert text.startswith("/* ")
    assert "One row per " in text.split("*/", maxsplit=1)[0] or "Read from the top" in text.split("*/", maxsplit=1)[0]


def column(relation, *names):
    """Columns of a relation as tuples."""
    return relation.select(*names).fetchall()


@pytest.mark.parametrize("answers", [{}], ids=["defaults"], indirect=True)
def test_a_tenant_is_explained(answers):
    """Ironbark Timber: 12,300 USD in the trailing year less a credit of 450 (sample/README.md)."""
    rows = answers["explain_one_tenant"].filter(
        "ruleset_id = 'security_2022_10' and metric = 'deployments' and track = 'azure'"
    )
    assert [tuple(map(str, row)) for row in column(rows, "reason", "distance_to_threshold")] == [
        ("below_threshold", "150.0000000000")
    ]


def test_a_change_of_total_is_explained_to_the_last_customer(answers):
    """Customers and individuals add up to their track."""
    lines = column(answers["explain_change_of_total"], "partner_name", "metric", "track", "line_kind", "value_change")
    tracks = {tuple(key): change for *key, kind, change in lines if kind == "track"}
    below = dict.fromkeys(tracks, 0)
    for *key, kind, change in lines:
        if kind in {"customer", "individual"}:
            below[tuple(key)] += change
    assert any(tracks.values())
    assert below == tracks


@pytest.mark.parametrize("answers", [{}], ids=["defaults"], indirect=True)
def test_what_partner_center_shows_otherwise_comes_first_and_is_explained(answers):
    """In June the sample's page still shows May's growth of a partner; March was restated since."""
    rows = answers["compare_with_partner_center"]
    differing = rows.filter("points_difference != 0").fetchall()
    assert rows.limit(len(differing)).fetchall() == differing
    explained = column(rows.filter("points_difference != 0"), "as_of_month", "metric", "explanation")
    assert {tuple(map(str, row)) for row in explained} == {
        ("2024-06-01", "usage_growth", "month_before"),
        ("2024-06-01", "total", "month_before"),
        *(
            ("2024-03-01", metric, "older_export")
            for metric in ("net_customer_adds", "deployments", "usage_growth", "total")
        ),
    }
