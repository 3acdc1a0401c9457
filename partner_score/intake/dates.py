"""Reads the dates of a column: each in the form that it has, in the order that all of them have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from partner_score.intake.date_forms import (
    AS_A_MONTH,
    IN_ORDER,
    PLAIN_MONTH_FIRST,
    day_of,
    is_plain,
    one_order,
    trimmed,
)
from partner_score.intake.date_orders import (
    IN_WORDS,
    MONTH_FIRST,
    YEAR_DAY,
    Group,
    asked_order,
    in_order,
    order_of,
    parts_of,
)
from partner_score.intake.spoiled_dates import (
    check_half_turned,
    check_odd_days,
    months_without_zero,
    swapped_months,
)

# What the dates of a column name: a day; a month, by its first day or its last; a month, by any of its days.
DAY, MONTH, DAY_OF_MONTH = "day", "month", "day_of_month"


@dataclass
class Dates:
    """What becomes of the dates of a column.

    Attributes:
        rewritten: per spelling that has to change, the date as year-month-day.
        order: the order that was decided, `dmy`, `mdy`, `ymd` or `ydm`; None where every value says its order itself.
        orders: per spelling of three numbers, the order that it is read in.
        days: per spelling that is a date, the day that staging makes of it; empty where nothing asks for it.
        remarks: what was decided, a sentence each.
    """

    rewritten: dict[str, str] = field(default_factory=dict)
    order: str | None = None
    orders: dict[str, str] = field(default_factory=dict)
    days: dict[str, date] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def add_order(self, order: str) -> None:
        """Keep an order that was decided for some of the values."""
        self.order = order if self.order in (None, order) else f"{self.order}, {order}"


def read_dates(
    column: str, kind: str, spellings: Mapping[str, int], asked: str | None = None, latest: date = date.max
) -> Dates:
    """Read the dates of a column.

    Arguments:
        column: its name, for what is said.
        kind: what the dates name: a `month`, whose days are all 1 as a rule, a `day_of_month`, or a `day`.
        spellings: every spelling with the number of values that have it.
        asked: the order that the user asks for where the values leave it open, `dmy` or `mdy`.
        latest: the day of the export, after which it has no month.

    Returns:
        What has to change so that staging reads it. What is no date in any form stays as it is, and is set aside there.

    Raises:
        DateError: values can be read in several orders and mean different days, or a spreadsheet changed them.
    """
    dates = Dates()
    groups, forms = _by_form(kind, spellings, dates)
    said = [_read_group(group, kind, counts, asked, dates) for group, counts in groups.items()]
    new, decision = months_without_zero(forms.get(AS_A_MONTH, ()), latest)
    dates.rewritten |= new
    said.append(decision)
    # Of days in one form alone nothing more is asked, and there may be many.
    if kind != DAY or dates.orders:
        texts = {spelling: dates.rewritten.get(spelling) or trimmed(spelling) for spelling in spellings}
        dates.days = {spelling: day for spelling, text in texts.items() if (day := day_of(text))}
    if kind == MONTH:
        said += [_turn_swapped_months(dates, forms, latest), check_odd_days(dates.days, spellings, latest)]
    else:
        said.append(check_half_turned(dates.days, dates.orders))
    said += [_such_as(form, examples[0], dates.rewritten) for form, examples in forms.items()]
    dates.remarks = [f"Column {column}: {sentence}" for sentence in said if sentence]
    return dates


def _by_form(
    kind: str, spellings: Mapping[str, int], dates: Dates
) -> tuple[dict[Group, dict[str, int]], dict[str, list[str]]]:
    """Read the values whose form says their order.

    Returns:
        The other values by what they have in common, and the values that were rewritten by the name of their form.
    """
    groups: dict[Group, dict[str, int]] = {}
    forms: dict[str, list[str]] = {}
    for spelling, count in spellings.items():
        text = trimmed(spelling)
        if match := IN_ORDER.fullmatch(text):
            groups.setdefault(Group(match.group(2), len(match.group(4)) == 2), {})[spelling] = count
        elif is_plain(text, kind != DAY):
            if text != spelling.strip(" "):
                dates.rewritten[spelling] = text
        else:
            form, day = one_order(text, kind != DAY)
            if day:
                dates.rewritten[spelling] = day
                forms.setdefault(form, []).append(spelling)
    return groups, forms


def _read_group(group: Group, kind: str, counts: Mapping[str, int], asked: str | None, dates: Dates) -> str | None:
    """Read values of three numbers with one separator. Returns what was decided, where it is not what staging does."""
    parts = {spelling: parts_of(spelling) for spelling in counts}
    order = order_of(group, kind != DAY, parts, counts) or asked_order(parts, asked)
    dates.add_order(order)
    dates.orders |= dict.fromkeys(parts, order)
    new = _rewritten(group, order, parts)
    dates.rewritten |= new
    return _such_as(f"read {IN_WORDS[order]}", min(new), new) if new and not _is_plain(group, order) else None


def _turn_swapped_months(dates: Dates, forms: dict[str, list[str]], latest: date) -> str | None:
    """Read year-day-month where that makes every day of a column of months the first. Returns what was decided."""
    new = swapped_months(dates.days, latest)
    if not new:
        return None
    dates.add_order(YEAR_DAY)
    dates.rewritten |= new
    dates.days |= {spelling: date.fromisoformat(text) for spelling, text in new.items()}
    # What was said of their forms holds no more.
    for form in [form for form, spellings in forms.items() if not new.keys().isdisjoint(spellings)]:
        del forms[form]
    example = min(new, key=new.__getitem__)
    return (
        f"read {IN_WORDS[YEAR_DAY]}, such as {example.strip()} for {new[example]}, because that makes every day the "
        "first of a month. A spreadsheet has probably swapped day and month."
    )


def _such_as(decision: str, example: str, rewritten: Mapping[str, str]) -> str:
    return f"{decision}, such as {example.strip()} for {rewritten[example]}."


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
        new[spelling] = f"{year}-{month:02}-{day:02}"
    return new
