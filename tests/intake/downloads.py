"""A folder of downloads for the tests of the intake: what is written into it, and what the intake makes of it."""

from __future__ import annotations

import csv
import gzip
import io
import os
import zipfile
from datetime import datetime
from pathlib import Path

import duckdb
import openpyxl
import pytest

from partner_score.intake.errors import ExportError
from partner_score.intake.records import Intake, Record
from partner_score.intake.sources import datasets
from partner_score.intake.taking_in import take_in
from partner_score.intake.views import raw_view

TENANT = "7e06e3f9-28be-4214-822b-855149dc3c0e"
USAGE = {
    "PGAMpnID": "99100000",
    "MPNID": "99100001",
    "SubscriptionId": "c8d4dbba-a7d4-4f1e-87b6-3789b3bca4cb",
    "Month": "2024-05-01",
    "ServiceLevel2": "Key Vault",
    "CustomerName": "Contoso",
    "CustomerTenantId": TENANT,
    "PartnerAttributionType": "Partner Admin Link",
    "IsACRDuplicateAtPGALevel": "0",
    "ACR_USD": "12.50",
}
SEATS = {
    "CustomerTenantId": TENANT,
    "WorkloadName": "Intune",
    "MonthlyActiveUsers": "10",
    "PaidAvailableUnits": "25",
    "MpnId": "99100001",
    "PartnerAttributionType": "CPOR",
    "Date": "2024-05-01",
}
PROFILE = {"MPNId": "99100001", "PartnerName": "Contoso", "PGA_MPNID": "99100000"}
TRAINING = {
    "PGAMpnId": "99100000",
    "TrainingTitle": "Azure Security Engineer Associate",
    "TrainingType": "Certification",
    "TrainingCompletionDate": "2024-02-28",
    "ExpirationDate": "",
    "MCPID": "710001",
    "MpnId": "99100001",
}
POINTS = {
    "AsOfDate": "2024-05-01",
    "PGA_MPNID": "99100000",
    "SolutionArea": "Security",
    "Metric": "Total",
    "Points": "70",
}
DAY = "2024-06-20"


def table(*changes: dict, base: dict = USAGE) -> list[list[str]]:
    """A header and rows: one per change of the base row, or the base row itself."""
    rows = [base | change for change in changes or ({},)]
    return [list(rows[0]), *([row[name] for name in rows[0]] for row in rows)]


def csv_text(lines: list[list[str]], delimiter: str = ",", **options) -> str:
    """Lines as CSV."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, **{"lineterminator": "\n"} | options).writerows(lines)
    return text.getvalue()


class Downloads:
    """A folder of downloads, and a store beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "downloads"
        self.folder.mkdir()
        self.store = folder / "store"

    def write(self, content: str | bytes | list[list[str]], name: str = f"usage {DAY}.csv") -> Path:
        """Write a file: lines as CSV, text as UTF-8, bytes as they are."""
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        content = csv_text(content) if isinstance(content, list) else content
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    def write_zip(self, members: dict[str, bytes], name: str = f"usage {DAY}.zip") -> Path:
        """Write an archive."""
        file = self.folder / name
        with zipfile.ZipFile(file, "w") as archive:
            for member, content in members.items():
                archive.writestr(member, content)
        return file

    def write_workbook(self, sheets: dict[str, list[list]], name: str = f"usage {DAY}.xlsx") -> Path:
        """Write a workbook of some sheets."""
        file = self.folder / name
        workbook = openpyxl.Workbook()
        workbook.remove(workbook.active)
        for title, lines in sheets.items():
            sheet = workbook.create_sheet(title)
            for line in lines:
                sheet.append(line)
        workbook.save(file)
        return file

    def write_parquet(self, query: str, name: str = f"usage {DAY}.parquet") -> Path:
        """Write the result of a query."""
        file = self.write(b"", name)
        duckdb.sql(query).write_parquet(str(file))
        return file

    def take(self, **options) -> Intake:
        """Take in the folder, printing nothing."""
        return take_in(self.folder, self.store, **{"say": None} | options)

    def record(self, **options) -> Record:
        """The only report of the folder."""
        (record,) = self.take(**options).records
        return record

    def rows(self, dataset: str = "azure_usage", **options) -> list[dict]:
        """The rows of a report in their order, each as a mapping of its columns."""
        intake = self.take(**options)
        (wanted,) = (one for one in datasets() if one.name == dataset)
        with duckdb.connect() as connection:
            relation = connection.sql(raw_view(intake, wanted))
            rows = [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]
        return sorted(rows, key=lambda row: (row["source_file"], row["source_row"]))

    def values(self, column: str, dataset: str = "azure_usage", **options) -> list:
        """The values of a column in the order of the rows."""
        return [row[column] for row in self.rows(dataset, **options)]

    def error(self, **options) -> str:
        """What the intake says when it refuses the folder: one paragraph."""
        with pytest.raises(ExportError) as raised:
            self.take(**options)
        assert "\n" not in str(raised.value)
        return str(raised.value)

    def remarks(self, **options) -> str:
        """All that is said of the files."""
        return "\n".join(self.take(**options).remarks)


def set_day(file: Path, day: str) -> None:
    """Set the time stamp of a file to a day."""
    stamp = datetime.fromisoformat(f"{day} 12:00").timestamp()
    os.utime(file, (stamp, stamp))


def packed(text: str) -> bytes:
    """A text, compressed."""
    return gzip.compress(text.encode(), mtime=0)


# What most tests of reading write: a profile, whose columns are few.
NAME = f"profile {DAY}.csv"
HEADER = "MPNId,PGA_MPNID,City\n"


def read(downloads: Downloads, content: str | bytes, name: str = NAME) -> list[tuple]:
    """Location, account, city and row of a profile file."""
    downloads.write(content, name)
    rows = downloads.rows("partner_profile")
    return [(row["MPNId"], row["PGA_MPNID"], row["City"], row["source_row"]) for row in rows]


def refused(downloads: Downloads, content: str | bytes, *words: str, name: str = NAME) -> None:
    downloads.write(content, name)
    message = downloads.error()
    for word in (name, *words):
        assert word in message


ONE = [("1", "9", "Graz", 2)]
