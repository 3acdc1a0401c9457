"""Point 3: every form of file that is read, with the rows as Excel numbers them, and every one that is refused."""

from __future__ import annotations

import random
from datetime import date

import pytest
from downloads import HEADER, NAME, ONE, Downloads, csv_text, packed, read, refused, table

from partner_score.intake.structure import CHUNK_BYTES, scan


@pytest.fixture
def downloads(tmp_path):
    return Downloads(tmp_path)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("is_quoted", [False, True])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_delimiter_and_line_end(downloads, delimiter, is_quoted, end):
    quote = '"' if is_quoted else ""
    lines = [
        delimiter.join(f"{quote}{cell}{quote}" for cell in line)
        for line in (["MPNId", "PGA_MPNID", "City"], ["1", "9", "Graz"])
    ]
    assert read(downloads, end.join(lines) + end) == ONE
    assert downloads.record().delimiter == delimiter


@pytest.mark.parametrize("line", ["sep=;", "SEP=;", '"sep=;"', "sep=;;;"])
def test_a_separator_line_is_not_a_row_of_excel(downloads, line):
    assert read(downloads, f"{line}\r\nMPNId;PGA_MPNID;City\r\n1;9;Graz\r\n") == ONE


def test_a_separator_line_may_name_any_character(downloads):
    assert read(downloads, "sep=^\nMPNId^PGA_MPNID^City\n1^9^Graz\n") == ONE


@pytest.mark.parametrize(
    ("codec", "encoding"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16"),
        ("utf-16-be", "utf-16"),
    ],
)
def test_utf_8_and_utf_16_with_and_without_a_mark(downloads, codec, encoding):
    assert read(downloads, (HEADER + "1,9,Žižkov 日本 😀\n").encode(codec)) == [("1", "9", "Žižkov 日本 😀", 2)]
    record = downloads.record()
    assert (record.encoding, record.remarks) == (encoding, [])


def test_windows_1252_is_said(downloads):
    assert read(downloads, (HEADER + "1,9,München – Café €\n").encode("cp1252")) == [("1", "9", "München – Café €", 2)]
    record = downloads.record()
    assert record.encoding == "windows-1252"
    assert "Windows-1252" in record.remarks[0] and "München in line 2" in record.remarks[0]


def test_one_byte_of_windows_1252_far_down(downloads):
    rows = read(downloads, HEADER.encode() + b"1,9,x\n" * 100_000 + b"2,9,M\xfcnchen\n")
    assert rows[-1] == ("2", "9", "München", 100_002)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(
            HEADER.encode() + b"1,9,\xc3\xa9\n" * 1000 + b"1,9,\xe9\n", "is UTF-8 in some lines", id="two encodings"
        ),
        pytest.param(HEADER.encode() + b"1,9,\x81\n", "0x81 in line 2", id="no letter of Windows-1252"),
        pytest.param(HEADER.encode() + b"1,9,x\n2,9,\0\n", "zero byte at offset 31 (line 3)", id="zero byte"),
        pytest.param((HEADER + "1,9,x\n").encode("utf-16")[:-1], "UTF-16", id="half a letter"),
    ],
)
def test_damaged_text_stops_the_build(downloads, content, words):
    refused(downloads, content, words)


def test_nothing_in_a_text_is_parsed_or_guessed(downloads):
    content = HEADER + '007, 9 ,NULL\n1e3,"",\n1,9,"true"\n'
    assert read(downloads, content) == [("007", " 9 ", "NULL", 2), ("1e3", None, None, 3), ("1", "9", "true", 4)]


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_delimiters_doubled_quotes_and_line_breaks_in_quotes_belong_to_the_field(downloads, delimiter):
    cities = ['Contoso, "Ltd.";\r\nBerlin\nMitte', "a\rb"]
    lines = [["MPNId", "PGA_MPNID", "City"], *([str(number), "9", city] for number, city in enumerate(cities))]
    content = csv_text(lines, delimiter, lineterminator="\r\n")
    assert read(downloads, content) == [("0", "9", cities[0], 2), ("1", "9", cities[1], 3)]


