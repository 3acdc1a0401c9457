"""docs/reconcile.md: every query gives the result below it, on the sample, and every hypothesis is described."""

import csv
import re

from conftest import PROJECT

PAGE = (PROJECT / "docs" / "reconcile.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```sql\n(.*?)```", re.DOTALL)


def test_every_query_of_the_page_has_the_result_below_it(sample):
    blocks = BLOCK.findall(PAGE)
    assert len(blocks) >= 3
    for block in blocks:
        query = [line for line in block.splitlines() if not line.startswith("-- ")]
        result = [line.removeprefix("-- ") for line in block.splitlines() if line.startswith("-- ")]
        rows = sample.rows("\n".join(query))
        assert result == [" | ".join("null" if value is None else str(value) for value in row) for row in rows], block


def test_the_list_of_the_page_is_the_samples():
    lines = [line.removeprefix("    ") for line in PAGE.splitlines() if line.startswith("    ")]
    (file,) = (PROJECT / "sample" / "exports" / "partner_center_scores").glob("export_date=2024-07-20/*.csv")
    own = file.read_text(encoding="utf-8").splitlines()
    assert lines == [own[0], *(line for line in own if ",99200000," in line)]


def test_every_hypothesis_is_described():
    with (PROJECT / "seeds" / "rulebook" / "variance_hypotheses.csv").open(encoding="utf-8", newline="") as file:
        hypotheses = [row["hypothesis_id"] for row in csv.DictReader(file)]
    rules = (PROJECT / "docs" / "rules.md").read_text(encoding="utf-8")
    section = rules.split("## Agreement with Partner Center", 1)[1].split("\n## ", 1)[0]
    assert [name for name in hypotheses if f"`{name}`" not in section + PAGE] == []
