"""Marks up figures, so that each says which column of which mart it is: `tests/test_scorecard.py` compares them all.

`data-mart` and `data-key` on an element hold for everything inside; the keys of nested elements add up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from partner_score.scorecard import wording

ATTRIBUTES = Markup('data-mart="{}" data-key="{}"')
TIME = Markup('<time data-column="{}" datetime="{}">{}</time>')
DATA = Markup('<data data-column="{}" value="{}">{}</data>')
NAME = Markup('<bdi data-column="{}">{}</bdi>')


def of(mart: str, row: Mapping[str, Any], *key: str) -> Markup:
    """Return the attributes that say which row of a mart the figures inside an element are of."""
    return ATTRIBUTES.format(mart, urlencode({name: row[name] for name in key}))


def derived(**key: Any) -> Markup:
    """Return the attributes for figures that are counted or subtracted from marts, by the name of each figure."""
    return ATTRIBUTES.format("derived", urlencode(key))


def figure(row: Mapping[str, Any], column: str, form: Callable[..., str] = str, *options: Any) -> Markup:
    """Return a value of a row as an element: what `form` makes of it to read, beside the exact value."""
    return value(column, row[column], form, *options)


def value(column: str, exact: Any, form: Callable[..., str] = str, *options: Any) -> Markup:
    """Return a value as an element, under the name of its column."""
    if exact is None:
        return DATA.format(column, "", wording.NOTHING)
    text = form(exact, *options)
    return (TIME if isinstance(exact, date) else DATA).format(column, exact, text)


def name(row: Mapping[str, Any], column: str) -> Markup:
    """Return a name that came from outside: as text, in its own writing direction whatever surrounds it."""
    return NAME.format(column, row[column])
