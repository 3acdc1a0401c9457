"""Decides whether the slash dates of a column are day/month/year or month/day/year, from all of its values.

`01/05/2024` is the first of May to most of the world and the fifth of January to the United States. Nothing is guessed:
a value above 12 can only be a day; a column of months has days that are all 1. Where the values leave both orders open,
and they mean different days, the user is asked.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

ORDER_VARIABLE = "PARTNER_CENTER_DATE_ORDER"
DAY_FIRST, MONTH_FIRST = "dmy", "mdy"
# Values of the other order are taken for typing errors, which are set aside, up to this share.
TYPING_ERRORS = 0.05

SLASH_DATE = "^[ \\t]*([0-9]{1,2})/([0-9]{1,2})/[0-9]{4}([ \\t]|$)"


class DateOrderError(Exception):
    """The values of a column can be read in both orders. The message says which values, and what to do.

    Attributes:
        column: the column.
    """

    def __init__(self, column: str, problem: str) -> None:
        super().__init__(problem)
        self.column = column


@dataclass(frozen=True)
class Evidence:
    """What the slash dates of a column say of their order.

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


def day_first_columns(
    connection: duckdb.DuckDBPyConnection, source: str, texts: Mapping[str, str], dates: Mapping[str, str]
) -> set[str]:
    """Return the columns of a file whose slash dates have the day first.

    Arguments:
        connection: a connection to read the file by.
        source: the file, as a table function of DuckDB.
        texts: per column the expression that reads it, of type text.
        dates: per column what its dates name: a `month`, whose days are all 1 as a rule, or a `day`.

    Raises:
        DateOrderError: the values of a column can be read in both orders, and mean different days.
    """
    columns = set()
    for column, text in texts.items():
        evidence = _evidence(connection, source, text)
        order = evidence and date_order(evidence, dates[column])
        if evidence and order is None:
            order = _asked_order(column, evidence)
        if order == DAY_FIRST:
            columns.add(column)
    return columns


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


def _asked_order(column: str, evidence: Evidence) -> str:
    """The order that the environment asks for, where the values leave it open."""
    order = os.environ.get(ORDER_VARIABLE)
    if order in (DAY_FIRST, MONTH_FIRST):
        return order
    if order:
        raise DateOrderError(column, f"{ORDER_VARIABLE} is {order!r}. Set it to {DAY_FIRST} or {MONTH_FIRST}")
    raise DateOrderError(
        column,
        f"{' and '.join(evidence.open_values)} can be read day first or month first, and mean different days. Set "
        f"{ORDER_VARIABLE}={DAY_FIRST} if the day comes first, {ORDER_VARIABLE}={MONTH_FIRST} if the month does",
    )


def _evidence(connection: duckdb.DuckDBPyConnection, source: str, text: str) -> Evidence | None:
    """Look at all values of a column; None when none of them is a slash date."""
    row = connection.execute(
        f"""
        with spellings as (select {text} as spelling, count(*) as value_count from {source} group by all),
        parts as (
            select
                trim(spelling) as spelling,
                value_count,
                cast(regexp_extract(spelling, $pattern, 1) as integer) as first_part,
                cast(regexp_extract(spelling, $pattern, 2) as integer) as second_part
            from spellings
            where regexp_matches(spelling, $pattern)
        )
        select
            sum(value_count),
            coalesce(sum(value_count) filter (where first_part > 12), 0),
            coalesce(sum(value_count) filter (where second_part > 12), 0),
            bool_and(first_part = 1),
            bool_and(second_part = 1),
            list(spelling order by spelling) filter (where first_part != second_part)
        from parts
        where least(first_part, second_part) between 1 and 12 and greatest(first_part, second_part) <= 31
        """,
        {"pattern": SLASH_DATE},
    ).fetchone()
    count, first_above_12, second_above_12, is_first_one, is_second_one, spellings = row
    if not count:
        return None
    return Evidence(
        int(count), int(first_above_12), int(second_above_12), is_first_one, is_second_one, tuple((spellings or [])[:2])
    )
