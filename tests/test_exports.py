"""Every form of export that is read, and every one that is refused, file by file and without dbt."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from partner_score.dbt_plugin import Plugin
from partner_score.exports import CHUNK_BYTES, ExportError, raw_view
from partner_score.fingerprints import export_fingerprints
from partner_score.sources import Dataset, datasets

DATASET = "azure_usage"
COLUMNS = {"MPNID": True, "Month": True, "CustomerName": False}
JANUARY = date(2024, 1, 20)
FEBRUARY = date(2024, 2, 20)

Write = Callable[..., Path]


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    return tmp_path / "exports"


@pytest.fixture
def write(exports: Path) -> Write:
    """Write a file into an export: text as UTF-8, bytes as they are."""

    def write_file(
        content: str | bytes, name: str = "part-0.csv", day: date | str = JANUARY, dataset: str = DATASET
    ) -> Path:
        file = exports / dataset / f"export_date={day}" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    return write_file


@pytest.fixture
def write_parquet(write: Write) -> Write:
    def write_query(query: str, name: str = "part-0.parquet", day: date = JANUARY) -> Path:
        file = write(b"", name, day)
        duckdb.sql(query).write_parquet(str(file))
        return file

    return write_query


def view(exports: Path, columns: dict[str, bool] = COLUMNS, is_optional: bool = False) -> duckdb.DuckDBPyRelation:
    connection = duckdb.connect()
    connection.execute(f"create view raw_view as {raw_view(exports, Dataset(DATASET, columns, is_optional)).sql}")
    return connection.sql("from raw_view")


def rows(exports: Path, **arguments) -> list[tuple]:
    return sorted(view(exports, **arguments).fetchall(), key=str)


def error(exports: Path, columns: dict[str, bool] = COLUMNS, is_optional: bool = False) -> str:
    with pytest.raises(ExportError) as raised:
        raw_view(exports, Dataset(DATASET, columns, is_optional))
    return str(raised.value)


def assert_refused(exports: Path, file: Path, *words: str) -> None:
    message = error(exports)
    for word in (DATASET, str(file), *words):
        assert word in message
    assert "\n" not in message


# Read


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"MPNID,Month,CustomerName\n1,2024-01-01,Contoso\n", id="plain"),
        pytest.param(b"MPNID,Month,CustomerName\n1,2024-01-01,Contoso", id="no line end at the end"),
        pytest.param(b"MPNID,Month,CustomerName\n\n1,2024-01-01,Contoso\n\n", id="blank lines"),
        pytest.param(b"\xef\xbb\xbfMPNID,Month,CustomerName\n1,2024-01-01,Contoso\n", id="byte-order mark"),
        pytest.param(
            b'\xef\xbb\xbf"MPNID","Month","CustomerName"\r\n"1","2024-01-01","Contoso"\r\n', id="mark, quotes and CRLF"
        ),
        pytest.param(b"MPNID,Month,CustomerName\r\n1,2024-01-01,Contoso\r\n", id="CRLF"),
        pytest.param(b"MPNID,Month,CustomerName\r1,2024-01-01,Contoso\r", id="CR"),
        pytest.param(b"Month,CustomerName,MPNID\n2024-01-01,Contoso,1\n", id="any order"),
        pytest.param(b"mpnid,MONTH,customerName\n1,2024-01-01,Contoso\n", id="any letter case"),
        pytest.param(b'MPNID , Month," CustomerName "\n1,2024-01-01,Contoso\n', id="spaces around names"),
        pytest.param(
            b"X,MPNID,x,Month,,CustomerName\nx,1,y,2024-01-01,z,Contoso\n", id="extra columns, without name or twice"
        ),
        pytest.param(
            b"MPNID,Month,CustomerName,export_date,unused_0\n1,2024-01-01,Contoso,x,z\n", id="names that the view uses"
        ),
    ],
)
def test_csv_is_read_in_every_form(exports: Path, write: Write, content: bytes) -> None:
    write(content)
    assert rows(exports) == [("1", "2024-01-01", "Contoso", JANUARY)]


def test_columns_come_out_under_the_given_names_and_in_their_order(exports: Path, write: Write) -> None:
    write("extra,customername,MONTH,mpnid\nx,Contoso,2024-01-01,1\n")
    assert view(exports).columns == ["MPNID", "Month", "CustomerName", "export_date"]


def test_nothing_in_a_csv_is_parsed_or_guessed(exports: Path, write: Write) -> None:
    write('MPNID,Month,CustomerName\n007, 5/1/2024 ,NULL\n1e3,"",\n')
    assert rows(exports) == [("007", " 5/1/2024 ", "NULL", JANUARY), ("1e3", None, None, JANUARY)]


def test_quoted_delimiters_quotes_and_line_breaks_belong_to_the_field(exports: Path, write: Write) -> None:
    write('MPNID,Month,CustomerName\r\n1,m,"Contoso, ""Ltd.""\r\nBerlin\nMitte"\r\n2,m,"a\rb"\r\n')
    assert rows(exports) == [("1", "m", 'Contoso, "Ltd."\r\nBerlin\nMitte', JANUARY), ("2", "m", "a\rb", JANUARY)]


def test_a_quote_inside_an_unquoted_field_is_an_ordinary_character(exports: Path, write: Write) -> None:
    write('MPNID,Month,CustomerName\n1,m,Screens 27" and 32"\n2,m,Screens 27" only\n')
    assert [row[2] for row in rows(exports)] == ['Screens 27" and 32"', 'Screens 27" only']


def test_quoted_line_breaks_in_several_files_without_a_line_end_at_the_end(exports: Path, write: Write) -> None:
    write('MPNID,Month,CustomerName\n1,m,"a\nb"\n2,m,"c\nd"')
    write('MPNID,Month,CustomerName\r\n3,m,"a\r\nb"', "part-1.csv")
    assert [row[0] for row in rows(exports)] == ["1", "2", "3"]


def test_text_outside_ascii_is_kept(exports: Path, write: Write) -> None:
    write("MPNID,Month,CustomerName\n1,m,Žižkov 日本 😀\n")
    assert rows(exports) == [("1", "m", "Žižkov 日本 😀", JANUARY)]


@pytest.mark.parametrize("name", ["part-0.CSV", "part-0.csv.gz", "Part.Csv.GZ", "it's [1] *? {a,b} # é.csv"])
def test_csv_names(exports: Path, write: Write, name: str) -> None:
    content = b"MPNID,Month\n1,m\n"
    write(gzip.compress(content) if name.lower().endswith(".gz") else content, name)
    assert rows(exports) == [("1", "m", None, JANUARY)]


def test_a_gz_file_of_several_members_is_read_to_its_end(exports: Path, write: Write) -> None:
    write(gzip.compress(b"MPNID,Month\n1,m\n") + gzip.compress(b"2,m\n"), "part-0.csv.gz")
    assert [row[0] for row in rows(exports)] == ["1", "2"]


def test_exports_and_files_may_have_different_columns(exports: Path, write: Write) -> None:
    write("MPNID,Month\n1,m\n")
    write("Month,Other,MPNID,CustomerName\nm,x,2,Contoso\n", "part-1.csv")
    write("\ufeffMonth,MPNID\r\nm,3\r\n", day=FEBRUARY)
    write("MPNID,Month\r\n4,m\r\n", "part-1.csv", FEBRUARY)
    assert rows(exports) == [
        ("1", "m", None, JANUARY),
        ("2", "m", "Contoso", JANUARY),
        ("3", "m", None, FEBRUARY),
        ("4", "m", None, FEBRUARY),
    ]


def test_files_of_one_layout_are_one_scan(exports: Path, write: Write) -> None:
    write("MPNID,Month,Old\n1,m,x\n")
    write("mpnid,month,New\r\n2,m,x\r\n", "part-1.csv")
    write("\ufeffMPNID,Month,Old\n3,m,x\n", day=FEBRUARY)
    assert raw_view(exports, Dataset(DATASET, COLUMNS)).sql.count("read_csv") == 1
    assert rows(exports) == [("1", "m", None, JANUARY), ("2", "m", None, JANUARY), ("3", "m", None, FEBRUARY)]


@pytest.mark.parametrize(
    "content", ["MPNID,Month,CustomerName\n", "MPNID,Month,CustomerName", "\ufeffMPNID,Month,CustomerName\r\n"]
)
def test_a_header_without_rows_is_an_empty_dataset(exports: Path, write: Write, content: str) -> None:
    write(content)
    assert rows(exports) == []


def test_parquet_keeps_its_types(exports: Path, write_parquet: Write) -> None:
    columns = {"MPNID": True, "Month": True, "ACR_USD": True, "Flag": False, "Missing": False}
    write_parquet(
        "select 1 as extra, 'x' as mpnid, date '2024-01-01' as Month, 1.5::decimal(18, 6) as acr_usd, 7 as Flag"
    )
    write_parquet(
        "select date '2024-02-01' as Month, 2.5::decimal(18, 6) as ACR_USD, 'y' as MPNID, 'text' as extra", day=FEBRUARY
    )
    relation = view(exports, columns)
    assert relation.columns == [*columns, "export_date"]
    assert [str(column_type) for column_type in relation.types] == [
        "VARCHAR",
        "DATE",
        "DECIMAL(18,6)",
        "INTEGER",
        "VARCHAR",
        "DATE",
    ]
    assert relation.order("MPNID").fetchall() == [
        ("x", date(2024, 1, 1), Decimal("1.5"), 7, None, JANUARY),
        ("y", date(2024, 2, 1), Decimal("2.5"), None, None, FEBRUARY),
    ]


def test_parquet_files_that_disagree_on_a_type_become_text(exports: Path, write_parquet: Write) -> None:
    write_parquet("select 1 as MPNID, date '2024-01-01' as Month, 1.25::double as CustomerName")
    write_parquet(
        "select 'x' as MPNID, timestamp '2024-02-01' as Month, 2.5::decimal(9, 2) as CustomerName", day=FEBRUARY
    )
    assert rows(exports) == [("1", "2024-01-01", "1.25", JANUARY), ("x", "2024-02-01 00:00:00", "2.50", FEBRUARY)]


def test_csv_and_parquet_stand_side_by_side_as_text(exports: Path, write: Write, write_parquet: Write) -> None:
    write("MPNID,Month\n1,5/1/2024\n")
    write_parquet("select 2 as MPNID, date '2024-05-01' as Month, 'Contoso' as CustomerName")
    write(gzip.compress(b"Month,MPNID\n2024-06-01,3\n"), "part-0.csv.gz", FEBRUARY)
    assert rows(exports) == [
        ("1", "5/1/2024", None, JANUARY),
        ("2", "2024-05-01", "Contoso", JANUARY),
        ("3", "2024-06-01", None, FEBRUARY),
    ]


def test_parquet_of_other_writers(exports: Path, write_parquet: Write) -> None:
    """Instants do not move with the reader's time zone, bytes are text, nested columns may surround the wanted ones."""
    write_parquet("""
        select {'a': 1, 'b': [{'c': 1}]} as nested, 'x'::blob as MPNID, timestamptz '2024-01-01 00:00:00+00' as Month,
            [1, 2] as list, 'é' as CustomerName
    """)
    relation = view(exports)
    assert relation.fetchall() == [("x", relation.fetchall()[0][1], "é", JANUARY)]
    assert str(relation.fetchall()[0][1]) == "2024-01-01 00:00:00"