def test_backslash_escaped_quotes(downloads):
    content = HEADER + '1,9,"The \\"Best\\" one"\n2,9,"C:\\new, \\\\server"\n3,9,"ends in \\\\"\n'
    assert [row[2] for row in read(downloads, content)] == ['The "Best" one', "C:\\new, \\\\server", "ends in \\"]
    assert "backslash" in downloads.remarks()


def test_a_backslash_is_no_escape_where_quotes_are_doubled(downloads):
    assert read(downloads, HEADER + '1,9,"C:\\"\n2,9,"a ""b"""\n') == [("1", "9", "C:\\", 2), ("2", "9", 'a "b"', 3)]


def test_a_quote_inside_an_unquoted_field_is_an_ordinary_character(downloads):
    assert [row[2] for row in read(downloads, HEADER + '1,9,27" and 32"\n2,9,27" only\n')] == [
        '27" and 32"',
        '27" only',
    ]


def test_header_lines_repeated_in_the_middle_are_no_rows(downloads):
    assert read(downloads, HEADER + "1,9,a\n" + HEADER + "2,9,b\n" + HEADER.lower() + "3,9,c\n") == [
        ("1", "9", "a", 2),
        ("2", "9", "b", 4),
        ("3", "9", "c", 6),
    ]
    assert "repeated 2 times" in downloads.remarks()


def test_a_second_header_in_another_order_stops_the_build(downloads):
    refused(downloads, HEADER + "1,9,a\nMPNId,City,PGA_MPNID\n2,b,9\n", "line 3", "joined")


def test_a_second_header_that_begins_with_another_column_stops_the_build(downloads):
    """Two exports in one file: ids and amounts change places in the second."""
    lines = table(*({"MPNID": str(number)} for number in range(3)))
    order = [1, 0, *range(2, len(lines[0]))]
    downloads.write(csv_text(lines) + csv_text([[line[position] for position in order] for line in lines]))
    assert "line 5 is a header of other columns than the first" in downloads.error()


def test_a_mark_before_a_repeated_header_is_passed_over(downloads):
    """Two exports in UTF-8 with a mark, one behind the other."""
    downloads.write(("\ufeff" + csv_text(table())) * 2)
    assert len(downloads.rows()) == 2
    assert "The header is repeated once" in downloads.remarks()


@pytest.mark.parametrize("blank", ["\n", "  \n", ",,\n", " , ,\n"])
def test_blank_lines_are_no_rows_but_are_numbered(downloads, blank):
    assert read(downloads, HEADER + blank + "1,9,a\n" + blank * 2 + "2,9,b\n" + blank) == [
        ("1", "9", "a", 3),
        ("2", "9", "b", 6),
    ]


@pytest.mark.parametrize("required", ["", " "])
def test_a_row_whose_first_column_is_blank_is_a_row(downloads, required):
    assert [row[1:] for row in read(downloads, HEADER + f"1,9,a\n{required},9,b\n")] == [("9", "a", 2), ("9", "b", 3)]


def test_title_lines_above_the_header(downloads):
    assert read(downloads, "Partner profile\nFilter: all, of 2024\n\n" + HEADER + "1,9,a\n") == [("1", "9", "a", 5)]


def test_a_delimiter_more_at_the_end_of_every_line(downloads):
    header, row = HEADER.strip(), "1,9,Graz"
    assert read(downloads, f"{header},,\n{row},,\n") == ONE
    assert read(downloads, f"{header}\n{row},,\n{row},,\n") == [*ONE, ("1", "9", "Graz", 3)]
    assert "delimiter more" in downloads.remarks()


