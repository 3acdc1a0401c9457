"""Reads the dates of a column, and decides from all of its values whether the day or the month comes first.

`01/05/2024` is the first of May to most of the world and the fifth of January to the United States. Nothing is guessed:
a value above 12 can only be a day; a column of months has days that are all 1. Where the values leave both orders open,
and they mean different days, the user is asked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from partner_score.intake.days import MONTHS

ORDER_VARIABLE = "PARTNER_CENTER_DATE_ORDER"
DAY_FIRST, MONTH_FIRST, YEAR_FIRST = "dmy", "mdy", "ymd"
IN_WORDS = {
    DAY_FIRST: "day first (day/month/year)",
    MONTH_FIRST: "month first (month/day/year)",
    YEAR_FIRST: "year first (year/month/day)",
}
# Values of the other order are taken for typing errors, which are set aside, up to this share.
TYPING_ERRORS = 0.05
# Where a year has two digits: years that a report can speak of.
FIRST_YEAR, LAST_YEAR = 2015, 2045
# The days from 2010 to 2050 as Excel counts them, from the day before 1900.
SERIAL_DAYS = (40179, 55153)
EXCEL_DAY_0 = date(1899, 12, 30)

_CLOCK = r"(?:[01]?\d|2[0-3]):[0-5]?\d(?::[0-5]?\d(?:[.,]\d+)?)?(?:\s*[AaPp]\.?[Mm]\.?)?"
_TIME = rf"(?:(?:\s*T\s*|\s+){_CLOCK}\s*(?:Z|UTC|GMT|[+-]\d\d:?\d\d)?)?"
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+)?"
_MONTH = rf"({'|'.join(sorted(MONTHS, key=len, reverse=True))})\.?"
_GAP = r"[-/ ,.]*"

# What staging reads as it is (macros parse_date and parse_month).
_STAGING_CLOCK = (
    r"(?:(?:[01]?\d|2[0-3]):[0-5]?\d(?::[0-5]?\d(?:\.\d{1,6}|Z)?)?"
    r"|(?:0?[1-9]|1[0-2]):[0-5]?\d(?::[0-5]?\d)? [AaPp][Mm])"
)
PLAIN = re.compile(rf"\d{{4}}-\d\d?-\d\d?(?:[ T]{_STAGING_CLOCK})?")
PLAIN_MONTH_NAME = re.compile(r"[A-Za-z]{3}-\d{4}")
PLAIN_MONTH_FIRST = re.compile(rf"\d\d?/\d\d?/\d{{4}}(?: {_STAGING_CLOCK})?")

IN_ORDER = re.compile(rf"(\d{{1,2}})([/.-])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){_TIME}")
YEAR_IN_FRONT = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_TIME}")
DIGITS = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
MONTH_DIGITS = re.compile(r"(20\d\d)(0[1-9]|1[0-2])")
YEAR_MONTH = re.compile(r"(\d{4})\s*[-/.]\s*(\d{1,2})")
MONTH_YEAR = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{4})")
NAME_YEAR = re.compile(rf"{_MONTH}{_GAP}'?(\d{{4}}|\d{{2}})", re.IGNORECASE)
YEAR_NAME = re.compile(rf"(\d{{4}}){_GAP}{_MONTH}", re.IGNORECASE)
DAY_NAME_YEAR = re.compile(
    rf"{_WEEKDAY}(\d{{1,2}})(?:st|nd|rd|th)?{_GAP}{_MONTH}{_GAP}(\d{{4}}|\d{{2}}){_TIME}", re.IGNORECASE
)
NAME_DAY_YEAR = re.compile(rf"{_WEEKDAY}{_MONTH}\s*(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}}){_TIME}", re.IGNORECASE)
SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")


class DateOrderError(Exception):
    """The values of a column can be read in several orders. The message says which values, and what to do."""


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
class _Group:
    """Values of three numbers with one separator.

    Attributes:
        separator: what stands between the numbers.
        has_short_year: whether the year has two digits.
    """

    separator: str
    has_short_year: bool


@dataclass
class Dates:
    """What becomes of the dates of a column.

    Attributes:
        rewritten: per spelling that has to change, the date as year-month-day.
        order: the order that was decided, `dmy`, `mdy` or `ymd`; None where every value says its order itself.
        remarks: what was decided, a sentence each.
    """

    rewritten: dict[str, str] = field(default_factory=dict)
    order: str | None = None
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
    dates = Dates()
    groups: dict[_Group, dict[str, int]] = {}
    forms: dict[str, list[str]] = {}
    for spelling, count in spellings.items():
        text = _trimmed(spelling)
        match = IN_ORDER.fullmatch(text)
        if match:
            groups.setdefault(_Group(match.group(2), len(match.group(4)) == 2), {})[spelling] = count
        elif PLAIN.fullmatch(text) or (kind == "month" and PLAIN_MONTH_NAME.fullmatch(text)):
            if text != spelling.strip(" "):
                dates.rewritten[spelling] = text
        else:
            form, day = _one_order(text, kind)
            if day:
                dates.rewritten[spelling] = day
                forms.setdefault(form, []).append(spelling)
    for group, values in groups.items():
        parts = {spelling: _parts(spelling) for spelling in values}
        order = _order_of(group, kind, parts, values) or _asked(parts, asked)
        dates.order = order if dates.order in (None, order) else f"{dates.order}, {order}"
        new = _rewritten(group, order, parts)
        dates.rewritten |= new
        if new and not _is_plain(group, order):
            example = min(new)
            dates.remarks.append(
                f"Column {column}: read {IN_WORDS[order]}, such as {example.strip()} for {new[example]}."
            )
    dates.remarks += [
        f"Column {column}: {form}, such as {examples[0].strip()} for {dates.rewritten[examples[0]]}."
        for form, examples in forms.items()
    ]
    return dates


def date_order(evidence: Evidence, kind: str) -> str | None:
    """Return the order that the values of a column have, `dmy` or `mdy`, or None when they leave both open.

    Arguments:
        evidence: what the values say.
        kind: what the column's dates name: a `month` or a `day`.
    """
    if kind == "month" and evidence.is_first_one != evidence.is_second_one:
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


def _trimmed(spelling: str) -> str:
    return re.sub(r"\s+", " ", spelling.replace("\u200b", "").replace("\ufeff", "")).strip()


def _order_of(
    group: _Group, kind: str, parts: Mapping[str, tuple[int, int, int]], counts: Mapping[str, int]
) -> str | None:
    """The order that values of three numbers say; None where they leave it open."""
    if group.has_short_year:
        return _short_year_order(kind, parts, counts)
    evidence = _evidence(parts, counts)
    if evidence is None:
        return MONTH_FIRST
    order = date_order(evidence, kind)
    has_no_other = not (evidence.first_above_12 or evidence.second_above_12) and order is None
    if group.separator == "." and (has_no_other or not evidence.open_values):
        # Nobody writes the month first with dots (Unicode CLDR has no such pattern in any locale).
        return DAY_FIRST
    return order


def _is_plain(group: _Group, order: str) -> bool:
    """Whether staging reads such values as they are."""
    return order == MONTH_FIRST and group.separator == "/" and not group.has_short_year


def _rewritten(group: _Group, order: str, parts: Mapping[str, tuple[int, int, int]]) -> dict[str, str]:
    """The values that have to change, as year-month-day."""
    new = {}
    for spelling, numbers in parts.items():
        text = _trimmed(spelling)
        if _is_plain(group, order) and PLAIN_MONTH_FIRST.fullmatch(text):
            if text != spelling.strip(" "):
                new[spelling] = text
            continue
        year, month, day = _in_order(order, numbers)
        # Not checked on purpose: what is no day in this order must not become one in staging, by the other order.
        new[spelling] = f"{year if year > 99 else 2000 + year}-{month:02}-{day:02}"
    return new


def _in_order(order: str, numbers: tuple[int, int, int]) -> tuple[int, int, int]:
    """Year, month and day of three numbers."""
    return tuple(numbers[order.index(letter)] for letter in "ymd")


def _parts(spelling: str) -> tuple[int, int, int]:
    match = IN_ORDER.fullmatch(_trimmed(spelling))
    return int(match.group(1)), int(match.group(3)), int(match.group(4))


def _asked(parts: Mapping[str, tuple[int, int, int]], asked: str | None) -> str:
    """The order that the user asks for, where the values leave it open."""
    if asked in (DAY_FIRST, MONTH_FIRST):
        return asked
    if asked:
        raise DateOrderError(f"{ORDER_VARIABLE} is {asked!r}. Set it to {DAY_FIRST} or {MONTH_FIRST}")
    differing = sorted(_trimmed(spelling) for spelling, (first, second, _) in parts.items() if first != second)
    raise DateOrderError(
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
        tuple(sorted(_trimmed(spelling) for spelling, (first, second) in possible.items() if first != second)[:2]),
    )


def _short_year_order(kind: str, parts: Mapping[str, tuple[int, int, int]], counts: Mapping[str, int]) -> str | None:
    """The only order in which nearly all dates with years of two digits are dates, and months the first of one."""
    for is_first_of_month in (True, False) if kind == "month" else (False,):
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
    year, month, day = _in_order(order, numbers)
    return _date(2000 + year, month, day) if FIRST_YEAR <= 2000 + year <= LAST_YEAR else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _one_order(text: str, kind: str) -> tuple[str, str | None]:
    """The date of a text whose form leaves no choice, with a name of the form; None for what is no date."""
    if match := YEAR_IN_FRONT.fullmatch(text) or DIGITS.fullmatch(text):
        year, month, day = (int(group) for group in (match.group(1), *match.groups()[-2:]))
        return "read year first", _iso(_date(year, month, day))
    if match := DAY_NAME_YEAR.fullmatch(text):
        return "read by the month's name", _iso(_named(match.group(3), match.group(2), match.group(1)))
    if match := NAME_DAY_YEAR.fullmatch(text):
        return "read by the month's name", _iso(_named(match.group(3), match.group(1), match.group(2)))
    if (match := SERIAL.fullmatch(text)) and SERIAL_DAYS[0] <= int(match.group(1)) <= SERIAL_DAYS[1]:
        return "days as Excel counts them", _iso(EXCEL_DAY_0 + timedelta(days=int(match.group(1))))
    return ("read as a month", _month(text)) if kind == "month" else ("", None)


def _month(text: str) -> str | None:
    """The first day of a month that is written without a day."""
    if match := YEAR_MONTH.fullmatch(text) or MONTH_DIGITS.fullmatch(text):
        return _iso(_date(int(match.group(1)), int(match.group(2)), 1))
    if match := MONTH_YEAR.fullmatch(text):
        return _iso(_date(int(match.group(2)), int(match.group(1)), 1))
    if match := YEAR_NAME.fullmatch(text):
        return _iso(_named(match.group(1), match.group(2), "1"))
    if match := NAME_YEAR.fullmatch(text):
        return _iso(_named(match.group(2), match.group(1), "1"))
    return None


def _named(year: str, month: str, day: str) -> date | None:
    number = int(year) if len(year) == 4 else 2000 + int(year)
    # May-01 is the first of May of a year that is lost, not May 2001.
    if len(year) == 2 and not FIRST_YEAR <= number <= LAST_YEAR:
        return None
    return _date(number, MONTHS[month.lower().rstrip(".")], int(day))


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def month_of(spelling: str, dates: Dates) -> str | None:
    """The month of a spelling of a column, as 2024-05; None for what is no date."""
    text = dates.rewritten.get(spelling, _trimmed(spelling))
    if match := re.match(r"(\d{4})-(\d\d?)-", text):
        year, month = match.groups()
    elif match := re.match(r"(\d\d?)/\d\d?/(\d{4})", text):
        month, year = match.groups()
    elif match := re.fullmatch(r"([A-Za-z]{3})-(\d{4})", text):
        month, year = MONTHS.get(match.group(1).lower(), 0), match.group(2)
    else:
        return None
    return f"{year}-{int(month):02}" if 1 <= int(month) <= 12 else None
