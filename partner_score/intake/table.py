"""Shows in a table what became of a folder of exports."""

from __future__ import annotations

from partner_score.intake.records import Intake, Record
from partner_score.intake.sources import Dataset

REMARK_INDENT = "    "
LEFT_ALONE_SHOWN = 15
# A build shows as many files, of those that are new or of which something was decided.
FILES_SHOWN = 15


def listed(intake: Intake, datasets: list[Dataset]) -> str:
    """The table: a line per report with its file, day, whence the day, and rows; remarks below; then the rest."""
    return "\n".join([*_table(intake.records), *_rest(intake, datasets)])


def summarized(intake: Intake, datasets: list[Dataset]) -> str:
    """What is new or remarkable: those files with their remarks, then the rest. Of the other files their number."""
    count = len(intake.records)
    files = "1 file" if count == 1 else f"{count:,} files"
    telling = [record for record in intake.records if record.source_file in intake.new or record.remarks]
    new = sum(record.source_file in intake.new for record in intake.records)
    reports = len({record.dataset for record in intake.records})
    lines = [f"{files} of {reports} report{'' if reports == 1 else 's'}, {new or 'none'} of them new."]
    if telling and len(telling) <= FILES_SHOWN:
        lines += ["", *_table(telling)]
    elif telling:
        # Remarks are shown whatever their number: each is a decision.
        lines += [f"{record.source_file}: {remark}" for record in telling for remark in record.remarks]
    if len(telling) < count or len(telling) > FILES_SHOWN:
        lines.append("`partner-score intake` lists the files, and audit.intake has them.")
    return "\n".join([*lines, *_rest(intake, datasets)])


def _table(records: list[Record]) -> list[str]:
    head = ("file", "report", "day", "by its", "rows")
    rows = [(one.source_file, one.dataset, one.export_date.isoformat(), one.whence, f"{one.rows:,}") for one in records]
    widths = [max(len(row[position]) for row in [head, *rows]) for position in range(len(head))]
    lines = [_line(head, widths)]
    for row, record in zip(rows, records, strict=True):
        lines.append(_line(row, widths))
        lines += [f"{REMARK_INDENT}{remark}" for remark in record.remarks]
    return lines


def _rest(intake: Intake, datasets: list[Dataset]) -> list[str]:
    lines = []
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
    return lines


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    texts = [cell.ljust(width) for cell, width in zip(cells[:-1], widths[:-1], strict=True)]
    return "  ".join([*texts, cells[-1].rjust(widths[-1])])
