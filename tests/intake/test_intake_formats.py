"""Point 3: archives, workbooks and Parquet files."""

from __future__ import annotations

import gzip
import io
import zipfile
from datetime import date

import duckdb
import openpyxl
import pytest
from downloads import DAY, HEADER, ONE, PROFILE, TENANT, USAGE, Downloads, csv_text, packed, read, refused, table

from partner_score.intake.sources import datasets
from partner_score.intake.views import raw_view


@pytest.fixture
def downloads(tmp_path):
    return Downloads(tmp_path)


# Packed


@pytest.mark.parametrize("name", [f"{DAY}.csv.gz", f"{DAY}.gz", DAY])
def test_gzip_by_its_bytes(downloads, name):
    assert read(downloads, packed(HEADER + "1,9,Graz\n"), name) == ONE
    assert downloads.record().format == "gz csv"


def test_gzip_of_several_members_and_of_utf_16(downloads):
    assert len(read(downloads, packed(HEADER + "1,9,a\n") + packed("2,9,b\n"), f"{DAY}.csv.gz")) == 2
    assert len(read(downloads, gzip.compress((HEADER + "3,9,c\n").encode("utf-16")), f"16 {DAY}.csv.gz")) == 3


def inner_zip(members: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return data.getvalue()


def test_each_member_of_a_zip(downloads):
    downloads.write_zip(
        {
            "a/profile.csv": (HEADER + "1,9,a\n").encode(),
            "a/usage.csv": csv_text(table()).encode(),
            "b.csv.gz": packed(HEADER + "2,9,b\n"),
            "c.zip": inner_zip({"profile.txt": (HEADER + "3,9,c\n").encode(), "c.gz": packed(HEADER + "4,9,d\n")}),
            "__MACOSX/._a": b"x",
            "invoice.csv": b"Invoice\n",
        },
        f"{DAY}.zip",
    )
    intake = downloads.take()
    assert [(record.source_file, record.dataset) for record in intake.records] == [
        (f"{DAY}.zip/a/usage.csv", "azure_usage"),
        (f"{DAY}.zip/a/profile.csv", "partner_profile"),
        (f"{DAY}.zip/b.csv.gz", "partner_profile"),
        (f"{DAY}.zip/c.zip/c.gz", "partner_profile"),
        (f"{DAY}.zip/c.zip/profile.txt", "partner_profile"),
    ]
    assert list(intake.left_alone) == [f"{DAY}.zip/invoice.csv"]
    assert downloads.values("City", "partner_profile") == ["a", "b", "d", "c"]


def test_a_protected_member_is_listed_with_what_to_do(downloads):
    downloads.write(table())
    file = downloads.write_zip({"a.csv": b"x"}, "secret.zip")
    data = bytearray(file.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    file.write_bytes(data)
    assert "password" in downloads.take().left_alone["secret.zip/a.csv"]


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda data: data[:-9], id="without its end"),
        pytest.param(lambda data: data[: len(data) // 2], id="half"),
        pytest.param(lambda data: data[:40] + b"x" * 20 + data[60:], id="other bytes in the middle"),
    ],
)
@pytest.mark.parametrize("kind", ["gz", "zip"])
def test_a_torn_archive_stops_the_build(downloads, damage, kind):
    text = HEADER + "".join(f"{number},9,x\n" for number in range(1000))
    data = packed(text) if kind == "gz" else inner_zip({"a.csv": text.encode() * 2})
    refused(downloads, damage(data), kind.replace("zip", "ZIP"), name=f"{DAY}.{kind}")


# Workbooks


def test_a_workbook_gives_texts_as_a_csv_would(downloads):
    line = [99100000, 99100001.0, "s", date(2024, 5, 1), "Key Vault", " Contoso ", TENANT, "PAL", False, 1508.62]
    downloads.write_workbook({"Export": [list(USAGE), line, [None] * 10, [*line[:9], 0.1 + 0.2]]})
    rows = downloads.rows()
    assert [row["source_row"] for row in rows] == [2, 4]
    shown = {column: rows[0][column] for column in USAGE}
    assert [*shown.values()] == [
        "99100000",
        "99100001",
        "s",
        "2024-05-01",
        "Key Vault",
        " Contoso ",
        TENANT,
        "PAL",
        "false",
        "1508.62",
    ]
    assert float(rows[1]["ACR_USD"]) == pytest.approx(0.3)


def test_the_sheet_that_has_the_header_also_below_a_title(downloads):
    downloads.write_workbook({"Read me": [["Hello"]], "Data": [["Azure usage"], [], *table()], "Pivot": [["Sum", 1]]})
    assert [(row["source_row"], row["source_file"]) for row in downloads.rows()] == [(4, f"usage {DAY}.xlsx")]


def test_several_sheets_with_reports_are_named(downloads):
    downloads.write_workbook(
        {"May": table({"MPNID": "1"}), "Partners": table(base=PROFILE), "June": table({"MPNID": "2"})}
    )
    assert downloads.values("source_file") == [f"usage {DAY}.xlsx/June", f"usage {DAY}.xlsx/May"]
    assert downloads.values("source_file", "partner_profile") == [f"usage {DAY}.xlsx/Partners"]


def test_a_hidden_sheet_counts_only_where_no_other_does(downloads):
    file = downloads.write_workbook({"Old": table({"MPNID": "1"}), "New": table({"MPNID": "2"})})
    workbook = openpyxl.load_workbook(file)
    workbook["Old"].sheet_state = "hidden"
    workbook.save(file)
    assert downloads.values("MPNID") == ["2"]
    assert "Hidden, and not read: sheet Old" in downloads.remarks()


def test_a_wrong_dimension_hides_no_row(downloads):
    file = downloads.write_workbook({"Export": table(*({"MPNID": str(number)} for number in range(50)))})
    changed = io.BytesIO()
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(changed, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b'ref="A1:J51"', b'ref="A1:B2"'))
    file.write_bytes(changed.getvalue())
    assert len(downloads.rows()) == 50


