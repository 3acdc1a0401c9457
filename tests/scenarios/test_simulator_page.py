"""docs/simulator.md: its scenarios are those of the sample, and every query gives the table that stands below it."""

import re

from conftest import PROJECT

DOCUMENT = (PROJECT / "docs" / "simulator.md").read_text(encoding="utf-8")
PAGE = DOCUMENT.partition("\n## A file of scenarios\n")[2].partition("\n## ")[0]
FILE = re.compile(r"```text\n(scenario,.*?)```", re.DOTALL)
QUERY = re.compile(r"```sql\n(.*?)```\n\n\| ([^\n]*) \|\n\|[-|]+\|\n((?:\|[^\n]*\|\n)+)", re.DOTALL)


def test_the_scenarios_of_the_page_are_those_of_the_sample():
    lines = (PROJECT / "sample" / "scenarios.csv").read_text(encoding="utf-8").splitlines()
    (shown,) = FILE.findall(PAGE)
    assert shown.splitlines()[0] == lines[0]
    assert set(shown.splitlines()) <= set(lines)


def test_every_query_of_the_page_has_the_table_below_it(sample):
    found = QUERY.findall(PAGE)
    assert len(found) == PAGE.count("```sql") > 0
    for query, header, table in found:
        rows = sample.rows(query)
        columns = re.split(r",\s*", re.search(r"select (.*?)\s+from", query, re.DOTALL).group(1))
        assert header.split(" | ") == columns
        assert table.splitlines() == [f"| {' | '.join(map(str, row))} |" for row in rows]