def test_a_column_called_export_date_does_not_clash(exports: Path, write: Write, write_parquet: Write) -> None:
    write_parquet("select '1' as MPNID, 'm' as Month, date '1999-01-01' as export_date")
    write("export_date,MPNID,Month\n1999-01-01,2,m\n", day=FEBRUARY)
    assert [row[-1] for row in rows(exports)] == [JANUARY, FEBRUARY]


@pytest.mark.parametrize(
    "folder",
    [
        "with space",
        "apo'stro''phe",
        "čeština 日本",
        "[brackets]",
        "[!a]",
        "st*r and ?",
        "{a,b}",
        "client=acme",
        "export_date=2020-01-01",
        "a%20b#c",
        '"q"',
    ],
)
def test_any_folder_name_is_taken_literally(tmp_path: Path, folder: str) -> None:
    file = tmp_path / folder / DATASET / f"export_date={JANUARY}" / "part-0.csv"
    file.parent.mkdir(parents=True)
    file.write_text("MPNID,Month\n1,m\n")
    duckdb.sql("select '2' as MPNID, 'm' as Month").write_parquet(str(file.with_suffix(".parquet")))
    assert rows(tmp_path / folder) == [("1", "m", None, JANUARY), ("2", "m", None, JANUARY)]


def test_brackets_do_not_match_another_folder(tmp_path: Path) -> None:
    for folder, value in (("ab", "wrong"), ("a[b]", "right")):
        file = tmp_path / folder / DATASET / f"export_date={JANUARY}" / "part-0.csv"
        file.parent.mkdir(parents=True)
        file.write_text(f"MPNID,Month\n{value},m\n")
    assert [row[0] for row in rows(tmp_path / "a[b]")] == ["right"]


