"""Knows the forms in which dates are written, and reads those whose form leaves no choice."""

from __future__ import annotations

import re
from datetime import date, timedelta

from partner_score.intake.days import MONTHS, date_or_none
from partner_score.intake.month_names import in_english

# Where a year has two digits: years that a report can speak of.
FIRST_YEAR, LAST_YEAR = 2015, 2045
# The days from 2010 to 2050 as Excel counts them, from the day before 1900.
SERIAL_DAYS = (40179, 55153)
EXCEL_DAY_0 = date(1899, 12, 30)

# What is said of a month without a day.
AS_A_MONTH = "read as a month"

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
PLAIN = re.compile(rf"(\d{{4}})-(\d\d?)-(\d\d?)(?:[ T]{_STAGING_CLOCK})?")
PLAIN_MONTH_NAME = re.compile(r"([A-Za-z]{3})-(\d{4})")
PLAIN_MONTH_FIRST = re.compile(rf"(\d\d?)/(\d\d?)/(\d{{4}})(?: {_STAGING_CLOCK})?")

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


def trimmed(spelling: str) -> str:
    """A spelling without what cannot be seen: blanks at its edges and of odd kinds, marks of byte order."""
    return re.sub(r"\s+", " ", spelling.replace("\u200b", "").replace("\ufeff", "")).strip()


def is_plain(text: str, has_months: bool) -> bool:
    """Whether staging reads a text as it is, and it can mean one day alone.

    Arguments:
        text: a spelling, trimmed.
        has_months: whether the column may hold months without a day.
    """
    if has_months and (match := PLAIN_MONTH_NAME.fullmatch(text)):
        return match.group(1).lower() in MONTHS
    return PLAIN.fullmatch(text) is not None


def is_year_in_front(text: str) -> bool:
    """Whether a text is a date of numbers with the year in front, or a number of days as Excel counts them.

    These are the forms in which a program saves what it took for a date.
    """
    return any(form.fullmatch(text) for form in (PLAIN, YEAR_IN_FRONT, DIGITS, SERIAL))


def one_order(text: str, has_months: bool) -> tuple[str, str | None]:
    """The date of a text whose form leaves no choice, with a name of the form; None for what is no date.

    Arguments:
        text: a spelling, trimmed.
        has_months: whether the column may hold months without a day.
    """
    form, day = _in_english(text, has_months)
    if day is None and (english := in_english(text)):
        return "read by the month's name in another language than English", _in_english(english, has_months)[1]
    return form, day


def _in_english(text: str, has_months: bool) -> tuple[str, str | None]:
    if match := YEAR_IN_FRONT.fullmatch(text) or DIGITS.fullmatch(text):
        year, month, day = (int(group) for group in (match.group(1), *match.groups()[-2:]))
        return "read year first", _iso(date_or_none(year, month, day))
    if match := DAY_NAME_YEAR.fullmatch(text):
        return "read by the month's name", _iso(_named(match.group(3), match.group(2), match.group(1)))
    if match := NAME_DAY_YEAR.fullmatch(text):
        return "read by the month's name", _iso(_named(match.group(3), match.group(1), match.group(2)))
    if (match := SERIAL.fullmatch(text)) and SERIAL_DAYS[0] <= int(match.group(1)) <= SERIAL_DAYS[1]:
        return "days as Excel counts them", _iso(EXCEL_DAY_0 + timedelta(days=int(match.group(1))))
    return (AS_A_MONTH, _month(text)) if has_months else ("", None)


def day_of(text: str) -> date | None:
    """The day that staging makes of a text, of a month its first; None for what is no date there."""
    if match := PLAIN.fullmatch(text):
        return date_or_none(*map(int, match.groups()))
    if match := PLAIN_MONTH_FIRST.fullmatch(text):
        month, day, year = map(int, match.groups())
        return date_or_none(year, month, day)
    if (match := PLAIN_MONTH_NAME.fullmatch(text)) and match.group(1).lower() in MONTHS:
        return date_or_none(int(match.group(2)), MONTHS[match.group(1).lower()], 1)
    return None


def _month(text: str) -> str | None:
    """The first day of a month that is written without a day."""
    if match := YEAR_MONTH.fullmatch(text) or MONTH_DIGITS.fullmatch(text):
        return _iso(date_or_none(int(match.group(1)), int(match.group(2)), 1))
    if match := MONTH_YEAR.fullmatch(text):
        return _iso(date_or_none(int(match.group(2)), int(match.group(1)), 1))
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
    return date_or_none(number, MONTHS[month.lower().rstrip(".")], int(day))


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
