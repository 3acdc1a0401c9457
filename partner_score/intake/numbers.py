"""Decides from a column's numbers what separates their decimals and their thousands.

`1,234` is a thousand and more to some and a little more than one to others, and so is `1.234`. A comma before one, two,
four or more digits can only be a decimal comma; what stands more than once, or before the other one, can only separate
thousands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

COMMA, POINT = "comma", "point"
MINUS_BEFORE, MINUS_BEHIND, PARENTHESES = "minus", "minus behind", "parentheses"
# Of an amount 1,234 is open. Users and seats are whole: they have thousands and no decimals.
AMOUNT, COUNT = "amount", "count"

# Around a number: blanks of every kind, a currency, and the minus signs that word processors and locales write.
DOLLARS = r"US\s?\$|\$\s?US|\$|(?i:USD)"
# A sum in one of these is no sum in US dollars.
OTHER_CURRENCIES = (
    r"[€£¥₹]|(?!US)[A-Z]{1,2}\$|"
    "(?i:EURO?|GBP|CHF|JPY|CNY|INR|CAD|AUD|NZD|SGD|HKD|SEK|NOK|DKK|PLN|CZK|HUF|RON|TRY|BRL|MXN|ZAR|KRW|ILS)"
)
MINUS = "\u2212\u2013-"
_SPACES = " \u00a0\u202f\u2009"
_THOUSANDS_ONLY = f"{_SPACES}'\u2019"
_CURRENCY = rf"\s*({DOLLARS}|{OTHER_CURRENCIES})?\s*"
NUMBER = re.compile(
    rf"{_CURRENCY}(?P<before>[+({MINUS}]?){_CURRENCY}"
    rf"(?P<digits>\d[\d.,{_THOUSANDS_ONLY}]*|[.,]\d+)(?P<exponent>(?<=[\d.,])[eE][+-]?\d{{1,3}})?"
    rf"{_CURRENCY}(?P<behind>[){MINUS}]?){_CURRENCY}"
)
# How Excel's accounting format writes zero.
DASH = re.compile(rf"\s*(?:{DOLLARS})?\s*[{MINUS}]\s*(?:{DOLLARS})?\s*")
# What every engine reads as it is.
PLAIN = r"[ ]*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?[ ]*"
# What can only have a decimal comma, and nothing around it. A file may have millions of them.
DECIMAL_COMMA = r"-?[0-9]+,([0-9]{1,2}|[0-9]{4,})"
_GROUPED_ONCE = re.compile(r"[1-9]\d{0,2}([.,])\d{3}")


_EXPORT_AGAIN = (
    "Download the report again as CSV and put it here without opening it in Excel, or save the column as plain "
    "numbers, without thousands separators and with a decimal point"
)


class NumberError(Exception):
    """The numbers of a column can be read in two ways. The message says which values, and what to do."""


@dataclass
class Evidence:
    """The spellings of a column's numbers, by what they say.

    Attributes:
        comma: those that can only have a decimal comma, or points between thousands.
        point: those that can only have a decimal point, or commas between thousands.
        open_comma: those like 1,234.
        open_point: those like 1.234.
        other_currency: those in euros, or in another currency that is not US dollars.
        whole: how many values are whole numbers without any separator.
    """

    comma: list[str] = field(default_factory=list)
    point: list[str] = field(default_factory=list)
    open_comma: list[str] = field(default_factory=list)
    open_point: list[str] = field(default_factory=list)
    other_currency: list[str] = field(default_factory=list)
    whole: int = 0


@dataclass(frozen=True)
class Spelling:
    """The parts of a number as it is written.

    Attributes:
        digits: its digits with all that separates them.
        exponent: `E-05` of `1.5E-05`; nothing elsewhere.
        sign: what says that it is negative: `minus`, `minus behind` or `parentheses`; None where nothing does.
        is_dollars: whether it has no currency, or that of the reports.
    """

    digits: str
    exponent: str
    sign: str | None
    is_dollars: bool


def spelling_of(text: str) -> Spelling | None:
    """Take a number apart; None for what is none, whatever separates its decimals."""
    match = NUMBER.fullmatch(text)
    if not match:
        return None
    before, behind = match["before"], match["behind"]
    # One sign at most, and parentheses in pairs.
    if (before == "(") != (behind == ")") or (before and behind not in ("", ")")):
        return None
    sign = {"": None, "(": PARENTHESES, "+": None}.get(before, MINUS_BEFORE)
    if behind and behind != ")":
        sign = MINUS_BEHIND
    return Spelling(match["digits"].rstrip(_SPACES), match["exponent"] or "", sign, not _other_currency(match))


def is_dash(text: str) -> bool:
    """Whether a text is a dash alone, or one with the sign of the dollar."""
    return DASH.fullmatch(text) is not None


def _other_currency(match: re.Match) -> bool:
    return any(part and re.fullmatch(OTHER_CURRENCIES, part) for part in match.groups())


def evidence_of(spellings: Mapping[str, int]) -> Evidence:
    """Sort the spellings of a column's numbers by what they say."""
    evidence = Evidence()
    for text, count in spellings.items():
        spelling = spelling_of(text)
        if spelling is None:
            continue
        if not spelling.is_dollars:
            evidence.other_currency.append(text)
            continue
        # What has an exponent has no thousands.
        once = None if spelling.exponent else _GROUPED_ONCE.fullmatch(spelling.digits)
        if once:
            (evidence.open_comma if once.group(1) == "," else evidence.open_point).append(text)
        elif is_number(spelling, COMMA) != is_number(spelling, POINT):
            (evidence.comma if is_number(spelling, COMMA) else evidence.point).append(text)
        elif spelling.digits.isdigit():
            evidence.whole += count
    return evidence


