"""Says of an error that the warehouse lacks what is read."""

from pathlib import Path

import duckdb


def lacks_something(error: Exception) -> bool:
    """Whether a query named a table or a column that the warehouse does not have."""
    return isinstance(error, duckdb.BinderException | duckdb.CatalogException)


def in_words(error: Exception, warehouse: Path) -> str:
    """What to tell of an error of a query of ours."""
    if not lacks_something(error):
        return str(error)
    said = str(error).splitlines()[0]
    return (
        f"The warehouse {warehouse} lacks what is read here: another version of partner-score built it, or only a part "
        f"of it was built. Build it again: partner-score build\n(DuckDB says: {said})"
    )
