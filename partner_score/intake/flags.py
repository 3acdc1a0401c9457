"""Reads the flags of a column: 0 and 1, or the words that programs in other languages write for false and true."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

# True and false as Excel writes them, by language, and the answers yes and no where a program asks a question.
WORDS = {
    "English": ("true", "false"),
    "German": ("wahr", "falsch"),
    "French": ("vrai", "faux"),
    "Dutch": ("waar", "onwaar"),
    "Spanish": ("verdadero", "falso"),
    "Italian": ("vero", "falso"),
    "Portuguese": ("verdadeiro", "falso"),
    "Polish": ("prawda", "fałsz"),
    "Swedish": ("sant", "falskt"),
    "Danish": ("sand", "falsk"),
    "Norwegian": ("sann", "usann"),
    "English, an answer": ("yes", "no"),
    "English, a letter": ("y", "n"),
    "German, an answer": ("ja", "nein"),
}
TRUE, FALSE = "1", "0"
READ_AS = {word: flag for pair in WORDS.values() for word, flag in zip(pair, (TRUE, FALSE), strict=True)}
# What programs write for nothing.
EMPTY = {"", "null", "none", "nan", "n/a", "na", "-"}
# What staging reads as it is.
PLAIN = re.compile(r"\s*(?:[+]?0*[01](?:\.0*)?|true|false)\s*", re.IGNORECASE)
# A flag as a number, or as an amount.
NUMBER = re.compile(r"[+]?0*([01])(?:[.,]0*)?")
EXAMPLES = 2
RANKS_LAST = "Of several attributions of one usage line, such a row counts only where no other has a flag."


class FlagError(Exception):
    """No flag of a column can be read. The message names one, and says what to do."""


@dataclass
class Flags:
    """What becomes of the flags of a column.

    Attributes:
        rewritten: per spelling that staging does not read, what it is.
        remarks: what was decided, a sentence each.
    """

    rewritten: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)


def read_flags(column: str, values: Mapping[str | None, int]) -> Flags:
    """Read the flags of a column.

    Arguments:
        column: its name.
        values: every value, with the number of rows that have it.

    Raises:
        FlagError: there are flags, and none of them can be read.
    """
    flags = Flags()
    unread: dict[str, int] = {}
    empty = 0
    for value, count in values.items():
        if value is None or value.strip().casefold() in EMPTY:
            empty += count
            continue
        flag = flag_of(value)
        if flag is None:
            unread[value] = count
        elif not PLAIN.fullmatch(value):
            flags.rewritten[value] = flag
    rows = sum(values.values())
    if unread and sum(unread.values()) + empty == rows:
        raise FlagError(
            f"no row has a flag that can be read; {_example(unread)} is none. Download the report again without "
            "opening it in Excel, or write 0 and 1"
        )
    if flags.rewritten:
        examples = [f"{word.strip()} for {flag}" for word, flag in sorted(flags.rewritten.items())[:EXAMPLES]]
        flags.remarks.append(f"Column {column}: flags are read, such as {' and '.join(examples)}.")
    if unread:
        who = _of(sum(unread.values()), rows)
        flags.remarks.append(
            f"Column {column}: {who} a flag that cannot be read, such as {_example(unread)}. {RANKS_LAST}"
        )
    if empty:
        flags.remarks.append(f"Column {column}: {_of(empty, rows)} no flag. {RANKS_LAST}")
    return flags


def flag_of(value: str) -> str | None:
    """A flag as 0 or 1; None for what is none."""
    text = value.strip().casefold()
    number = NUMBER.fullmatch(text)
    return number.group(1) if number else READ_AS.get(text)


def _example(unread: Mapping[str, int]) -> str:
    """The most frequent one."""
    return max(unread, key=lambda value: (unread[value], value)).strip()


def _of(count: int, rows: int) -> str:
    return f"{count:,} of {rows:,} rows {'has' if count == 1 else 'have'}"
