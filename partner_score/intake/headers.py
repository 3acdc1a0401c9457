"""Knows a report by its header, whatever the file is called."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from partner_score.intake.errors import ExportError, refusal
from partner_score.intake.sources import Dataset
from partner_score.places import PROJECT

ALIASES = PROJECT / "seeds" / "aliases" / "column_aliases.csv"

# Names that Microsoft used for something near a column, but of another meaning or grain: they are never read as the
# column, and an error says so (shared reference: column_renames.csv, system queries of 2021-07-14).
OTHER_NAMES = {
    "ACR_USD": ("TotalACR", "MonthlySubscriptionLevelACR"),
    "ServiceLevel2": ("ServiceName",),
    "ServiceLevel3": ("MeterCategory",),
    "PartnerAttributionType": ("PartnerAttachType",),
}
# Reports of the same hub that the score does not read, by columns that no report has which it reads (column lists of
# the programmatic export, 2023-02-27). Without them, Office usage would look like CPOR usage without a date.
OTHER_REPORTS = {
    "Microsoft 365 usage report": ("IsDuplicateRowForPGA", "WorkloadName"),
    "EMS usage report": ("SKUId", "FreeVsPaidSKU"),
}
# A small report is easily contained in another one: this share of a header must be its own columns.
OWN_SHARE = 1 / 3
FEW_COLUMNS = 3
NAMES_SHOWN = 30


@dataclass(frozen=True)
class Match:
    """A header that was recognized.

    Attributes:
        dataset: the report.
        positions: per wanted column its position in the header; None where the file does not have an optional one.
        missing: the required columns that are not there: of a whole report none.
        renamed: per wanted column that goes by an alias, the name in the file.
    """

    dataset: Dataset
    positions: dict[str, int | None]
    missing: tuple[str, ...]
    renamed: dict[str, str]


def plain_name(name: str) -> str:
    """A column's name without regard to case, blanks, underscores and hyphens."""
    return re.sub(r"[\s_\-\u2010-\u2015\u00ad\ufeff\u200b]+", "", name).strip("'\"").casefold()


def match_header(header: list[str], datasets: Iterable[Dataset]) -> Match | None:
    """Say which report a header belongs to.

    Arguments:
        header: the names of a file's columns.
        datasets: the reports that are looked for.

    Returns:
        The report whose columns the header has, or, with `missing` filled, the one that it has most columns of; None
        when the header is that of no report.
    """
    datasets = list(datasets)
    names = [plain_name(name) for name in header]
    if not any(names) or other_report(header):
        return None
    matches = [_match(header, names, dataset) for dataset in datasets]
    likely = [match for match in matches if _is_likely(match, names, datasets)]
    # The whole report before the incomplete one, then the one that more of the header speaks for.
    return max(likely, key=lambda match: (not match.missing, _share(match), _found(match)), default=None)


def other_report(header: list[str]) -> str | None:
    """The name of a report that the score does not read, when the header is that of one."""
    names = {plain_name(name) for name in header}
    return next((report for report, marks in OTHER_REPORTS.items() if names >= {*map(plain_name, marks)}), None)


def check_header(match: Match, header: list[str], source_file: str) -> None:
    """See that a header has every required column, and each column once.

    Raises:
        ExportError: it does not.
    """
    for column in match.missing:
        raise refusal(source_file, _missing_column(match, header, column), column, match.dataset.name)
    for column, position in match.positions.items():
        if position is not None and _is_doubled(match.dataset, header, column, position):
            raise refusal(
                source_file,
                f"is there more than once, as {' and '.join(_spellings(match.dataset, header, column))} (case, blanks, "
                "underscores and hyphens make no difference). Remove or rename the others",
                column,
                match.dataset.name,
            )


def is_same_header(cells: list[str], header: list[str]) -> bool:
    """Whether a row repeats the header."""
    return len(cells) == len(header) and [*map(plain_name, cells)] == [*map(plain_name, header)]


