"""Reads the dates of a column: each in the form that it has, in the order that all of them have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from partner_score.intake.date_forms import IN_ORDER, PLAIN_MONTH_FIRST, day_of, is_plain, one_order, trimmed
from partner_score.intake.date_orders import IN_WORDS, MONTH_FIRST, Group, asked_order, in_order, order_of, parts_of

# What the dates of a column name.
DAY, MONTH = "day", "month"


@dataclass
class Dates:
    """What becomes of the dates of a column.

    Attributes:
        rewritten: per spelling that has to change, the date as year-month-day.
        order: the order that was decided, `dmy`, `mdy` or `ymd`; None where every value says its order itself.
        days: per spelling that is a date, the day that staging makes of it.
        remarks: what was decided, a sentence each.
    """

    rewritten: dict[str, str] = field(default_factory=dict)
    order: str | None = None
    days: dict[str, date] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)


def read_dates(column: str, kind: str, spellings: Mapping[str, int], asked: str | None = None) -> Dates:
    """Read the dates of a column.

    Arguments:
        column: its name, for what is said.
        kind: what the dates name: a `month`, whose days are all 1 as a rule, or a `day`.
        spellings: every spelling with the number of values that have it.
        asked: the order that the user asks for where the values leave it open, `dmy` or `mdy`.

    Returns:
        What has to change so that staging reads it. What is no date in any form stays as it is, and is set aside there.

    Raises:
        DateOrderError: values can be read in several orders, and mean different days.
    """
    dates, has_months = Dates(), kind == MONTH
    groups: dict[Group, dict[str, int]] = {}
    forms: dict[str, list[str]] = {}
    for spelling, count in spellings.items():
        text = trimmed(spelling)
        match = IN_ORDER.fullmatch(text)
        if match:
            groups.setdefault(Group(match.group(2), len(match.group(4)) == 2), {})[spelling] = count
        elif is_plain(text, has_months):
            if text != spelling.strip(" "):
                dates.rewritten[spelling] = text
        else:
            form, day = one_order(text, has_months)
            if day:
                dates.rewritten[spelling] = day
                forms.setdefault(form, []).append(spelling)
    for group, values in groups.items():
        parts = {spelling: parts_of(spelling) for spelling in values}
        order = order_of(group, has_months, parts, values) or asked_order(parts, asked)
        dates.order = order if dates.order in (None, order) else f"{dates.order}, {order}"
        new = _rewritten(group, order, parts)
        dates.rewritten |= new
        if new and not _is_plain(group, order):
            example = min(new)
            dates.remarks.append(
                f"Column {column}: read {IN_WORDS[order]}, such as {example.strip()} for {new[example]}."
            )
    texts = {spelling: dates.rewritten.get(spelling) or trimmed(spelling) for spelling in spellings}
    dates.days = {spelling: day for spelling, text in texts.items() if (day := day_of(text))}
    dates.remarks += [
        f"Column {column}: {form}, such as {examples[0].strip()} for {dates.rewritten[examples[0]]}."
        for form, examples in forms.items()
    ]
    return dates


def _is_plain(group: Group, order: str) -> bool:
    """Whether staging reads such values as they are."""
    return order == MONTH_FIRST and group.separator == "/" and not group.has_short_year


def _rewritten(group: Group, order: str, parts: Mapping[str, tuple[int, int, int]]) -> dict[str, str]:
    """The values that have to change, as year-month-day."""
    new = {}
    for spelling, numbers in parts.items():
        text = trimmed(spelling)
        if _is_plain(group, order) and PLAIN_MONTH_FIRST.fullmatch(text):
            if text != spelling.strip(" "):
                new[spelling] = text
            continue
        year, month, day = in_order(order, numbers)
        # Not checked on purpose: what is no day in this order must not become one in staging, by the other order.
        new[spelling] = f"{year if year > 99 else 2000 + year}-{month:02}-{day:02}"
    return new
