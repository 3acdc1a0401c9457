"""Prints rows for people and programs: every column and every row, whatever their number."""

from __future__ import annotations

import csv
import json
import shutil
import sys
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

GAP = "  "
# Money and points have two decimals; what has more is shown with as many as it needs.
DECIMALS = 2


@dataclass
class Answer:
    """Columns and rows of a query."""

    columns: list[str]
    rows: list[tuple]


def print_answer(answer: Answer, form: str) -> None:
    """Print all of an answer.

    Arguments:
        form: `table`, columns aligned; on a terminal too narrow for them, a line per value. `csv` and `json` have the
            exact values.
    """
    if form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(answer.columns)
        writer.writerows([["" if value is None else _plain(value) for value in row] for row in answer.rows])
    elif form == "json":
        print(as_json(answer))
    else:
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
        print(as_table(answer, width))


def as_json(answer: Answer) -> str:
    """A list of objects, one per line. Decimals are numbers with all their digits."""
    objects = (
        "{"
        + ", ".join(f"{json.dumps(name)}: {_json(value)}" for name, value in zip(answer.columns, row, strict=True))
        + "}"
        for row in answer.rows
    )
    return "[" + ",\n ".join(objects) + "]"


def as_table(answer: Answer, width: int | None = None) -> str:
    """Columns aligned, numbers to the right, and the number of rows below.

    Arguments:
        width: characters that a line has room for. A wider table has a line per value instead; None for any width.
    """
    texts = [[_shown(value) for value in row] for row in answer.rows]
    count = f"{len(texts):,} row{'' if len(texts) == 1 else 's'}"
    widths = [max(map(len, column)) for column in zip(answer.columns, *texts, strict=True)]
    if width is not None and texts and sum(widths) + len(GAP) * (len(widths) - 1) > width:
        return f"{_as_records(answer.columns, texts)}\n\n{count}"
    is_number = [
        bool(answer.rows)
        and all(isinstance(value, int | float | Decimal | None) for value in column)
        and not any(isinstance(value, bool) for value in column)
        for column in (list(zip(*answer.rows, strict=True)) or [()] * len(answer.columns))
    ]
    lines = [answer.columns, ["-" * one for one in widths], *texts]
    aligned = (
        GAP.join(
            cell.rjust(one) if number else cell.ljust(one)
            for cell, one, number in zip(line, widths, is_number, strict=True)
        ).rstrip()
        for line in lines
    )
    return "\n".join([*aligned, "", count])


def _as_records(columns: list[str], texts: list[list[str]]) -> str:
    longest = max(map(len, columns))
    records = (
        "\n".join(f"{name.ljust(longest)}{GAP}{text}".rstrip() for name, text in zip(columns, row, strict=True))
        for row in texts
    )
    return "\n\n".join(records)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal) and -value.as_tuple().exponent > DECIMALS:
        whole, _, decimals = f"{value:f}".partition(".")
        decimals = decimals.rstrip("0")
        return f"{whole}.{decimals.ljust(DECIMALS, '0')}" if decimals else whole
    # a line break in a value would tear the line
    return " ".join(_plain(value).splitlines())


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _json(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return json.dumps(str(value) if isinstance(value, date | datetime) else value, ensure_ascii=False, default=str)