@cache
def _aliases() -> dict[tuple[str, str], tuple[str, ...]]:
    """Per dataset and column, the other names of the seed."""
    try:
        with ALIASES.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except OSError as error:
        raise ExportError(f"The seed {ALIASES} cannot be read ({error.strerror}). Restore it.") from error
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for row in rows:
        key = (row["dataset"], row["column"])
        found[key] = (*found.get(key, ()), row["alias"])
    return found


def known_names(dataset: Dataset) -> set[str]:
    """Every name that a column of a report may have, in plain form."""
    return {name for column in dataset.columns for name in names_of(dataset, column)}


def names_of(dataset: Dataset, column: str) -> list[str]:
    """The column's own name, then its aliases, in plain form."""
    return [*map(plain_name, (column, *_aliases().get((dataset.name, column), ())))]


def _match(header: list[str], names: list[str], dataset: Dataset) -> Match:
    positions: dict[str, int | None] = {}
    renamed = {}
    for column in dataset.columns:
        # The own name wins over an alias: an export may carry both.
        found = next((name for name in names_of(dataset, column) if name in names), None)
        positions[column] = None if found is None else _first(header, names, found, column)
        if found not in (None, plain_name(column)):
            renamed[column] = header[positions[column]].strip()
    missing = tuple(column for column, needed in dataset.columns.items() if needed and positions[column] is None)
    return Match(dataset, positions, missing, renamed)


def _first(header: list[str], names: list[str], name: str, column: str) -> int:
    exact = [position for position, spelled in enumerate(header) if spelled.strip() == column]
    return exact[0] if len(exact) == 1 and names[exact[0]] == name else names.index(name)


def _spellings(dataset: Dataset, header: list[str], column: str) -> list[str]:
    name = next(name for name in names_of(dataset, column) if name in map(plain_name, header))
    return [spelled.strip() for spelled in header if plain_name(spelled) == name]


def _is_doubled(dataset: Dataset, header: list[str], column: str, position: int) -> bool:
    return len(_spellings(dataset, header, column)) > 1


def _found(match: Match) -> int:
    return sum(position is not None for position in match.positions.values())


def _share(match: Match) -> float:
    required = [column for column, needed in match.dataset.columns.items() if needed]
    return 1 - len(match.missing) / max(len(required), 1)


def _is_likely(match: Match, names: list[str], datasets: list[Dataset]) -> bool:
    """Whether a header has all required columns of a report, or most of them, and is not that of another report."""
    required = sum(match.dataset.columns.values())
    if 2 * len(match.missing) >= max(required, 1):
        return False
    # The columns of a partner's own list have everyday names: without two of them it is another file.
    if match.dataset.is_optional and len(match.missing) > 1:
        return False
    if required >= FEW_COLUMNS:
        return True
    own = _found(match)
    if own < OWN_SHARE * sum(map(bool, names)):
        return False
    # A list of partners or offers has no months: what has them is a report about them.
    dates = {
        name
        for dataset in datasets
        if not dataset.is_optional
        for column in dataset.dates
        for name in names_of(dataset, column)
    } - {name for column in match.dataset.columns for name in names_of(match.dataset, column)}
    return bool(match.dataset.dates) or not dates & set(names)


def _missing_column(match: Match, header: list[str], column: str) -> str:
    shown = ", ".join(" ".join(name.split())[:60] for name in header[:NAMES_SHOWN])
    more = f" and {len(header) - NAMES_SHOWN} more" if len(header) > NAMES_SHOWN else ""
    others = {plain_name(name) for name in OTHER_NAMES.get(column, ())}
    near = [name.strip() for name in header if plain_name(name) in others]
    missing = ", ".join(match.missing)
    problem = f"is required and missing (missing in all: {missing}). Columns found: {shown}{more}. "
    if near:
        return problem + (
            f"{near[0]} is a name that Microsoft used for something near it, but not for the same: if yours means "
            f"the same, rename that column to {column}"
        )
    return (
        problem + "Download the report with all its columns, or add the column. If it is another report, move it away"
    )