def test_a_relative_folder_starts_at_the_current_one(
    exports: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("MPNID,Month\n1,m\n")
    monkeypatch.chdir(exports.parent)
    query = raw_view(Path("exports"), Dataset(DATASET, COLUMNS)).sql
    monkeypatch.chdir("/")
    assert duckdb.sql(query).fetchall() == [("1", "m", None, JANUARY)]


def test_files_may_lie_deeper_in_an_export(exports: Path, write: Write) -> None:
    write("MPNID,Month\n1,m\n", "unpacked/AzureUsage/part-0.csv")
    assert rows(exports) == [("1", "m", None, JANUARY)]


def test_what_systems_leave_beside_the_data_is_ignored(exports: Path, write: Write) -> None:
    write("MPNID,Month\n1,m\n")
    for name in (
        ".DS_Store",
        "Thumbs.db",
        "desktop.ini",
        "~$usage.xlsx",
        "_SUCCESS",
        ".part-0.csv.crc",
        "__MACOSX/x.csv",
    ):
        write(b"", name)
    (exports / DATASET / ".DS_Store").write_bytes(b"x")
    (exports / "expected").mkdir()
    (exports / "expected" / "designation.csv").write_text("x")
    (exports / "readme.txt").write_text("x")
    assert rows(exports) == [("1", "m", None, JANUARY)]


def test_an_absent_optional_dataset_is_an_empty_relation(exports: Path, write: Write) -> None:
    write("MPNID,Month\n1,m\n", dataset="partner_profile")
    relation = view(exports, is_optional=True)
    assert relation.fetchall() == []
    assert relation.columns == ["MPNID", "Month", "CustomerName", "export_date"]
    assert [str(column_type) for column_type in relation.types] == ["VARCHAR", "VARCHAR", "VARCHAR", "DATE"]


def test_an_optional_dataset_that_is_there_must_be_right(exports: Path, write: Write) -> None:
    write("Month\nm\n")
    assert "MPNID" in error(exports, is_optional=True)


def test_a_filter_on_export_date_reads_no_other_export(exports: Path, write_parquet: Write) -> None:
    for day in (JANUARY, FEBRUARY):
        write_parquet("select i::varchar as MPNID, 'm' as Month from range(100000) r(i)", day=day)
    query = raw_view(exports, Dataset(DATASET, COLUMNS)).sql
    plan = duckdb.sql(f"explain analyze select * from ({query}) where export_date = date '{FEBRUARY}'").fetchall()[0][1]
    assert "100,000 rows" in plan and "200,000 rows" not in plan


def test_large_files_are_checked_across_chunks(exports: Path, write: Write) -> None:
    """Quotes, line breaks and letters of several bytes fall on every kind of border between two chunks."""
    generator = random.Random(1)
    names = [
        "Contoso",
        "Contoso, Ltd.",
        'The "Best"',
        "two\nlines",
        "two\r\nlines",
        "é" * 50,
        "",
        '"',
        ",",
        '",",',
        "日本,\n" * 9,
    ]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    written = [(str(number), "m", generator.choice(names)) for number in range(60_000)]
    writer.writerows([("MPNID", "Month", "CustomerName"), *written])
    assert len(text.getvalue()) > 3 * CHUNK_BYTES
    write(text.getvalue())
    found = view(exports).order("MPNID::int").fetchall()
    assert found == [(number, month, name or None, JANUARY) for number, month, name in written]


def test_lines_inside_quotes_are_not_taken_for_rows(exports: Path, write: Write) -> None:
    """DuckDB takes them for rows when it reads a file of this size in pieces."""
    long_name = "\n".join(["0,0,y"] * 300)
    write("MPNID,Month,CustomerName\n" + "".join(f'{number},m,"{long_name}"\n' for number in range(12_000)))
    counts = view(exports).aggregate("count(*), count(*) filter (CustomerName = 'y'), count(distinct MPNID)")
    assert counts.fetchall() == [(12_000, 0, 12_000)]


# Refused: the folder


def test_no_exports_folder(exports: Path) -> None:
    message = error(exports)
    assert str(exports) in message and "PARTNER_CENTER_EXPORTS" in message


def test_no_dataset_at_all(exports: Path) -> None:
    (exports / "expected").mkdir(parents=True)
    message = error(exports, is_optional=True)
    assert str(exports) in message and "azure_usage/export_date=" in message


@pytest.mark.parametrize("folder", ["", DATASET, f"{DATASET}/export_date={JANUARY}"])
def test_a_required_dataset_without_files(exports: Path, write: Write, folder: str) -> None:
    write("MPNID\n1\n", dataset="partner_profile")
    (exports / folder).mkdir(parents=True, exist_ok=True)
    message = error(exports)
    for words in (DATASET, "only the header line", "partner_profile"):
        assert words in message


def test_a_file_beside_the_exports_of_a_dataset(exports: Path, write: Write) -> None:
    file = write("MPNID,Month\n1,m\n").rename(exports / DATASET / "part-0.csv")
    assert_refused(exports, file, "export_date=YYYY-MM-DD")


@pytest.mark.parametrize("day", ["2024-13-01", "2024-02-30", "20240220", "2024-2-20", "2024-W21-1", "", "latest"])
def test_an_export_date_that_is_no_day(exports: Path, write: Write, day: str) -> None:
    assert_refused(exports, write("MPNID,Month\n1,m\n", day=day), f"export_date={day}")


@pytest.mark.parametrize("name", ["usage.xlsx", "usage.zip", "usage.csv.zip", "usage", "usage.gz", "usage.json"])
def test_a_file_of_another_kind(exports: Path, write: Write, name: str) -> None:
    assert_refused(exports, write(b"x", name), "CSV UTF-8", ".parquet")


# Refused: the file


@pytest.mark.parametrize("name", ["part-0.csv", "part-0.csv.gz", "part-0.parquet"])
def test_a_file_of_zero_bytes(exports: Path, write: Write, name: str) -> None:
    assert_refused(exports, write(b"", name), "zero bytes")


@pytest.mark.parametrize("content", [b"\xef\xbb\xbf", b"\n\n", b" \nMPNID,Month\n", b",,\n1,2,3\n"])
def test_a_csv_without_header(exports: Path, write: Write, content: bytes) -> None:
    assert_refused(exports, write(content), "header")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param("MPNID,Month\n1,m\n".encode("utf-16"), "UTF-16", id="UTF-16"),
        pytest.param(
            "MPNID,Month\n1,m\n".encode("utf-16-be"), "zero byte at offset 0 (line 1)", id="UTF-16 without mark"
        ),
        pytest.param(b"MPNID,Month\n1,m\n2,\0\n", "zero byte at offset 18 (line 3)", id="zero byte"),
        pytest.param(b"MPNID,Month\n1,M\xfcnchen\n", "0xfc at offset 15 (line 2)", id="Latin-1"),
        pytest.param(b"MPNID,Month\n1,m\n2,\xe2\x82", "0xe2 at offset 18 (line 3)", id="torn letter at the end"),
        pytest.param(b"PK\x03\x04rest", "Excel workbook or a ZIP archive", id="workbook"),
        pytest.param(gzip.compress(b"MPNID,Month\n"), ".csv.gz", id="gzip"),
        pytest.param(b"PAR1rest", ".parquet", id="Parquet"),
    ],
)
def test_a_csv_that_is_not_utf8(exports: Path, write: Write, content: bytes, words: str) -> None:
    assert_refused(exports, write(content), words)


