"""Hygiene of the seeds: what a reviewer of a CSV diff relies on."""

import csv

import pytest
from conftest import PROJECT

SEEDS = sorted((PROJECT / "seeds").glob("*/*.csv"))


@pytest.mark.parametrize("seed", SEEDS, ids=lambda path: path.stem)
def test_seed_is_clean_text(seed):
    """UTF-8 without byte-order mark, Unix line ends, no stray white space, no empty or ragged row, no row twice."""
    content = seed.read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content
    assert content.endswith(b"\n")
    header, *rows = list(csv.reader(content.decode("utf-8").splitlines()))
    assert rows
    assert all(len(row) == len(header) for row in rows)
    assert all(cell == cell.strip() for row in rows for cell in row)
    assert len({tuple(row) for row in rows}) == len(rows)


@pytest.mark.parametrize("seed", SEEDS, ids=lambda path: path.stem)
def test_every_rule_cites_its_source(seed):
    with seed.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    # the tracks are this project's own division, not a fact of Microsoft's
    assert seed.stem == "tracks" or all(row["source"] for row in rows)


def test_every_seed_column_is_typed(manifest):
    for node in manifest["nodes"].values():
        if node["resource_type"] == "seed":
            assert set(node["config"]["column_types"]) == set(node["columns"]), node["name"]
