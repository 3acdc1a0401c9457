"""What is asked for: which columns of which dataset, and how far back."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

from partner_score.fetch.errors import FetchError
from partner_score.intake.headers import names_of, plain_name
from partner_score.intake.sources import Dataset, datasets

# A month's revenue may be restated for as long.
MONTHS_AGAIN = 3
MONTHS_OF = {"DAY": 1 / 31, "MONTH": 1, "YEAR": 12}


@dataclass(frozen=True)
class Report:
    """A dataset of the API.

    Attributes:
        name: its name there.
        dataset: the report of the intake that it is.
        keys: more columns of the key, so that no two rows are summed which a download has apart; those alone that the
            service has.
        is_whole: whether each export has to be complete by itself, because only the newest one counts.
    """

    name: str
    dataset: str
    keys: tuple[str, ...] = ()
    is_whole: bool = False


REPORTS = (
    Report(
        "AzureUsage",
        "azure_usage",
        keys=(
            *("SubscriptionState", "ServiceLevel1", "ServiceInfluencer", "ServiceGroup2", "ServiceGroup3"),
            *("CustomerTpid", "PartnerName", "PartnerLocation", "SalesChannel", "EnrollmentNumber", "ResellerID"),
            *("AdminType", "IsDuplicateAtMpnLevel", "IsDuplicateAtPgaAttributionTypeLevel"),
        ),
    ),
    Report("CPORM365Usage", "cpor_m365_usage"),
    Report("TrainingCompletions", "training_completions", keys=("Month", "IcMCP", "PartnerName"), is_whole=True),
    Report("Profile", "partner_profile", keys=("HierarchyLevel",), is_whole=True),
)


@dataclass(frozen=True)
class Offered:
    """What the service has of a dataset: its columns, its metrics, and how far back it goes."""

    columns: tuple[str, ...]
    metrics: tuple[str, ...]
    spans: tuple[str, ...]


@dataclass(frozen=True)
class Query:
    """A query.

    Attributes:
        text: in the language of the API.
        columns: the header that its table must have.
        metrics: those of the columns that are empty for who may not see revenue.
        span: how far it goes back.
    """

    text: str
    columns: tuple[str, ...]
    metrics: tuple[str, ...]
    span: str


def offered(items: Iterable[dict]) -> dict[str, Offered]:
    """What the service has, by the name of the dataset, from an answer to GET ScheduledDataset."""
    return {
        item["datasetname"]: Offered(
            *(tuple(item.get(name) or ()) for name in ("selectablecolumns", "availablemetrics", "availabledateranges"))
        )
        for item in items
        if item.get("datasetname")
    }


def query_of(report: Report, there: Offered | None, newest: date | None, today: date) -> Query:
    """Write the query of a dataset.

    Arguments:
        report: the dataset.
        there: what the service has of it; None when it has no such dataset.
        newest: the day of the newest export that was fetched; None without any.
        today: the day by the service's clock.

    Raises:
        FetchError: the service lacks the dataset, or a column that the project reads. All such columns are named.
    """
    if there is None:
        raise FetchError(f"The service has no dataset {report.name} any more. Download the report by hand")
    dataset = _read_datasets()[report.dataset]
    found = {column: _found(dataset, column, (*there.columns, *there.metrics)) for column in dataset.columns}
    lost = [column for column, name in found.items() if name is None]
    if lost:
        raise FetchError(
            f"The service's dataset {report.name} has no column {', '.join(lost)} any more, so nothing is asked for. "
            "Download the report by hand, and see whether a newer version of this program knows another name"
        )
    needed = tuple(dict.fromkeys(found.values()))
    metrics = tuple(name for name in needed if name in there.metrics and name not in there.columns)
    selected = (
        *(name for name in needed if name not in metrics),
        *(name for name in report.keys if name in there.columns and name not in needed),
        *metrics,
    )
    span = chosen_span(there.spans, None if report.is_whole else newest, today)
    text = f"SELECT {','.join(selected)} FROM {report.name} TIMESPAN {span}"
    return Query(text, selected, metrics, span)


def chosen_span(spans: Iterable[str], newest: date | None, today: date) -> str:
    """How far back to ask: as far as possible at first, and then over what came since and may have been restated.

    Raises:
        FetchError: the service offers none that is known.
    """
    months = {span: length for span in spans if (length := _months(span)) is not None}
    if not months:
        raise FetchError("The service offers no time span for the dataset that this program knows")
    longest = max(months, key=months.get)
    if newest is None:
        return longest
    needed = max((today.year - newest.year) * 12 + today.month - newest.month, 0) + MONTHS_AGAIN
    return min((span for span in months if months[span] >= needed), key=months.get, default=longest)


@cache
def _read_datasets() -> dict[str, Dataset]:
    return {dataset.name: dataset for dataset in datasets()}


def _months(span: str) -> float | None:
    if span.upper() == "LIFETIME":
        return float("inf")
    match = re.fullmatch(r"LAST_(?:(\d+)_)?(DAY|MONTH|YEAR)S?", span.upper())
    return int(match.group(1) or 1) * MONTHS_OF[match.group(2)] if match else None


def _found(dataset: Dataset, column: str, names: Iterable[str]) -> str | None:
    """The service's name of a column: its own or an alias, as the intake knows them."""
    by_plain_name = {plain_name(name): name for name in names}
    return next((by_plain_name[name] for name in names_of(dataset, column) if name in by_plain_name), None)
