"""Writes paths, names and texts so that DuckDB takes them literally."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import duckdb


def text_literal(text: str) -> str:
    """A text in quotes."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A name of a column in quotes."""
    return '"' + name.replace('"', '""') + '"'


def path_literal(path: Path | str) -> str:
    """A path in quotes. DuckDB takes every path for a pattern; in brackets a special character stands for itself."""
    return text_literal(re.sub(r"([\[*?])", r"[\1]", str(path)))


def has_row(connection: duckdb.DuckDBPyConnection, source: str, condition: str) -> bool:
    """Whether any row of a source meets a condition. The first one that does ends the search."""
    return connection.execute(f"select 1 from {source} where {condition} limit 1").fetchone() is not None


def path_list(paths: Iterable[Path | str]) -> str:
    """A list of paths."""
    return "[" + ", ".join(map(path_literal, paths)) + "]"
