"""Reads the file of scenarios: changes to the last month, a line each, that somebody wrote to ask what would be then.

It is a CSV file of no report, and belongs to no export. The intake's readers read it.
"""

from __future__ import annotations

import csv
import os
import tempfile
from collections import Counter
from datetime import datetime
from pathlib import Path

from partner_score.intake.errors import ExportError
from partner_score.intake.folder import Part, new_file
from partner_score.intake.headers import check_header
from partner_score.intake.numbers import AMOUNT, NumberError, decimal_sign, evidence_of, plain_number
from partner_score.intake.rows import STAND_INS, plain_rows_of_text
from partner_score.intake.sources import Dataset
from partner_score.intake.structure import NotUtf8, scan
from partner_score.intake.texts import Text, read_as_windows_1252, read_text
from partner_score.places import PROJECT
from partner_score.warehouse.source_folder import SAMPLE

SCENARIOS_VARIABLE = "PARTNER_SCORE_SCENARIOS"
SAMPLE_SCENARIOS = PROJECT / "sample" / "scenarios.csv"
AMOUNTS = ("amount", "active_amount")
COLUMNS = ("scenario", "pga_mpn_id", "change", "subject", "detail", *AMOUNTS, "note")
# The columns of raw.scenarios, with their types.
SCENARIO_COLUMNS = {column: "VARCHAR" for column in COLUMNS} | {"source_file": "VARCHAR", "line_number": "BIGINT"}
HOW_TO_WRITE_IT = f"Its first line has to name the columns {', '.join(COLUMNS)} (docs/simulator.md)"


def scenarios_file(exports: Path) -> Path | None:
    """The file of scenarios: what PARTNER_SCORE_SCENARIOS says, else, of the sample alone, the one that comes with it.

    Arguments:
        exports: the folder of exports that is built from.

    Returns:
        Its absolute path; None where there are no scenarios.
    """
    asked = os.environ.get(SCENARIOS_VARIABLE)
    if asked:
        return Path(os.path.abspath(asked))
    return SAMPLE_SCENARIOS if os.path.realpath(exports) == os.path.realpath(SAMPLE) else None


def settle_scenarios() -> None:
    """Make the file that the environment names absolute: a relative path starts at the folder of the command."""
    if os.environ.get(SCENARIOS_VARIABLE):
        os.environ[SCENARIOS_VARIABLE] = os.path.abspath(os.environ[SCENARIOS_VARIABLE])


def scenario_rows(exports: Path) -> list[dict]:
    """The rows of raw.scenarios: columns as in SCENARIO_COLUMNS, texts as they are written, None for an empty one.

    Numbers have a decimal point where the file leaves no doubt of its decimal sign. What cannot be read stays as it is,
    for the build to name it. Blank lines are no rows.

    Arguments:
        exports: the folder of exports that is built from.

    Raises:
        ExportError: the file is not there, is no CSV file, or lacks a column.
    """
    path = scenarios_file(exports)
    if path is None:
        return []
    if not path.is_file():
        raise ExportError(
            f"{SCENARIOS_VARIABLE} names {path}, which is no file. Name a CSV file of scenarios, or unset it."
        )
    with tempfile.TemporaryDirectory() as work:
        rows = _rows(path, Path(work))
    for column, sign in _decimal_signs(rows).items():
        for row in rows:
            row[column] = row[column] and (plain_number(row[column], sign) or row[column])
    return rows


def _rows(path: Path, work: Path) -> list[dict]:
    text = _text(path, work)
    plain = plain_rows_of_text(text, new_file(work))
    with plain.path.open(encoding="utf-8", newline="") as file:
        return [
            {
                **{column: _cell(cell) for column, cell in zip(plain.columns, cells, strict=False)},
                "source_file": path.as_posix(),
                "line_number": int(cells[-1]),
            }
            for cells in csv.reader(file)
        ]


def _text(path: Path, work: Path) -> Text:
    """See that the file is a text with every column, and read it as UTF-8."""
    dataset = Dataset("scenarios", dict.fromkeys(COLUMNS, True))
    part = Part(path.as_posix(), path, datetime.fromtimestamp(path.stat().st_mtime), "text")
    text = read_text(part, [dataset], work)
    if text is None:
        raise ExportError(f"File {path}: it is no CSV file of scenarios. {HOW_TO_WRITE_IT}.")
    if text.match.missing:
        raise ExportError(f"File {path}: it lacks the column {', '.join(text.match.missing)}. {HOW_TO_WRITE_IT}.")
    check_header(text.match, text.header, part.source_file)
    try:
        scan(text.path, part.source_file, text.delimiter, len(text.header), text.lines_above)
    except NotUtf8:
        return read_as_windows_1252(text, work)
    return text


def _cell(cell: str) -> str | None:
    for mark in STAND_INS.values():
        cell = cell.replace(mark, " ")
    return cell.strip() or None


def _decimal_signs(rows: list[dict]) -> dict[str, str]:
    """What separates decimals, by column; without a column where it makes no difference or cannot be known."""
    signs = {}
    for column in AMOUNTS:
        spellings = Counter(row[column] for row in rows if row[column])
        try:
            sign = decimal_sign(evidence_of(spellings), AMOUNT, None)
        except NumberError:
            continue
        if sign:
            signs[column] = sign
    return signs
