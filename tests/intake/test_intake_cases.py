"""Golden cases dressed up as downloads come out as the same rows, and today's layout as it always did."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from disguise import disguise

from partner_score.intake.sources import Dataset, datasets
from partner_score.intake.taking_in import take_in
from partner_score.intake.views import raw_view
from partner_score.places import PROJECT

GOLDEN = PROJECT / "tests" / "golden"
FORMS = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%m/%d/%Y", "%m/%d/%Y %I:%M:%S %p", "%b-%Y")


def canonical(dataset: Dataset, column: str, value: str | None) -> str:
    """A value in one spelling: days as 2024-05-01, numbers as floats, blanks as nothing."""
    text = (value or "").strip()
    if column in dataset.dates:
        for form in FORMS:
            try:
                return datetime.strptime(text, form).date().isoformat()
            except ValueError:
                continue
    if column in dataset.numbers and re.fullmatch(r"[-+]?[\d.]+", text):
        return repr(float(text))
    # Excel writes no blanks at the edges of some texts, and staging trims them.
    return text


def rows_of_case(case: Path) -> dict[str, Counter]:
    """The rows of a case, read by Python's own reader."""
    found = {dataset.name: Counter() for dataset in datasets()}
    for dataset in datasets():
        for file in case.glob(f"{dataset.name}/export_date=*/*.csv"):
            with file.open(encoding="utf-8-sig", newline="") as text:
                reader = csv.DictReader(text)
                reader.fieldnames = [name.strip().lower() for name in reader.fieldnames]
                for row in reader:
                    values = (canonical(dataset, column, row.get(column.lower())) for column in dataset.columns)
                    found[dataset.name][(*values, file.parent.name.partition("=")[2])] += 1
    return found


def rows_of_store(folder: Path, store: Path) -> dict[str, Counter]:
    """The rows of the raw views."""
    intake = take_in(folder, store, say=None)
    found = {}
    with duckdb.connect() as connection:
        for dataset in datasets():
            rows = connection.execute(raw_view(intake, dataset)).fetchall()
            width = len(dataset.columns)
            found[dataset.name] = Counter(
                (
                    *(
                        canonical(dataset, column, value)
                        for column, value in zip(dataset.columns, row[:width], strict=True)
                    ),
                    str(row[width]),
                )
                for row in rows
            )
    return found


@pytest.mark.parametrize("case", sorted(folder.name for folder in GOLDEN.iterdir()))
def test_the_layout_of_folders_gives_the_rows_of_its_files(tmp_path, case):
    assert rows_of_store(GOLDEN / case, tmp_path / "store") == rows_of_case(GOLDEN / case)


@pytest.mark.parametrize("seed", range(1, 9))
@pytest.mark.parametrize("case", ["clean", "dirty"])
def test_a_case_dressed_up_as_downloads_gives_the_same_rows(tmp_path, case, seed):
    disguise(GOLDEN / case, tmp_path / "downloads", seed)
    found, expected = rows_of_store(tmp_path / "downloads", tmp_path / "store"), rows_of_case(GOLDEN / case)
    for dataset in datasets():
        assert found[dataset.name] == expected[dataset.name]
