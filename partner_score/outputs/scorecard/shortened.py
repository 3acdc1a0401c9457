"""Lists that are cut for people to read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Shortened:
    """The first rows of a list, and how many more there are."""

    rows: list
    more: int


def shortened(rows: list, length: int) -> Shortened:
    """Cut a list at a length."""
    return Shortened(rows[:length], len(rows[length:]))