@pytest.mark.parametrize("end", ["", "\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_header_without_rows_is_a_report_without_rows(downloads, end, mark):
    assert read(downloads, mark + HEADER.strip() + end) == []
    assert downloads.record().rows == 0


def test_columns_come_out_under_the_given_names_and_in_their_order(downloads):
    downloads.write("x,CITY,pga_mpnid,,mpnid,x\n1,Graz,9,,1,2\n", NAME)
    (row,) = downloads.rows("partner_profile")
    assert list(row) == [
        "MPNId",
        "PartnerName",
        "PGA_MPNID",
        "PGA_PartnerName",
        "City",
        "Country",
        "export_date",
        "source_file",
        "source_row",
    ]
    assert [*row.values()] == ["1", None, "9", None, "Graz", None, date(2024, 6, 20), NAME, 2]


# Rows that do not fit


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param("1,m,x\n1,m\n1,m,x\n", "line 3 has 2 fields, the header 3", id="a field less"),
        pytest.param("1,m,x\n1,m,Contoso, Ltd.\n", "line 3 has 4 fields, the header 3", id="a field more"),
        pytest.param("1,Contoso, Ltd.,\n", "4 fields, the header 3", id="a field more, the last one empty"),
        pytest.param("1,m,x\n1,m,x,\n", "line 3 has 4 fields, the header 3", id="a comma at the end of one line"),
        pytest.param("1,m,x\n1,m", "line 3 has 2 fields, the header 3", id="torn last line"),
        pytest.param("1,m,x\n1", "line 3 has 1 fields, the header 3", id="torn in the first field"),
        pytest.param(
            '1,m,27"\n1,m\n1,m,32"\n', "line 3 has 2 fields, the header 3", id="a field less between two quotes"
        ),
        pytest.param('1,m,"x\n1,m,x\n1,m,x\n', "line 2", id="open quote"),
        pytest.param('1,m,"x', "line 2", id="open quote in the last line"),
        pytest.param('1,m,""x""\n', "line 2", id="text after an empty field"),
        pytest.param('1,m,x\n1,m,"Contoso" Ltd.\n', "line 3", id="text after a closing quote"),
    ],
)
@pytest.mark.parametrize("is_compressed", [False, True])
def test_rows_that_do_not_fit_the_header(downloads, body, words, is_compressed):
    text = HEADER + body
    refused(downloads, packed(text) if is_compressed else text, words, name=f"{NAME}.gz" if is_compressed else NAME)


@pytest.mark.parametrize("good", ["1,m,x\n", '1,m,"Contoso, Ltd."\n', '"1","m","x"\n', '1,m,"two\nlines"\n'])
@pytest.mark.parametrize("bad", ["1,m\n", "1,m,x,y\n", "1,m,x,\n", '1,m,"Contoso" Ltd.\n'])
def test_one_wrong_row_far_down(downloads, good, bad):
    count = CHUNK_BYTES // len(good)
    refused(downloads, HEADER + good * count + bad + good * 10, f"line {1 + count * good.count(chr(10)) + 1} ")


def test_a_quote_that_stays_open_to_the_end_of_a_large_file(downloads):
    refused(downloads, HEADER + '1,m,"x\n' + "1,m,x\n" * 300_000, "line 2")


def test_mixed_line_ends_lose_no_row(downloads):
    assert len(read(downloads, HEADER + "1,9,a\r\n2,9,b\n3,9,c\r\n")) == 3


def test_large_files_are_checked_across_chunks(downloads):
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
    written = [(str(number), "9", generator.choice(names)) for number in range(30_000)]
    text = csv_text([("MPNId", "PGA_MPNID", "City"), *written], lineterminator="\r\n")
    assert len(text) > 2 * CHUNK_BYTES
    found = read(downloads, text)
    assert found == [(number, pga, city or None, row) for row, (number, pga, city) in enumerate(written, start=2)]


def test_lines_inside_quotes_are_not_taken_for_rows(downloads):
    """DuckDB takes them for rows when it reads a file of this size in pieces."""
    long_name = "\n".join(["0,0,y"] * 300)
    rows = read(downloads, HEADER + "".join(f'{number},m,"{long_name}"\n' for number in range(6_000)))
    assert len(rows) == 6_000 and {row[2] for row in rows} == {long_name}


def test_a_file_that_may_not_be_read(downloads, monkeypatch):
    file = downloads.write(table())
    opened = type(file).open

    def refuse(path, *arguments, **options):
        if path == file:
            raise PermissionError(13, "Permission denied", str(file))
        return opened(path, *arguments, **options)

    monkeypatch.setattr(type(file), "open", refuse)
    assert "Permission denied" in downloads.error()


def test_line_ends_of_windows_fall_on_borders_between_chunks(downloads):
    """A file that is regular is not read row by row, wherever the chunks end."""
    text = (HEADER + "1,9,abcdefg\n" * 60_000).replace("\n", "\r\n").encode()
    for shift in range(14):
        file = downloads.write(text.replace(b"City", b"City" + b" " * shift, 1), NAME)
        assert scan(file, NAME, ",", 3, 0).rows == 60_000