@pytest.mark.parametrize("is_compressed", [False, True])
def test_one_wrong_byte_far_down_in_a_column_that_is_not_used(exports: Path, write: Write, is_compressed: bool) -> None:
    content = b"MPNID,Month,Other\n" + b"1,m,\xc3\xa9\n" * 100_000 + b"1,m,\xe9\n" + b"1,m,x\n" * 10
    file = write(
        gzip.compress(content) if is_compressed else content, "part-0.csv.gz" if is_compressed else "part-0.csv"
    )
    assert_refused(exports, file, "0xe9", f"offset {18 + 100_000 * 7 + 4} ", "line 100002")


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda data: data[:-9], id="without its end"),
        pytest.param(lambda data: data[: len(data) // 2], id="half"),
        pytest.param(lambda data: data[:40] + b"x" * 20 + data[60:], id="other bytes in the middle"),
        pytest.param(lambda data: b"MPNID,Month\n1,m\n", id="not compressed"),
    ],
)
def test_a_torn_gz(exports: Path, write: Write, damage: Callable[[bytes], bytes]) -> None:
    data = gzip.compress(b"MPNID,Month\n" + b"".join(b"%d,m\n" % number for number in range(1000)))
    assert_refused(exports, write(damage(data), "part-0.csv.gz"), "gzip")


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda data: data[:-20], id="without its end"),
        pytest.param(lambda data: data[:100] + data[-40:], id="without its middle"),
        pytest.param(lambda data: b"hello", id="short"),
        pytest.param(lambda data: b"MPNID,Month\n1,m\n", id="CSV"),
    ],
)
def test_a_torn_parquet(exports: Path, write_parquet: Write, damage: Callable[[bytes], bytes]) -> None:
    write_parquet("select '1' as MPNID, 'm' as Month")
    file = write_parquet("select '1' as MPNID, 'm' as Month", day=FEBRUARY)
    file.write_bytes(damage(file.read_bytes()))
    assert_refused(exports, file, "Parquet")


