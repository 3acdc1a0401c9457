"""Notices dates that a spreadsheet changed when it opened a file and saved it again.

Excel takes `5/1/2023` for the fifth of January where the day comes first, and `Apr-24` for 24 April of the year in
which it opens the file; of `2023.10` it drops the zero. What it saved looks like any date; only all values of a column
together show it.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sized
from datetime import date

from partner_score.intake.date_forms import is_year_in_front, trimmed
from partner_score.intake.errors import DOWNLOAD_AGAIN, TYPING_ERRORS, DateError

# By chance, five days that all lie in the first twelve of a month and, written otherwise, five that all lie behind them
# are one column in a thousand: (12/30)^5 * (18/30)^5.
ENOUGH_DAYS = 5
# Of two years and a month, the first may be of the third year before that of the export.
YEARS_OF_A_REPORT = 3
YEAR_POINT_MONTH = re.compile(r"(\d{4})\s?\.\s?(\d{1,2})")


def months_without_zero(spellings: Iterable[str], latest: date) -> tuple[dict[str, str], str | None]:
    """Read months such as 2023.1: January, or October whose zero a spreadsheet dropped.

    Arguments:
        spellings: those of a column that were read as months.
        latest: the day of the export, after which it has no month.

    Returns:
        Per such spelling the month as year-month-day, and what was decided; nothing where there is none.

    Raises:
        DateError: the other months of the column leave it open.
    """
    found = {spelling: match for spelling in spellings if (match := YEAR_POINT_MONTH.fullmatch(trimmed(spelling)))}
    years = {spelling: match.group(1) for spelling, match in found.items() if match.group(2) == "1"}
    if not years:
        return {}, None
    months = {match.group(2) for match in found.values()}
    has_zero_in_front = any(month.startswith("0") for month in months)
    example, year = trimmed(min(years)), years[min(years)]
    if has_zero_in_front and "10" not in months and months.isdisjoint("23456789"):
        month, why = "10", "months before October have a zero in front, and a spreadsheet drops the one behind"
    elif "10" in months and not has_zero_in_front:
        month, why = "01", "October has kept its zero"
    elif all(date(int(year), 10, 1) > latest for year in years.values()):
        month, why = "01", "October had not come"
    else:
        raise DateError(
            f"{example} can be January or October {year}, because a spreadsheet drops the zero of {year}.10. "
            f"{DOWNLOAD_AGAIN}, or write the months as {year}-01 and {year}-10"
        )
    new = {spelling: f"{year}-{month}-01" for spelling, year in years.items()}
    return new, f"{example} is {year}-{month}, because {why}."


def swapped_months(days: Mapping[str, date], latest: date) -> dict[str, str]:
    """The first days of months whose day and month were swapped, so that all of them lie in January.

    Arguments:
        days: the day of every spelling of a column of months.
        latest: the day of the export, after which it has no month.

    Returns:
        Per spelling that has to change, the month as year-month-day. Empty where a value lies in another month, because
        then no order makes every day the first; and where one day alone would have to change, which may be what it is.
    """
    turned = {spelling: day for spelling, day in days.items() if day.day > 1}
    is_january = all(day.month == 1 for day in days.values())
    if not is_january or not _may_be_swapped(turned, latest) or not _are_several(turned):
        return {}
    if not all(is_year_in_front(trimmed(spelling)) for spelling in turned):
        return {}
    return {spelling: f"{day.year}-{day.day:02}-01" for spelling, day in turned.items()}


def odd_days(days: Mapping[str, date]) -> dict[str, date]:
    """The days that stand for no month: neither its first day nor its last."""
    return {spelling: day for spelling, day in days.items() if 1 < day.day < monthrange(day.year, day.month)[1]}


def check_odd_days(days: Mapping[str, date], counts: Mapping[str, int], latest: date) -> str | None:
    """Say which days of a column of months are neither the first nor the last of one, if there are any.

    Any day means its month. But where a spreadsheet made them of other months, it means another one.

    Arguments:
        days: the day of every spelling.
        counts: every spelling with the number of values that have it.
        latest: the day of the export, after which it has no month.

    Raises:
        DateError: all of them are as a spreadsheet makes them, and they are more than typing errors explain.
    """
    odd = odd_days(days)
    if not odd:
        return None
    rows, all_rows = _rows(odd, counts), _rows(days, counts)
    example = min(odd)
    cause = _cause(odd, days, latest)
    if cause and rows > TYPING_ERRORS * all_rows:
        raise DateError(
            f"{rows:,} of {all_rows:,} rows have a day that is neither the first nor the last of a month, such as "
            f"{_shown(example, odd[example])}. {cause}. {DOWNLOAD_AGAIN}. If the day is right, write the month like "
            f"{odd[example]:%Y-%m}"
        )
    have = "row has" if rows == 1 else "rows have"
    return (
        f"{rows:,} {have} a day that is neither the first nor the last of a month, such as "
        f"{_shown(example, odd[example])}; it counts for its month."
    )


def check_half_turned(days: Mapping[str, date], orders: Mapping[str, str]) -> str | None:
    """See that a column of days is not half turned: days up to 12 swapped, the others left as texts.

    Arguments:
        days: the day of every spelling.
        orders: the order, `dmy` or `mdy`, in which a spelling of three numbers was read.

    Returns:
        What a person should look at, where it looks so, but the days are too few to tell.

    Raises:
        DateError: it is half turned.
    """
    for order in sorted(set(orders.values())):
        texts = {spelling: day for spelling, day in days.items() if orders.get(spelling) == order}
        # A day such as 2023-05-05 is the same either way.
        others = {
            spelling: day for spelling, day in days.items() if orders.get(spelling) != order and day.day != day.month
        }
        late = {spelling: day for spelling, day in texts.items() if day.day > 12}
        early = {spelling: day for spelling, day in others.items() if day.day <= 12}
        if not (_are_nearly_all(late, texts) and _are_nearly_all(early, others)):
            continue
        example = min(early)
        seen = (
            f"days above 12 are written like {trimmed(min(late))}, days up to 12 like {_shown(example, early[example])}"
        )
        if min(len(set(late.values())), len(set(early.values()))) < ENOUGH_DAYS:
            return (
                f"{seen}. That is so where Excel swapped day and month of the dates that it could read. They are too "
                "few to tell; see that they are right."
            )
        raise DateError(
            f"{seen}. Excel has probably swapped day and month of the dates that it could read, and left the others as "
            f"they were. {DOWNLOAD_AGAIN}. If rows of two files were put together here, put each file here by itself"
        )
    return None


def _are_nearly_all(some: Sized, of: Sized) -> bool:
    """Whether some of the days are all but typing errors, and there are any."""
    return len(some) > 0 and len(of) - len(some) <= TYPING_ERRORS * len(of)


def _may_be_swapped(odd: Mapping[str, date], latest: date) -> bool:
    """Whether the days can be first days of months whose day and month were swapped."""
    return all(
        # A time behind a T is no form in which a spreadsheet saves a date.
        day.month == 1 and day.day <= 12 and date(day.year, day.day, 1) <= latest and "T" not in trimmed(spelling)
        for spelling, day in odd.items()
    )


def _may_be_years(odd: Mapping[str, date], latest: date) -> bool:
    """Whether the days can be the years of months such as Apr-24, taken for days of the year of opening."""
    first_year = latest.year - YEARS_OF_A_REPORT
    is_one_year = len({day.year for day in odd.values()}) == 1
    return is_one_year and all(first_year <= 2000 + day.day <= day.year for day in odd.values())


def _are_several(odd: Mapping[str, date]) -> bool:
    """Whether there are different days. One may be a habit, such as the 10th of every month."""
    return len({day.day for day in odd.values()}) > 1


def _cause(odd: Mapping[str, date], days: Mapping[str, date], latest: date) -> str | None:
    """What a spreadsheet probably did to days that stand for no month; None where it makes no such days."""
    example = odd[min(odd)]
    is_january = all(day.month == 1 for day in days.values())
    if _may_be_swapped(odd, latest) and (_are_several(odd) or is_january):
        return f"Excel has probably swapped day and month: {example} was {example.year}-{example.day:02}-01"
    if _may_be_years(odd, latest) and _are_several(odd):
        return (
            "Excel has probably taken months such as Apr-24 for days of the year in which it opened the file: "
            f"{example} was {2000 + example.day}-{example.month:02}"
        )
    return None


def _shown(spelling: str, day: date) -> str:
    text = trimmed(spelling)
    return text if text.startswith(day.isoformat()) else f"{text} ({day})"


def _rows(days: Mapping[str, date], counts: Mapping[str, int]) -> int:
    return sum(counts[spelling] for spelling in days)
