"""Geometry of the pictures, in per cent of their box, so that they stretch to any screen. Text stays out of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate, groupby
from typing import NamedTuple

# Years that find room below a small chart.
TICKS = 6
DAYS_OF_A_YEAR = 365


class MonthPoints(NamedTuple):
    """Points of a month, scored or of the outlook."""

    month: date
    points: Decimal
    is_complete: bool
    is_outlook: bool


@dataclass
class Point:
    """A month and its place in a chart."""

    x: float
    y: float
    value: MonthPoints


@dataclass
class Trend:
    """Points over months, with a line to reach.

    Attributes:
        line: from month to month; outlook_line goes on from the last scored month.
        marks: places of the points, by what they are: complete, incomplete, outlook.
        goal_y: height of the line to reach; `goal` and `top` are its points and those of the upper edge.
        incomplete: left end and width of each run of months without a complete history.
        outlook_from: left end of the outlook; None without one.
        ticks: x of the first month of each year, with the year.
        band: width of a month.
    """

    points: list[Point]
    line: str
    outlook_line: str
    marks: dict[str, str]
    goal_y: float
    goal: Decimal
    top: Decimal
    incomplete: list[tuple[float, float]]
    outlook_from: float | None
    ticks: list[tuple[float, int]]
    band: float


def trend(series: Sequence[MonthPoints], top: Decimal, goal: Decimal) -> Trend:
    """Place the points of months, and of the outlook after them.

    Arguments:
        series: in order of months.
        top: points of the upper edge.
        goal: points of the line to reach.
    """
    band = 100 / len(series)
    placed = [
        Point(round((index + 0.5) * band, 2), height(value.points, top), value) for index, value in enumerate(series)
    ]
    scored = [point for point in placed if not point.value.is_outlook]
    ahead = [point for point in placed if point.value.is_outlook]
    incomplete = [point for point in scored if not point.value.is_complete]
    return Trend(
        points=placed,
        line=path(scored),
        outlook_line=path([*scored[-1:], *ahead]) if ahead else "",
        marks={
            "complete": dots([point for point in scored if point.value.is_complete]),
            "incomplete": dots(incomplete),
            "outlook": dots(ahead),
        },
        goal_y=height(goal, top),
        goal=goal,
        top=top,
        incomplete=_runs([not point.value.is_complete for point in scored], band),
        outlook_from=round(ahead[0].x - band / 2, 2) if ahead else None,
        ticks=_ticks(placed),
        band=round(band, 3),
    )


def _runs(flags: Sequence[bool], band: float) -> list[tuple[float, float]]:
    places = [(is_set, len(list(run))) for is_set, run in groupby(flags)]
    starts = accumulate((length for _, length in places), initial=0)
    return [
        (round(start * band, 2), round(length * band, 2))
        for (is_set, length), start in zip(places, starts, strict=False)
        if is_set
    ]


def _ticks(points: Sequence[Point]) -> list[tuple[float, int]]:
    januaries = [(point.x, point.value.month.year) for point in points if point.value.month.month == 1]
    return januaries[:: len(januaries) // TICKS + 1]


def height(value: Decimal, top: Decimal) -> float:
    """Return how far below the upper edge a value lies, in per cent."""
    return round(100 - share(value, top), 2)


def share(value: Decimal, whole: Decimal) -> float:
    """Return a value as per cent of a whole, within 0 and 100; 0 of nothing."""
    return round(float(min(max(value / whole, Decimal()), Decimal(1)) * 100), 2) if whole else 0.0


def share_of_year(day: date, start: date) -> float:
    """Return how far a day lies after another, as per cent of a year, within 0 and 100."""
    return share(Decimal((day - start).days), Decimal(DAYS_OF_A_YEAR))


def path(points: Sequence[Point]) -> str:
    """Return the line through points as SVG path data."""
    return "M" + "L".join(f"{point.x} {point.y}" for point in points) if points else ""


def dots(points: Sequence[Point]) -> str:
    """Return points as lines of no length: with round ends they are dots that no stretching distorts."""
    return "".join(f"M{point.x} {point.y}h0" for point in points)


def sparkline(values: Sequence[Decimal], top: Decimal) -> str:
    """Return values as the path data of a small line, in whole per cent: there may be thousands of them on a page."""
    band = 100 / len(values)
    places = (f"{round((index + 0.5) * band)} {round(height(value, top))}" for index, value in enumerate(values))
    return "M" + "L".join(places)