HEADER = "MPNID,Month,CustomerName\n"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param("1,m,x\n1,m\n1,m,x\n", "line 3 has 2 fields, the header 3", id="a field less"),
        pytest.param("1,m,x\n1,m,Contoso, Ltd.\n", "line 3 has 4 fields, the header 3", id="a field more"),
        pytest.param("1,Contoso, Ltd.,\n", "line 2 has 4 fields, the header 3", id="a field more, the last one empty"),
        pytest.param("1,m,x\n1,m,x,\n", "line 3 has 4 fields, the header 3", id="a comma at the end"),
        pytest.param("1,m,x\n1,m", "line 3 has 2 fields, the header 3", id="torn last line"),
        pytest.param("1,m,x\n1", "line 3 has 1 fields, the header 3", id="torn in the first field"),
        pytest.param(
            '1,m,27"\n1,m\n1,m,32"\n', "line 3 has 2 fields, the header 3", id="a field less between two quotes"
        ),
        pytest.param('1,m,"x\n1,m,x\n1,m,x\n', "line 2", id="open quote"),
        pytest.param('1,m,"x', "line 2", id="open quote in the last line"),
        pytest.param('1,m,""x""\n', "line 2", id="text after an empty field"),
        pytest.param('1,m,x\n1,m,"Contoso" Ltd.\n', "line 3", id="text after a closing quote"),
        pytest.param("1,m,x\r\n1,m,x\n", "line ends are mixed", id="mixed line ends"),
    ],
)
@pytest.mark.parametrize("is_compressed", [False, True])
def test_rows_that_do_not_fit_the_header(
    exports: Path, write: Write, body: str, words: str, is_compressed: bool
) -> None:
    content = (HEADER + body).encode()
    file = write(
        gzip.compress(content) if is_compressed else content, "part-0.csv.gz" if is_compressed else "part-0.csv"
    )
    assert_refused(exports, file, words)