def test_a_workbook_under_another_name_and_in_an_archive(downloads):
    data = downloads.write_workbook({"Export": table()}).read_bytes()
    (downloads.folder / f"usage {DAY}.xlsx").unlink()
    downloads.write(data, f"a {DAY}.csv")
    assert len(downloads.rows()) == 1
    downloads.write_zip({"b.xlsx": data.replace(b"nothing", b"")}, f"{DAY}.zip")
    assert downloads.take().copies


def test_a_protected_or_old_workbook_is_listed_with_what_to_do(downloads):
    downloads.write(table())
    downloads.write(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "secret.xlsx")
    assert "save it" in downloads.take().left_alone["secret.xlsx"]


# Parquet


def parquet_query(**changes: str) -> str:
    values = {column: f"'{value}'" for column, value in USAGE.items()} | changes
    return "select " + ", ".join(f"{value} as {column}" for column, value in values.items())


def test_parquet_is_read_in_place_and_keeps_its_types(downloads):
    file = downloads.write_parquet(parquet_query(Month="date '2024-05-01'", ACR_USD="1.5::decimal(18, 6)", MPNID="7"))
    (row,) = downloads.rows()
    assert (row["Month"], str(row["ACR_USD"]), row["MPNID"], row["source_row"]) == (date(2024, 5, 1), "1.500000", 7, 1)
    assert downloads.record().data_file == file


def test_parquet_and_text_stand_side_by_side_as_text(downloads):
    downloads.write_parquet(parquet_query(Month="date '2024-05-01'", MPNID="7"))
    downloads.write(table({"MPNID": "8"}))
    assert [(row["MPNID"], row["Month"]) for row in downloads.rows()] == [("8", "2024-05-01"), ("7", "2024-05-01")]


def test_parquet_files_that_disagree_on_a_type_become_text(downloads):
    downloads.write_parquet(parquet_query(MPNID="1"), f"a {DAY}.parquet")
    downloads.write_parquet(parquet_query(MPNID="'x'"), f"b {DAY}.parquet")
    assert downloads.values("MPNID") == ["1", "x"]


def test_parquet_of_other_writers(downloads):
    """Instants do not move with the reader's time zone, bytes are text, nested columns may surround the wanted ones."""
    query = parquet_query(MPNID="'x'::blob", Month="timestamptz '2024-01-01 00:00:00+00'", CustomerName="'é'")
    downloads.write_parquet(query.replace("select", "select {'a': 1, 'b': [{'c': 1}]} as nested, [1, 2] as list,"))
    (row,) = downloads.rows()
    assert (row["MPNID"], str(row["Month"]), row["CustomerName"]) == ("x", "2024-01-01 00:00:00", "é")


def test_parquet_with_values_to_rewrite_is_copied(downloads):
    downloads.write_parquet(parquet_query(Month="'01/05/2024'"))
    assert downloads.values("Month") == ["2024-05-01"]
    assert downloads.record().data_file.parent == downloads.store


def test_parquet_in_an_archive_is_copied(downloads):
    file = downloads.write_parquet(parquet_query())
    downloads.write_zip({"a.parquet": file.read_bytes()}, f"{DAY}.zip")
    file.unlink()
    assert downloads.values("source_row") == [1]


def test_a_filter_on_the_day_reads_no_other_parquet_file(downloads):
    for day in ("2024-06-20", "2024-07-20"):
        downloads.write_parquet(f"{parquet_query()} from range(100000)", f"{day}.parquet")
    query = raw_view(downloads.take(), datasets()[0])
    plan = duckdb.sql(f"explain analyze select * from ({query}) where export_date = date '2024-07-20'").fetchall()[0][1]
    assert "100,000 rows" in plan and "200,000 rows" not in plan


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda data: data[:-20], id="without its end"),
        pytest.param(lambda data: data[:100] + data[-40:], id="without its middle"),
        pytest.param(lambda data: b"PAR1", id="short"),
    ],
)
def test_a_torn_parquet_stops_the_build(downloads, damage):
    file = downloads.write_parquet(parquet_query())
    refused(downloads, damage(file.read_bytes()), "Parquet", name=file.name)
