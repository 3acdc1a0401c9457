"""Exports that are hard to read alike."""

import gzip
from pathlib import Path

import duckdb
import pytest

from partner_score.intake.sources import datasets
from partner_score.intake.taking_in import take_in
from partner_score.intake.views import raw_view

SEATS = "CustomerTenantId,WorkloadName,MonthlyActiveUsers,PaidAvailableUnits,MpnId,PartnerAttributionType,Date"
PROFILE = "MPNId,PartnerName,PGA_MPNID,PGA_PartnerName,City,Country"


@pytest.fixture(scope="session")
def awkward_exports(tmp_path_factory) -> Path:
    """Every dataset, its files in many layouts: quotes, line breaks, blank lines, gzip, Parquet, missing columns."""
    folder = tmp_path_factory.mktemp("awkward exports")

    def write(path: str, text: str) -> None:
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(gzip.compress(text.encode()) if path.endswith(".gz") else text.encode())

    profile = "partner_profile/export_date="
    rows = '1,"Doe, ""Jr""",9,"","  padded ",NULL\n2,,9,ab"c,é,\\N\n'
    write(f"{profile}2024-01-20/part-0.csv", f"\ufeff{PROFILE}\n{rows}")
    write(f"{profile}2024-01-20/part-1.csv", f"{PROFILE}\r\n3,\"two\r\nlines\",9,'quoted',x,\r\n\r\n4,a\\b,9,,,\r\n")
    write(f"{profile}2024-02-20/part {2}+'ü'.csv.gz", "Country,Extra,pga_mpnid,MPNID\nNZ,1,9,5\n")
    for dataset in datasets():
        if dataset.name != "partner_profile":
            write(f"{dataset.name}/export_date=2024-01-20/part-0.csv", ",".join(dataset.columns) + "\n")
    # months that are written day first, in one file of two
    for name, months in (("part-1.csv", "01/05/2024\n 01/06/2024 12:00:00 AM"), ("part-2.csv", "5/1/2024\n6/1/2024")):
        seats = "".join(f"t,Intune,1,2,m,CPOR,{month}\n" for month in months.split("\n"))
        write(f"cpor_m365_usage/export_date=2024-07-20/{name}", f"{SEATS}\n{seats}")
    (folder / "azure_usage/export_date=2024-02-20").mkdir()
    with duckdb.connect() as connection:
        connection.execute(
            "copy (select 'p' as PGAMpnID, 1 as MPNID, 's' as SubscriptionId, timestamp '2024-01-01' as Month,"
            " 'S' as ServiceLevel2, '' as CustomerTenantId, 'PAL' as PartnerAttributionType,"
            " false as IsACRDuplicateAtPGALevel, 1.50 as ACR_USD)"
            f" to '{folder}/azure_usage/export_date=2024-02-20/part-0.parquet'"
        )
    return folder


@pytest.fixture(scope="session")
def expected_texts(awkward_exports, tmp_path_factory) -> dict[str, list[tuple]]:
    """The rows of every dataset of the awkward exports as DuckDB reads them, every value as text."""
    texts = {}
    intake = take_in(awkward_exports, tmp_path_factory.mktemp("store"), say=None)
    with duckdb.connect() as connection:
        for dataset in datasets():
            query = raw_view(intake, dataset)
            rows = connection.execute(f"select cast(columns(*) as varchar) from ({query})").fetchall()
            texts[dataset.name] = sorted(rows, key=repr)
    assert len(texts["partner_profile"]) == 5
    return texts