@pytest.mark.parametrize("good", ["1,m,x\n", '1,m,"Contoso, Ltd."\n', '"1","m","x"\n', '1,m,"two\nlines"\n'])
@pytest.mark.parametrize("bad", ["1,m\n", "1,m,x,y\n", "1,m,x,\n", '1,m,"Contoso" Ltd.\n'])
def test_one_wrong_row_far_down(exports: Path, write: Write, good: str, bad: str) -> None:
    count = 2 * CHUNK_BYTES // len(good)
    line = 1 + count * good.count("\n") + 1
    assert_refused(exports, write(HEADER + good * count + bad + good * 10), f"line {line} ")


def test_a_quote_that_stays_open_to_the_end_of_a_large_file(exports: Path, write: Write) -> None:
    assert_refused(exports, write(HEADER + '1,m,"x\n' + "1,m,x\n" * 500_000), "line 2")


# Refused: the column


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_required_column_that_is_missing_in_one_file(
    exports: Path, write: Write, write_parquet: Write, kind: str
) -> None:
    write("MPNID,Month\n1,m\n")
    if kind == "csv":
        file = write("Month,Other\nm,x\n", "part-1.csv")
    else:
        file = write_parquet("select 'm' as Month, 'x' as Other")
    assert_refused(exports, file, "column MPNID", "Columns found: Month, Other")


def test_a_required_column_must_also_be_in_a_file_without_rows(exports: Path, write: Write) -> None:
    assert_refused(exports, write("Month\n"), "column MPNID")


def test_a_column_under_its_other_name(exports: Path, write: Write) -> None:
    assert_refused(exports, write("PartnerID,Month\n1,m\n"), "column MPNID", "rename that column to MPNID")


@pytest.mark.parametrize("content", ["MPNID;Month\n1;m\n", "MPNID;Month\n1,5;m\n", "MPNID\tMonth\n1\tm\n"])
def test_another_delimiter(exports: Path, write: Write, content: str) -> None:
    assert_refused(exports, write(content), "column MPNID", "not separated by commas")


def test_a_file_that_is_no_table(exports: Path, write: Write) -> None:
    file = write('<html "\n' + "<p>Sign in to Partner Center\n" * 1000)
    assert_refused(exports, file, "column MPNID")
    assert len(error(exports)) < 1000


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_wanted_column_that_is_there_twice(exports: Path, write: Write, write_parquet: Write, kind: str) -> None:
    if kind == "csv":
        file = write("MPNID,Month,mpnid\n1,m,2\n")
    else:
        # DuckDB does not write such a file. The two names have the same length, and so has the file.
        file = write_parquet("select '1' as MPNID, 'm' as Month, '2' as mpnix")
        file.write_bytes(file.read_bytes().replace(b"mpnix", b"mpnid"))
    assert_refused(exports, file, "column MPNID", "more than once")


