"""Shows in a table what became of a folder of exports."""

from __future__ import annotations

from partner_score.intake.records import Intake
from partner_score.intake.sources import Dataset

REMARK_INDENT = "    "
LEFT_ALONE_SHOWN = 15


def listed(intake: Intake, datasets: list[Dataset]) -> str:
    """The table: a line per report with its file, day, whence the day, and rows; remarks below; then the rest."""
    head = ("file", "report", "day", "by its", "rows")
    rows = [
        (one.source_file, one.dataset, one.export_date.isoformat(), one.whence, f"{one.rows:,}")
        for one in intake.records
    ]
    widths = [max(len(row[position]) for row in [head, *rows]) for position in range(len(head))]
    lines = [_line(head, widths)]
    for row, record in zip(rows, intake.records, strict=True):
        lines.append(_line(row, widths))
        lines += [f"{REMARK_INDENT}{remark}" for remark in record.remarks]
    if intake.missing:
        optional = {dataset.name for dataset in datasets if dataset.is_optional}
        names = [f"{name} (optional)" if name in optional else name for name in intake.missing]
        lines += ["", f"Reports that are not there: {', '.join(names)}."]
    if intake.left_alone:
        shown = sorted(intake.left_alone.items())
        lines += ["", "Left alone:"]
        lines += [f"{REMARK_INDENT}{name}: {reason}" for name, reason in shown[:LEFT_ALONE_SHOWN]]
        if len(shown) > LEFT_ALONE_SHOWN:
            lines.append(f"{REMARK_INDENT}and {len(shown) - LEFT_ALONE_SHOWN} more")
    return "\n".join(lines)


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    texts = [cell.ljust(width) for cell, width in zip(cells[:-1], widths[:-1], strict=True)]
    return "  ".join([*texts, cells[-1].rjust(widths[-1])])
