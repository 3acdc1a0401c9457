"""Knows the names of months and weekdays in the languages of Excel's users, and puts them into English."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from functools import cache

from partner_score.intake.days import MONTH_NAMES, MONTHS

# German, French, Dutch, Spanish, Italian, Portuguese, Polish, Swedish, Danish and Norwegian, and countries with names
# of their own.
LOCALES = ("de", "de_AT", "fr", "fr_CA", "nl", "es", "es_MX", "it", "pt", "pl", "sv", "da", "nb", "nn")
# Usual, and not in Unicode's CLDR: Mrz is what Windows and so Excel write in German.
MORE_NAMES = {"mrz": 3, "maerz": 3, "febr": 2, "setiembre": 9, "sett": 9}
# What stands between the parts of a date: 1 de mayo de 2024, 1er mai 2024, den 1 maj 2024.
FILLERS = {"de", "del", "den", "er"}
WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def in_english(text: str) -> str | None:
    """Put a date with the name of a month into English.

    Arguments:
        text: a spelling, trimmed.

    Returns:
        The text with the English name and without weekday and words such as `de`; None where nothing in it is of
        another language.
    """
    # A text without a digit is no date: the names need not be looked up for it.
    if not WORD.search(text) or not any(map(str.isdigit, text)):
        return None
    english = WORD.sub(lambda match: _translated(match.group()), text)
    return re.sub(r"\s+", " ", english).strip(" ,.") if english != text else None


def _translated(word: str) -> str:
    if word.lower() in MONTHS:
        return word
    name = _plain(word)
    if name in month_names():
        return MONTH_NAMES[month_names()[name] - 1]
    return "" if name in FILLERS or name in _weekday_names() else word


def _plain(word: str) -> str:
    """A word in lower case without accents."""
    letters = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


@cache
def month_names() -> dict[str, int]:
    """Every name and abbreviation of a month, without accents, with the month. One that means two is left out."""
    # Imported here, because hardly any file has such a name.
    from babel.dates import get_month_names  # noqa: PLC0415

    found: defaultdict[str, set[int]] = defaultdict(set)
    for name, number in (MONTHS | MORE_NAMES).items():
        found[name].add(number)
    for locale in LOCALES:
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in get_month_names(width, context, locale).items():
                    found[_plain(name).rstrip(".")].add(number)
    return {name: min(numbers) for name, numbers in found.items() if len(numbers) == 1}


@cache
def _weekday_names() -> set[str]:
    from babel.dates import get_day_names  # noqa: PLC0415

    return {
        _plain(name).rstrip(".")
        for locale in LOCALES
        for width in ("wide", "abbreviated")
        for name in get_day_names(width, "format", locale).values()
    }