def test_a_file_that_may_not_be_read(exports: Path, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write("MPNID,Month\n1,m\n")

    def refuse(*arguments, **options):
        raise PermissionError(13, "Permission denied", str(file))

    monkeypatch.setattr("builtins.open", refuse)
    assert_refused(exports, file, "Permission denied")


def test_a_name_that_is_not_utf8(exports: Path, write: Write) -> None:
    write("MPNID,Month\n1,m\n", "M\udcfcnchen.csv")
    message = error(exports)
    assert DATASET in message and "nchen.csv" in message and "Rename" in message


def test_a_broken_link(exports: Path, write: Write) -> None:
    file = write("MPNID,Month\n1,m\n").with_name("part-1.csv")
    file.symlink_to("nowhere.csv")
    assert_refused(exports, file, "cannot be read")


# In SQL


def test_the_sql_function_answers_with_a_query_or_an_error(exports: Path, write: Write) -> None:
    connection = duckdb.connect()
    Plugin("partner_score", {}).configure_connection(connection)
    ask = "select partner_center_raw_view(?, ?)"
    write("MPNId,PGA_MPNID\n1,2\n", dataset="partner_profile")
    answer = json.loads(connection.execute(ask, [str(exports), "partner_profile"]).fetchall()[0][0])
    assert connection.execute(answer["sql"]).fetchall() == [("1", None, "2", None, None, None, JANUARY)]
    assert answer["remarks"] == []
    answer = json.loads(connection.execute(ask, [str(exports), DATASET]).fetchall()[0][0])
    assert DATASET in answer["error"]


# Dates that can be read in two ways


def months(exports: Path, kind: str = "month") -> tuple[list[str], list[str]]:
    """The months of the raw view in their order, and the remarks."""
    seen = raw_view(exports, Dataset(DATASET, COLUMNS, dates={"Month": kind}))
    return [month for (month,) in duckdb.sql(f"select Month from ({seen.sql}) order by MPNID").fetchall()], seen.remarks


def write_months(write: Write, *values: str, **place) -> Path:
    lines = [f"{number:03},{value}" for number, value in enumerate(values)]
    return write("MPNID,Month\n" + "".join(f"{line}\n" for line in lines), **place)


@pytest.mark.parametrize(
    ("kind", "values", "expected"),
    [
        pytest.param("month", ["01/05/2024", "01/06/2024"], ["2024-05-01", "2024-06-01"], id="every first part is 1"),
        pytest.param("month", ["01/05/2024"], ["2024-05-01"], id="one month alone"),
        pytest.param("month", [" 1/5/2024 00:00:00"], ["2024-5-1 00:00:00"], id="with a time"),
        pytest.param("month", ["15/05/2024", "02/06/2024"], ["2024-05-15", "2024-06-02"], id="a part above 12"),
        pytest.param("day", ["3/4/2024", "31/12/2023"], ["2024-4-3", "2023-12-31"], id="days: a part above 12"),
        pytest.param(
            "month", ["01/05/2024", "2024-06-01", "soon"], ["2024-05-01", "2024-06-01", "soon"], id="beside other forms"
        ),
    ],
)
def test_a_column_is_read_day_first_where_its_values_say_so(exports, write, kind, values, expected) -> None:
    file = write_months(write, *values)
    seen, remarks = months(exports, kind)
    assert [value.replace("-0", "-") for value in seen] == [value.replace("-0", "-") for value in expected]
    assert len(remarks) == 1
    for word in (DATASET, "Month", "day first", file.name):
        assert word in remarks[0]


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        pytest.param("month", ["5/1/2024", "6/1/2024"], id="every second part is 1"),
        pytest.param("month", ["5/20/2024", "6/3/2024"], id="a second part above 12"),
        pytest.param("month", ["1/1/2024", "1/1/2023"], id="both orders are one day"),
        pytest.param("day", ["3/4/2024", "12/31/2023"], id="days: a second part above 12"),
        pytest.param("day", ["3/3/2024"], id="days: both orders are one day"),
        # a typing error is set aside, it does not turn the file around
        pytest.param("month", [*["5/1/2024", "6/1/2024"] * 10, "13/1/2024"], id="one month 13 among many"),
        pytest.param("day", [*["3/14/2024"] * 20, "31/12/2023"], id="days: one of the other order among many"),
        pytest.param("month", ["2024-05-01", "May"], id="no slash date"),
    ],
)
def test_a_column_is_read_month_first_where_its_values_say_so(exports, write, kind, values) -> None:
    write_months(write, *values)
    assert months(exports, kind) == (values, [])


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        pytest.param("month", ["3/2/2024", "3/5/2024"], id="no day is 1"),
        pytest.param("day", ["1/5/2024", "1/6/2024"], id="days may all be 1"),
        pytest.param("day", ["3/14/2024", "31/12/2023"], id="days of both orders"),
        # the thirteenth of January, or a month 13?
        pytest.param("month", ["5/1/2024", "13/1/2024"], id="months of January, or the first of months"),
    ],
)
def test_two_orders_that_differ_stop_the_build(exports, write, monkeypatch, kind, values) -> None:
    file = write_months(write, *values)
    with pytest.raises(ExportError) as raised:
        months(exports, kind)
    for word in (DATASET, str(file), "Month", *values, "PARTNER_CENTER_DATE_ORDER=dmy", "=mdy"):
        assert word in str(raised.value)
    monkeypatch.setenv("PARTNER_CENTER_DATE_ORDER", "mdy")
    assert months(exports, kind) == (values, [])
    monkeypatch.setenv("PARTNER_CENTER_DATE_ORDER", "dmy")
    seen, remarks = months(exports, kind)
    assert seen != values and "day first" in remarks[0]
    monkeypatch.setenv("PARTNER_CENTER_DATE_ORDER", "ymd")
    with pytest.raises(ExportError, match="ymd"):
        months(exports, kind)


def test_the_setting_does_not_overrule_the_values(exports, write, monkeypatch) -> None:
    write_months(write, "5/1/2024", "6/1/2024")
    monkeypatch.setenv("PARTNER_CENTER_DATE_ORDER", "dmy")
    assert months(exports) == (["5/1/2024", "6/1/2024"], [])


def test_each_file_has_its_own_order(exports, write, write_parquet) -> None:
    write_months(write, "5/1/2024", name="us.csv")
    write("MPNID,Month\n001,01/06/2024\n", name="european.csv")
    write_parquet("select '002' as MPNID, '01/07/2024' as Month", name="european.parquet")
    # a file of dates has no order to find
    write_parquet("select '003' as MPNID, date '2024-08-01' as Month", name="typed.parquet")
    seen, remarks = months(exports)
    assert seen == ["5/1/2024", "2024-06-01", "2024-07-01", "2024-08-01"]
    assert "european.csv" in remarks[0] and "european.parquet" in remarks[0] and "us.csv" not in remarks[0]


def test_a_remark_names_some_files_and_counts_the_rest(exports, write) -> None:
    for number in range(8):
        write(f"MPNID,Month\n{number},01/06/2024\n", name=f"part-{number}.csv")
    _, remarks = months(exports)
    assert len(remarks) == 1 and remarks[0].endswith("and 3 more.")


