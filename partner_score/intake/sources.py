"""The datasets and columns that the project reads, as the YAML of its sources lists them."""

from __future__ import annotations

from dataclasses import dataclass, field

import yaml

from partner_score.places import PROJECT

SOURCES = PROJECT / "models" / "staging" / "partner_center" / "_sources.yml"
# What the intake adds to the columns of every report.
ADDED_COLUMNS = ("export_date", "source_file", "source_row")


@dataclass(frozen=True)
class Dataset:
    """A dataset of the exports.

    Attributes:
        name: its name, which is also that of its folder and of its table in schema raw.
        columns: the columns to read from its files, in their order, each with whether a file must have it.
        is_optional: whether it may be absent.
        dates: the columns that hold dates, each with what they name: a `month`, a `day_of_month` or a `day`.
        adds_up: whether rows are summed, so that a row that comes twice counts twice.
        numbers: the columns that hold numbers, each with what they are: an `amount`, or a `count` of whole things.
        ids: the columns that hold ids, which no program may take for numbers.
        flags: the columns that hold flags, which are 0 or 1.
        labels: the columns that hold names for people, which they may write otherwise.
    """

    name: str
    columns: dict[str, bool]
    is_optional: bool = False
    dates: dict[str, str] = field(default_factory=dict)
    adds_up: bool = False
    numbers: dict[str, str] = field(default_factory=dict)
    ids: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


def datasets() -> list[Dataset]:
    """Every dataset, in the order of the YAML."""
    sources = yaml.safe_load(SOURCES.read_text(encoding="utf-8"))["sources"]
    tables = next(source["tables"] for source in sources if source["name"] == "partner_center")
    return [
        Dataset(
            name=table["name"],
            columns={
                column["name"]: bool(_meta(column).get("required"))
                for column in table["columns"]
                if column["name"] not in ADDED_COLUMNS
            },
            is_optional=bool(_meta(table).get("optional")),
            dates={column["name"]: _meta(column)["date"] for column in table["columns"] if "date" in _meta(column)},
            adds_up=bool(_meta(table).get("adds_up")),
            numbers={
                column["name"]: _meta(column)["number"] for column in table["columns"] if "number" in _meta(column)
            },
            ids=tuple(column["name"] for column in table["columns"] if _meta(column).get("id")),
            flags=tuple(column["name"] for column in table["columns"] if _meta(column).get("flag")),
            labels=tuple(column["name"] for column in table["columns"] if _meta(column).get("label")),
        )
        for table in tables
    ]


def _meta(entry: dict) -> dict:
    return entry.get("config", {}).get("meta", {})
