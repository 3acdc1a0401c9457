"""Marks up figures, so that each says which column of which mart it is: `tests/test_scorecard.py` compares them all.

`data-mart` and `data-key` on an element hold for everything inside; the keys of nested elements add up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus

from markupsafe import Markup, escape

from partner_score.outputs.scorecard import wording

# the same names and values stand in thousands of keys
_quoted = lru_cache(maxsize=10_000)(quote_plus)


def of(mart: str, row: Mapping[str, Any], *key: str) -> Markup:
    """Return the attributes that say which row of a mart the figures inside an element are of."""
    return _attributes(mart, {name: row[name] for name in key})


def derived(**key: Any) -> Markup:
    """Return the attributes for figures that are counted or subtracted from marts, by the name of each figure."""
    return _attributes("derived", key)


def _attributes(mart: str, key: Mapping[str, Any]) -> Markup:
    pairs = "&amp;".join(f"{name}={_quoted(str(value))}" for name, value in key.items())
    return Markup(f'data-mart="{mart}" data-key="{pairs}"' if pairs else f'data-mart="{mart}"')


def figure(row: Mapping[str, Any], column: str, form: Callable[..., str] = str, *options: Any) -> Markup:
    """Return a value of a row as an element: what `form` makes of it to read, beside the exact value."""
    return value(column, row[column], form, *options)


def value(column: str, exact: Any, form: Callable[..., str] = str, *options: Any) -> Markup:
    """Return a value as an element, under the name of its column."""
    if exact is None:
        return Markup(f'<data data-column="{column}" value="">{wording.NOTHING}</data>')
    text = escape(form(exact, *options))
    if isinstance(exact, date):
        return Markup(f'<time data-column="{column}" datetime="{exact}">{text}</time>')
    plain = f"{exact:f}" if isinstance(exact, Decimal) else escape(exact)
    return Markup(f'<data data-column="{column}" value="{plain}">{text}</data>')


def sentence(column: str, text: str) -> Markup:
    """Return a sentence with figures in it as an element. Its text is all there is to compare."""
    return Markup(f'<span data-column="{column}">{escape(text)}</span>')


def month_and_year(day: date) -> Markup:
    """Return a month with the year as an element, which may be hidden where there is little room."""
    return Markup(f'{day:%b}<span class="year"> {day:%Y}</span>')


def name(row: Mapping[str, Any], column: str) -> Markup:
    """Return a name that came from outside: as text, in its own writing direction whatever surrounds it."""
    return Markup(f'<bdi data-column="{column}">{escape(row[column])}</bdi>')