def test_every_date_column_of_the_sources_says_whether_it_names_months_or_days() -> None:
    dates = {(dataset.name, column): kind for dataset in datasets() for column, kind in dataset.dates.items()}
    assert dates == {
        ("azure_usage", "Month"): "month",
        ("cpor_m365_usage", "Date"): "month",
        ("training_completions", "TrainingCompletionDate"): "day",
        ("training_completions", "ExpirationDate"): "day",
    }


# What would count twice


def test_a_file_that_is_in_an_export_twice_counts_once(exports: Path, write: Write) -> None:
    content = "MPNID,Month\n1,m\n2,m\n"
    write(content, name="report.csv")
    write(content, name="copy of report.csv")
    write(gzip.compress(content.encode()), name="sub/report.csv.gz")
    # the same size, another content
    write(content.replace("2", "3"), name="other.csv")
    # another export may say the same
    write(content, name="report.csv", day=FEBRUARY)
    seen = raw_view(exports, Dataset(DATASET, COLUMNS))
    assert duckdb.sql(f"select export_date, count(*) from ({seen.sql}) group by all order by all").fetchall() == [
        (JANUARY, 4),
        (FEBRUARY, 2),
    ]
    assert len(seen.remarks) == 2
    assert any("copy of report.csv has the same content as report.csv" in remark for remark in seen.remarks)
    assert any("report.csv.gz has the same content" in remark for remark in seen.remarks)


def test_usage_of_an_earlier_day_under_a_later_one_is_said(exports: Path, write: Write) -> None:
    """The later day says that the months in it are over; an older download under that day says so falsely."""
    earlier = write("MPNID,Month\n1,2024-01-01\n")
    later = write("MPNID,Month\n1,2024-01-01\n", day=FEBRUARY)
    _, remarks = months(exports)
    assert len(remarks) == 1
    assert str(later.relative_to(exports)) in remarks[0] and str(earlier.relative_to(exports)) in remarks[0]
    # a list without months is often the same from day to day
    assert raw_view(exports, Dataset(DATASET, COLUMNS)).remarks == []


def test_a_copy_does_not_change_what_an_export_is(exports: Path, write: Write) -> None:
    file = write("MPNID,Month\n1,m\n")
    (before,) = export_fingerprints(exports, [DATASET])
    write(file.read_bytes(), name="part-0 (1).csv")
    assert list(export_fingerprints(exports, [DATASET])) == [before]


def test_parquet_files_of_equal_content_count_once(exports: Path, write: Write, write_parquet: Write) -> None:
    file = write_parquet("select 1 as MPNID, date '2024-01-01' as Month")
    write(file.read_bytes(), name="again.parquet")
    assert rows(exports) == [(1, date(2024, 1, 1), None, JANUARY)]


def overlapping(count: int, shared: int) -> tuple[str, str]:
    """Two files of `count` rows each, `shared` of which are in both."""
    header = "MPNID,Month,CustomerName\n"
    first = "".join(f"{number},m,Contoso\n" for number in range(count))
    second = "".join(f"{number},m,Contoso\n" for number in range(count - shared, 2 * count - shared))
    return header + first, header + second


def test_a_report_that_was_downloaded_twice_stops_the_build(exports: Path, write: Write) -> None:
    """Saved again by Excel or restated within the day: the bytes differ, and most of the rows would count twice."""
    first, second = overlapping(20, 10)
    write(first, name="report.csv")
    file = write("\ufeff" + second.replace("\n", "\r\n"), name="report (1).csv")
    with pytest.raises(ExportError) as raised:
        raw_view(exports, Dataset(DATASET, COLUMNS, adds_up=True))
    for word in (DATASET, str(file.parent), "report.csv", "10 of its 20 rows", "count twice"):
        assert word in str(raised.value)
    # where rows are not summed, nothing counts twice
    assert raw_view(exports, Dataset(DATASET, COLUMNS)).sql


def test_parts_of_a_report_may_have_some_rows_in_common(exports: Path, write: Write) -> None:
    first, second = overlapping(20, 9)
    write(first, name="part-0.csv")
    write(second, name="part-1.csv")
    # another export repeats all of them, as it should
    write(first, name="part-0.csv", day=FEBRUARY)
    view = raw_view(exports, Dataset(DATASET, COLUMNS, adds_up=True))
    assert duckdb.sql(f"select count(*) from ({view.sql})").fetchall() == [(60,)]


def test_a_few_equal_rows_may_be_chance(exports: Path, write: Write) -> None:
    first, second = overlapping(9, 9)
    write(first, name="part-0.csv")
    write(second + "\n", name="part-1.csv")
    assert raw_view(exports, Dataset(DATASET, COLUMNS, adds_up=True)).sql


def test_usage_lines_are_the_rows_that_add_up() -> None:
    assert [dataset.name for dataset in datasets() if dataset.adds_up] == ["azure_usage"]
