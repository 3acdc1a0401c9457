"""Decides from all values of a column whether the day or the month comes first.

`01/05/2024` is the first of May to most of the world and the fifth of January to the United States. Nothing is guessed:
a value above 12 can only be a day; a column of months has days that are all 1. Where the values leave both orders open,
and they mean different days, the user is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from partner_score.intake.date_forms import FIRST_YEAR, IN_ORDER, LAST_YEAR, trimmed
from partner_score.intake.days import date_or_none
from partner_score.intake.errors import TYPING_ERRORS, DateError

ORDER_VARIABLE = "PARTNER_CENTER_DATE_ORDER"
DAY_FIRST, MONTH_FIRST, YEAR_FIRST, YEAR_DAY = "dmy", "mdy", "ymd", "ydm"
IN_WORDS = {
    DAY_FIRST: "day first (day/month/year)",
    MONTH_FIRST: "month first (month/day/year)",
    YEAR_FIRST: "year first (year/month/day)",
    YEAR_DAY: "year first and the day before the month (year/day/month)",
}


@dataclass(frozen=True)
class Evidence:
    """What the dates of a column say of their order.

    Attributes:
        count: values that may be a date in one order or the other.
        first_above_12: values whose first part can only be a day.
        second_above_12: values whose second part can only be a day.
        is_first_one: whether every first part is 1.
        is_second_one: whether every second part is 1.
        open_values: up to two values that are different days in the two orders.
    """

    count: int
    first_above_12: int
    second_above_12: int
    is_first_one: bool
    is_second_one: bool
    open_values: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """Values of three numbers with one separator.

    Attributes:
        separator: what stands between the numbers.
        has_short_year: whether the year has two digits.
    """

    separator: str
    has_short_year: bool


def date_order(evidence: Evidence, has_months: bool) -> str | None:
    """Return the order that the values of a column have, `dmy` or `mdy`, or None when they leave both open.

    Arguments:
        evidence: what the values say.
        has_months: whether the column's dates name months.
    """
    if has_months and evidence.is_first_one != evidence.is_second_one:
        # Parts above 12 on the other side are typing errors, or the days of one January: which, only few of them tell.
        order, against = (
            (DAY_FIRST, evidence.second_above_12) if evidence.is_first_one else (MONTH_FIRST, evidence.first_above_12)
        )
        return _majority(order, against, evidence.count - against)
    if evidence.first_above_12 or evidence.second_above_12:
        return _majority(MONTH_FIRST, evidence.first_above_12, evidence.second_above_12)
    return None if evidence.open_values else MONTH_FIRST


def _majority(order: str, against: int, in_favour: int) -> str | None:
    """The order, or the other one, when nearly all evidence is for it."""
    if against <= TYPING_ERRORS * (against + in_favour):
        return order
    if in_favour <= TYPING_ERRORS * (against + in_favour):
        return MONTH_FIRST if order == DAY_FIRST else DAY_FIRST
    return None


def order_of(
    group: Group, has_months: bool, parts: Mapping[str, tuple[int, int, int]], counts: Mapping[str, int]
) -> str | None:
    """The order that values of three numbers say; None where they leave it open.

    Arguments:
        group: what the values have in common.
        has_months: whether the column's dates name months.
        parts: the three numbers of every spelling.
        counts: every spelling with the number of values that have it.
    """
    if group.has_short_year:
        return _short_year_order(has_months, parts, counts)
    evidence = _evidence(parts, counts)
    if evidence is None:
        return MONTH_FIRST
    order = date_order(evidence, has_months)
    has_no_other = not (evidence.first_above_12 or evidence.second_above_12) and order is None
    if group.separator == "." and (has_no_other or not evidence.open_values):
        # Nobody writes the month first with dots (Unicode CLDR has no such pattern in any locale).
        return DAY_FIRST
    return order


def in_order(order: str, numbers: tuple[int, int, int]) -> tuple[int, int, int]:
    """Year, month and day of three numbers, the year with four digits."""
    year, month, day = (numbers[order.index(letter)] for letter in "ymd")
    return year if year > 99 else 2000 + year, month, day


def parts_of(spelling: str) -> tuple[int, int, int]:
    match = IN_ORDER.fullmatch(trimmed(spelling))
    return int(match.group(1)), int(match.group(3)), int(match.group(4))


def asked_order(parts: Mapping[str, tuple[int, int, int]], asked: str | None) -> str:
    """The order that the user asks for, where the values leave it open."""
    if asked in (DAY_FIRST, MONTH_FIRST):
        return asked
    if asked:
        raise DateError(f"{ORDER_VARIABLE} is {asked!r}. Set it to {DAY_FIRST} or {MONTH_FIRST}")
    differing = sorted(trimmed(spelling) for spelling, (first, second, _) in parts.items() if first != second)
    raise DateError(
        f"{' and '.join(differing[:2])} can be read day first or month first, and mean "
        f"different days. Set {ORDER_VARIABLE}={DAY_FIRST} if the day comes first, {ORDER_VARIABLE}={MONTH_FIRST} if "
        "the month does"
    )


def _evidence(parts: Mapping[str, tuple[int, int, int]], counts: Mapping[str, int]) -> Evidence | None:
    """Look at all values; None when none of them is a date in any order."""
    possible = {
        spelling: (first, second)
        for spelling, (first, second, _) in parts.items()
        if 1 <= min(first, second) <= 12 and max(first, second) <= 31
    }
    if not possible:
        return None
    return Evidence(
        sum(counts[spelling] for spelling in possible),
        sum(counts[spelling] for spelling, (first, _) in possible.items() if first > 12),
        sum(counts[spelling] for spelling, (_, second) in possible.items() if second > 12),
        all(first == 1 for first, _ in possible.values()),
        all(second == 1 for _, second in possible.values()),
        tuple(sorted(trimmed(spelling) for spelling, (first, second) in possible.items() if first != second)[:2]),
    )


def _short_year_order(
    has_months: bool, parts: Mapping[str, tuple[int, int, int]], counts: Mapping[str, int]
) -> str | None:
    """The only order in which nearly all dates with years of two digits are dates, and months the first of one."""
    for is_first_of_month in (True, False) if has_months else (False,):
        orders = {}
        for order in (DAY_FIRST, MONTH_FIRST, YEAR_FIRST):
            read = {spelling: _short_date(order, numbers) for spelling, numbers in parts.items()}
            right = sum(
                counts[spelling] for spelling, day in read.items() if day and not (is_first_of_month and day.day > 1)
            )
            if right >= (1 - TYPING_ERRORS) * sum(counts[spelling] for spelling in read):
                orders[order] = read
        if orders:
            is_one = all(read == next(iter(orders.values())) for read in orders.values())
            return next(iter(orders)) if is_one else None
    return None


def _short_date(order: str, numbers: tuple[int, int, int]) -> date | None:
    year, month, day = in_order(order, numbers)
    return date_or_none(year, month, day) if FIRST_YEAR <= year <= LAST_YEAR else None
