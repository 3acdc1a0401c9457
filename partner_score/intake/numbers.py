"""Decides from a column's numbers what separates their decimals and their thousands.

`1,234` is a thousand and more to some and a little more than one to others. A comma before one, two, four or more
digits can only be a decimal comma; what stands more than once, or before the other one, can only separate thousands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

COMMA, POINT = "comma", "point"
# Of an amount 1,234 is open. Users and seats are whole: they have thousands and no decimals.
AMOUNT, COUNT = "amount", "count"

# Around a number: blanks of every kind, a currency, and the minus signs that word processors and locales write.
CURRENCY = r"(?:US)?\$|USD"
MINUS = "\u2212\u2013-"
_SPACES = " \u00a0\u202f\u2009"
_THOUSANDS_ONLY = f"{_SPACES}'\u2019"
NUMBER = re.compile(
    rf"\s*(?:{CURRENCY})?\s*([+{MINUS}]?)\s*(?:{CURRENCY})?\s*(\d[\d.,{_THOUSANDS_ONLY}]*|[.,]\d+)\s*(?:{CURRENCY})?\s*"
)
# What every engine reads as it is.
PLAIN = r"[ ]*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?[ ]*"
_GROUPED_ONCE = re.compile(r"[1-9]\d{0,2}([.,])\d{3}")


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
        whole: how many values are whole numbers without any separator.
    """

    comma: list[str] = field(default_factory=list)
    point: list[str] = field(default_factory=list)
    open_comma: list[str] = field(default_factory=list)
    open_point: list[str] = field(default_factory=list)
    whole: int = 0


def evidence_of(spellings: Mapping[str, int]) -> Evidence:
    """Sort the spellings of a column's numbers by what they say."""
    evidence = Evidence()
    for spelling, count in spellings.items():
        digits = _digits(spelling)
        if digits is None:
            continue
        once = _GROUPED_ONCE.fullmatch(digits)
        if once:
            (evidence.open_comma if once.group(1) == "," else evidence.open_point).append(spelling)
        elif is_number(digits, COMMA) != is_number(digits, POINT):
            (evidence.comma if is_number(digits, COMMA) else evidence.point).append(spelling)
        elif digits.isdigit():
            evidence.whole += count
    return evidence


def decimal_sign(evidence: Evidence, kind: str, of_file: str | None) -> str | None:
    """Say what separates decimals in a column: `comma` or `point`; None where the column does not need to know.

    Arguments:
        evidence: its spellings.
        kind: `amount`, or `count` for whole numbers.
        of_file: what the other columns of the file use, where they say it.

    Raises:
        NumberError: the values contradict each other, or leave open what they mean.
    """
    if evidence.comma and evidence.point:
        raise NumberError(_open(evidence.comma[0], evidence.point[0], "contradict each other"))
    if evidence.comma or evidence.point:
        return COMMA if evidence.comma else POINT
    if evidence.open_comma and evidence.open_point:
        raise NumberError(_open(evidence.open_comma[0], evidence.open_point[0], "contradict each other"))
    if kind == COUNT and evidence.open_comma:
        return POINT
    if kind == COUNT and evidence.open_point:
        return _sign_of_counts(evidence, of_file)
    if evidence.open_comma:
        if of_file:
            return of_file
        examples = sorted(evidence.open_comma)
        raise NumberError(_open(examples[0], examples[-1], "may be thousands or decimals"))
    # A point is the decimal sign of every export as it was downloaded, unless the file shows otherwise.
    return of_file if evidence.open_point else None


def _sign_of_counts(evidence: Evidence, of_file: str | None) -> str:
    if of_file:
        return of_file
    if all(spelling.strip().endswith(".000") for spelling in evidence.open_point) and not evidence.whole:
        return POINT
    if evidence.whole:
        return COMMA
    examples = sorted(evidence.open_point)
    raise NumberError(_open(examples[0], examples[-1], "may be thousands or decimals"))


def plain_number(spelling: str, sign: str) -> str | None:
    """A number with a decimal point and without thousands; None for what is no number by this decimal sign."""
    digits = _digits(spelling)
    if digits is None or not is_number(digits, sign):
        return None
    minus = "-" if NUMBER.fullmatch(spelling).group(1) in [*MINUS] else ""
    return minus + re.sub(f"[{_THOUSANDS_ONLY}{'.' if sign == COMMA else ','}]", "", digits).replace(",", ".")


def is_number(digits: str, sign: str) -> bool:
    """Whether digits and separators are a number by a decimal sign, thousands grouped by three if at all."""
    decimal, thousands = (",", "[.") if sign == COMMA else ("[.]", "[,")
    groups = rf"[1-9]\d{{0,2}}(?:({thousands}{_THOUSANDS_ONLY}])\d{{3}}(?:\1\d{{3}})*)?|\d+"
    return re.fullmatch(rf"(?:{groups})(?:{decimal}\d*)?|{decimal}\d+", digits) is not None


def _digits(spelling: str) -> str | None:
    match = NUMBER.fullmatch(spelling)
    return match.group(2).rstrip(_SPACES) if match else None


def _open(one: str, other: str, problem: str) -> str:
    pair = one.strip() if one == other else f"{one.strip()} and {other.strip()}"
    return (
        f"{pair} {problem}. Export the report again as CSV without opening it in Excel, or save the column as plain "
        "numbers, without thousands separators and with a decimal point"
    )
