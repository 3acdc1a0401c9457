"""Finds the day on which an export was taken: in its folder, its name, or its time stamp."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import PurePosixPath

from partner_score.intake.errors import refusal

EXPORT_FOLDER_PREFIX = "export_date="
# The partner capability score began in 2022, and its reports reach back two years: earlier digits are no day of one.
FIRST_YEAR = 2015

MONTH_NAMES = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september", "october"),
    *("november", "december"),
)
MONTHS = {name[:length]: number for number, name in enumerate(MONTH_NAMES, start=1) for length in (3, 9)} | {"sept": 9}
_MONTH = "(" + "|".join(sorted(MONTHS, key=len, reverse=True)) + ")"

GUID = re.compile(r"[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", re.IGNORECASE)
_SEPARATOR = r"[-_. ]"
YEAR_FIRST = re.compile(rf"(?<!\d)(20\d\d)({_SEPARATOR})(\d{{1,2}})\2(\d{{1,2}})(?!\d)")
YEAR_LAST = re.compile(rf"(?<!\d)(\d{{1,2}})({_SEPARATOR})(\d{{1,2}})\2(20\d\d)(?!\d)")
# Eight digits, alone or with a time behind them, also straight behind a word as in AzureUsage20240620.
DIGITS = re.compile(r"(?<![0-9])(20\d\d)(\d\d)(\d\d)(?:[T_-]?\d{4}(?:\d\d)?Z?)?(?![0-9A-Za-z])", re.IGNORECASE)
DAY_MONTH_NAME = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)?{_SEPARATOR}*{_MONTH}{_SEPARATOR}*,?{_SEPARATOR}*(20\d\d)(?!\d)", re.IGNORECASE
)
MONTH_NAME_DAY = re.compile(
    rf"(?<![a-z]){_MONTH}{_SEPARATOR}*(\d{{1,2}})(?:st|nd|rd|th)?,?{_SEPARATOR}+(20\d\d)(?!\d)", re.IGNORECASE
)


@dataclass(frozen=True)
class ExportDay:
    """When an export was taken.

    Attributes:
        day: the day.
        whence: `export_date folder`, `file name`, `sheet name`, `folder name` or `file time`.
        remark: what a reader should know of it; None where the day is said plainly.
    """

    day: date
    whence: str
    remark: str | None = None


def export_day(
    source_file: str, modified: datetime, today: date, sheet: str | None = None, is_sheet_first: bool = False
) -> ExportDay:
    """Say when an export was taken.

    Arguments:
        source_file: its path below the folder of exports, with `/`; archives count as folders.
        modified: its time stamp.
        today: the day after which no export can have been taken.
        sheet: the sheet of a workbook that it is.
        is_sheet_first: whether the sheet's day counts before the workbook's: each report of the workbook has its own.

    Returns:
        The day of the nearest folder export_date=YYYY-MM-DD; else a day in the file's name; else in the sheet's; else
        in the nearest folder's name; else that of the time stamp. Days to come are no days of an export.

    Raises:
        ExportError: a folder export_date=... names no day.
    """
    path = PurePosixPath(source_file)
    for folder in path.parents:
        if folder.name.lower().startswith(EXPORT_FOLDER_PREFIX):
            return ExportDay(_folder_day(folder.name, source_file), "export_date folder")
    latest = today + timedelta(days=1)
    passed_over: list[date] = []
    names = [("file name", _stem(path.name)), ("sheet name", sheet or "")]
    names = [*(reversed(names) if is_sheet_first else names)]
    names += [("folder name", folder.name) for folder in path.parents if folder.name]
    for whence, name in names:
        found = days_in(name)
        passed_over += [day for day in found if day > latest]
        possible = sorted({day for day in found if day <= latest})
        if possible:
            return ExportDay(possible[-1], whence, _which(possible, whence))
    why = "no name has one that can be read in one way only"
    if passed_over:
        why = f"{passed_over[0]} in its name is a day to come"
    remark = f"The day is that of the file's time stamp, because {why}: see that it is the day of the download."
    return ExportDay(modified.date(), "file time", remark)


def days_in(name: str) -> list[date]:
    """Every day that a name of a file or folder says, in any of the usual forms.

    `20-06-2024` and `06-20-2024` are days only where one part is above 12 or both are equal. Digits of identifiers are
    no days.
    """
    text = GUID.sub(" ", name)
    found = []
    for pattern, order in ((YEAR_FIRST, (1, 3, 4)), (DIGITS, (1, 2, 3))):
        found += [
            _day(*(match.group(number) for number in order))
            for match in pattern.finditer(text)
            if pattern is not DIGITS or _stands_alone(text, match.start())
        ]
    for match in YEAR_LAST.finditer(text):
        first, second, year = match.group(1), match.group(3), match.group(4)
        if int(first) > 12 or first == second:
            found.append(_day(year, second, first))
        elif int(second) > 12:
            found.append(_day(year, first, second))
    found += [_day(year, MONTHS[month.lower()], day) for day, month, year in DAY_MONTH_NAME.findall(text)]
    found += [_day(year, MONTHS[month.lower()], day) for month, day, year in MONTH_NAME_DAY.findall(text)]
    return [day for day in found if day is not None and day.year >= FIRST_YEAR]


def _stands_alone(text: str, start: int) -> bool:
    """Whether digits begin a word, or end one that is more than the letters of a hexadecimal number."""
    before = re.search(r"[A-Za-z0-9]*$", text[:start]).group()
    return not before or (before.isalpha() and not re.fullmatch("[a-fA-F]*", before))


def _stem(name: str) -> str:
    return re.sub(r"(\.(csv|tsv|txt|tab|xls[xmb]?|parquet|gz|zip))+$", "", name, flags=re.IGNORECASE)


def _day(year: str, month: str | int, day: str) -> date | None:
    return date_or_none(int(year), int(month), int(day))


def date_or_none(year: int, month: int, day: int) -> date | None:
    """The date of three numbers, where there is one."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _which(possible: list[date], whence: str) -> str | None:
    if len(possible) == 1:
        return None
    return f"The {whence} has {len(possible)} days; the export is taken to be of the last, {possible[-1]}."


def _folder_day(name: str, source_file: str) -> date:
    text = name[len(EXPORT_FOLDER_PREFIX) :]
    try:
        # fromisoformat also takes 20240520 and 2024-W21-1.
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise refusal(source_file, f"the folder {name} does not name a day. Rename it like export_date=2024-05-20")
    return day
