"""Which rule set an output shows: the one in force on the partner's better path, or the one that somebody asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Row = dict[str, Any]


def shown_designations(designations: Iterable[Row], asked: str | None = None) -> list[Row]:
    """Pick the row to show for each partner and month.

    Arguments:
        designations: rows of fct_designation, each with version and ruleset_name of its rule set.
        asked: a ruleset_id (`security_2023_12`) or a version (`2023-12`); None for what is_headline marks.

    Returns:
        The rows to show, in their order: one per partner and month. Of a version with several paths, the better one.

    Raises:
        LookupError: the warehouse has no such rule set. The message lists those it has.
    """
    designations = list(designations)
    if not asked:
        return [row for row in designations if row["is_headline"]]
    by_id = [row for row in designations if row["ruleset_id"] == asked]
    shown = by_id or [row for row in designations if row["version"] == asked and row["is_best_path"]]
    if designations and not shown:
        known = sorted({row["ruleset_id"] for row in designations} | {row["version"] for row in designations})
        raise LookupError(f"Rule set {asked} is not in the warehouse. It has: {', '.join(known)}.")
    return shown


def rules_in_words(shown: list[Row]) -> str:
    """Name the rules of the rows that are shown, all of one month, and say when they are not in force.

    Returns:
        For example `rules of December 2023, in force` or `rules of October 2022, not in force`. Where partners have
        different paths: `rules in force, each partner on its better path`.
    """
    names = {row["ruleset_name"] for row in shown}
    force = "in force" if all(row["is_in_force"] for row in shown) else "not in force"
    return f"{names.pop()}, {force}" if len(names) == 1 else f"rules {force}, each partner on its better path"