def decimal_sign(evidence: Evidence, kind: str, of_file: str | None, may_group_by_points: bool = False) -> str | None:
    """Say what separates decimals in a column: `comma` or `point`; None where the column does not need to know.

    Arguments:
        evidence: its spellings.
        kind: `amount`, or `count` for whole numbers.
        of_file: what the other columns of the file use, where they say it.
        may_group_by_points: whether the program that wrote the file may separate thousands by points.

    Raises:
        NumberError: the values contradict each other, or leave open what they mean.
    """
    if evidence.comma and evidence.point:
        raise _contradiction(evidence.comma[0], evidence.point[0])
    if evidence.comma or evidence.point:
        return COMMA if evidence.comma else POINT
    if evidence.open_comma and evidence.open_point:
        raise _contradiction(evidence.open_comma[0], evidence.open_point[0])
    if kind == COUNT and evidence.open_comma:
        return POINT
    if kind == COUNT and evidence.open_point:
        return _sign_of_counts(evidence, of_file)
    open_values = evidence.open_comma or evidence.open_point
    if open_values and not of_file and (evidence.open_comma or may_group_by_points):
        raise _open(open_values)
    # Else a point is the decimal sign, as in every export as it was downloaded.
    return of_file if open_values else None


def _sign_of_counts(evidence: Evidence, of_file: str | None) -> str:
    if of_file:
        return of_file
    if all(spelling.strip().endswith(".000") for spelling in evidence.open_point) and not evidence.whole:
        return POINT
    if evidence.whole:
        return COMMA
    raise _open(evidence.open_point)


def plain_number(text: str, sign: str) -> str | None:
    """A number with a decimal point and without thousands; None for what is no number by this decimal sign."""
    spelling = spelling_of(text)
    if spelling is None or not spelling.is_dollars or not is_number(spelling, sign):
        return None
    thousands = "." if sign == COMMA else ","
    digits = re.sub(f"[{_THOUSANDS_ONLY}{thousands}]", "", spelling.digits).replace(",", ".")
    return f"{'-' if spelling.sign else ''}{digits}{spelling.exponent}"


def is_number(spelling: Spelling, sign: str) -> bool:
    """Whether it is a number by a decimal sign, thousands grouped by three if at all."""
    return _pattern(sign, bool(spelling.exponent)).fullmatch(spelling.digits) is not None


@cache
def _pattern(sign: str, has_exponent: bool) -> re.Pattern:
    decimal, thousands = (",", "[.") if sign == COMMA else ("[.]", "[,")
    groups = rf"[1-9]\d{{0,2}}(?:({thousands}{_THOUSANDS_ONLY}])\d{{3}}(?:\1\d{{3}})*)?|\d+"
    whole = r"\d+" if has_exponent else groups
    return re.compile(rf"(?:{whole})(?:{decimal}\d*)?|{decimal}\d+")


def _contradiction(one: str, other: str) -> NumberError:
    return NumberError(f"{_pair(one, other)} contradict each other. {_EXPORT_AGAIN}")


def _open(values: list[str]) -> NumberError:
    """Say that values may be thousands or decimals, and how the first is written so that it is only one of them."""
    first, *_, last = [*sorted(values), max(values)]
    digits = spelling_of(first).digits.replace(",", ".")
    plain = f"{digits.replace('.', '')} or {digits}0"
    return NumberError(f"{_pair(first, last)} may be thousands or decimals. {_EXPORT_AGAIN}, such as {plain}")


def _pair(one: str, other: str) -> str:
    return one.strip() if one == other else f"{one.strip()} and {other.strip()}"
