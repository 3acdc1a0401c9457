"""docs/how-a-point-comes-about.md: every query gives the result that stands below it, on the sample."""

import re

from conftest import PROJECT

PAGE = PROJECT / "docs" / "how-a-point-comes-about.md"
BLOCK = re.compile(r"```sql\n(.*?)```", re.DOTALL)


def test_every_query_of_the_page_has_the_result_below_it(sample):
    page = PAGE.read_text(encoding="utf-8")
    assert len(page.splitlines()) <= 60
    blocks = BLOCK.findall(page)
    assert len(blocks) == len(re.findall(r"^\*\*\d", page, re.MULTILINE))
    for block in blocks:
        query = [line for line in block.splitlines() if not line.startswith("-- ")]
        result = [line.removeprefix("-- ") for line in block.splitlines() if line.startswith("-- ")]
        rows = sample.rows("\n".join(query))
        assert result == [" | ".join("null" if value is None else str(value) for value in row) for row in rows], block
