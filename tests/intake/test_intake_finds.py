"""Point 1: reports are found by their header, in any depth, and never by name."""

from __future__ import annotations

import csv
import os

import pytest
from downloads import DAY, PROFILE, SEATS, TRAINING, USAGE, Downloads, csv_text, packed, table

from partner_score.intake.headers import ALIASES
from partner_score.intake.sources import datasets

OPTIONAL = [dataset.name for dataset in datasets() if dataset.is_optional]


@pytest.fixture
def downloads(tmp_path):
    return Downloads(tmp_path)


@pytest.mark.parametrize(
    ("base", "dataset"),
    [
        (USAGE, "azure_usage"),
        (SEATS, "cpor_m365_usage"),
        (TRAINING, "training_completions"),
        (PROFILE, "partner_profile"),
        ({"SubscriptionId": "s", "OfferName": "Trial"}, "azure_subscription_offers"),
        (
            {"AsOfDate": "2024-05-01", "PGA_MPNID": "9", "SolutionArea": "Security", "Metric": "Total", "Points": "70"},
            "partner_center_scores",
        ),
    ],
)
@pytest.mark.parametrize(
    "name", ["a.csv", "deep/er/still/Invoice.txt", "partner_profile.dat", "UPPER.CSV", "no ending"]
)
def test_a_report_is_known_by_its_header_whatever_its_name_and_place(downloads, base, dataset, name):
    downloads.write(table(base=base), f"{DAY}/{name}")
    record = downloads.record()
    assert (record.dataset, record.source_file, record.rows) == (dataset, f"{DAY}/{name}", 1)


@pytest.mark.parametrize(
    "spelled",
    [
        "customertenantid",
        "CUSTOMERTENANTID",
        "Customer Tenant ID",
        "customer_tenant_id",
        "Customer-Tenant-Id",
        " CustomerTenantId ",
    ],
)
def test_headers_match_without_regard_to_case_blanks_underscores_and_hyphens(downloads, spelled):
    lines = table()
    lines[0][lines[0].index("CustomerTenantId")] = spelled
    downloads.write(lines)
    assert downloads.values("CustomerTenantId") == [USAGE["CustomerTenantId"]]


@pytest.mark.parametrize(
    ("base", "column", "alias"),
    [
        (USAGE, "MPNID", "PartnerID"),
        (USAGE, "PGAMpnID", "PGAPartnerID"),
        (USAGE, "MPNID", "MPN ID"),
        (PROFILE, "PGA_MPNID", "PGAMpnId"),
        (PROFILE, "PGA_MPNID", "PGA_PartnerID"),
        (PROFILE, "MPNId", "Partner ID"),
        (TRAINING, "PGAMpnId", "PGA Partner ID"),
        (SEATS, "MpnId", "PartnerID"),
    ],
)
def test_a_column_goes_by_the_aliases_of_the_seed(downloads, base, column, alias):
    lines = table(base=base)
    lines[0][lines[0].index(column)] = alias
    downloads.write(lines)
    assert downloads.values(column, downloads.record().dataset) == [base[column]]


def test_every_alias_of_the_seed_is_of_a_column_that_is_read():
    columns = {(dataset.name, column) for dataset in datasets() for column in dataset.columns}
    with ALIASES.open(encoding="utf-8", newline="") as file:
        assert {(row["dataset"], row["column"]) for row in csv.DictReader(file)} <= columns


def test_the_own_name_wins_over_an_alias(downloads):
    lines = table()
    downloads.write([[*lines[0], "PartnerID"], [*lines[1], "other"]])
    assert downloads.values("MPNID") == [USAGE["MPNID"]]


@pytest.mark.parametrize(
    ("column", "other"),
    [("ACR_USD", "TotalACR"), ("ServiceLevel2", "ServiceName"), ("ACR_USD", "MonthlySubscriptionLevelACR")],
)
def test_a_name_of_another_meaning_is_refused_with_a_hint(downloads, column, other):
    lines = table()
    lines[0][lines[0].index(column)] = other
    downloads.write(lines)
    message = downloads.error()
    for word in (f"usage {DAY}.csv", f"column {column}", other, "rename"):
        assert word in message


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("Invoice 2024-05.csv", b"Invoice;Amount\n1;2\n"),
        ("holiday.jpg", b"\xff\xd8\xff\xe0" + bytes(range(256)) * 20),
        ("~$usage.xlsx", b"\x04user"),
        ("desktop.ini", b"[x]"),
        (".DS_Store", b"\0\0\0\1Bud1"),
        ("empty.csv", b""),
        ("empty.xlsx", b""),
        ("blank.csv", b"\n\n\n"),
        ("letter.docx.gz", packed("Dear partner,\n")),
        ("scan.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(range(256))),
        (
            "office.csv",
            b"PGAMpnId,CustomerTenantId,WorkloadName,Month,PaidAvailableUnits,MonthlyActiveUsers,MPNId,"
            b"PartnerAttributionType,IsDuplicateRowForPGA\n1,2,3,4,5,6,7,8,9\n",
        ),
    ],
)
def test_what_is_no_report_is_left_alone_and_listed(downloads, name, content):
    downloads.write(table())
    downloads.write(content, name)
    intake = downloads.take()
    assert [record.source_file for record in intake.records] == [f"usage {DAY}.csv"]
    assert list(intake.left_alone) == [name] and intake.left_alone[name]


@pytest.mark.parametrize(
    "name",
    [
        f"usage {DAY}.csv.crdownload",
        f"usage {DAY}.csv.part",
        f"usage {DAY}.csv.partial",
        f"usage {DAY}.csv.download/usage {DAY}.csv",
    ],
)
def test_a_download_that_is_not_finished_is_left_alone_and_listed(downloads, name):
    downloads.write(table(base=PROFILE))
    downloads.write(table(), name)
    assert downloads.take().left_alone == {name: "a download that is not finished"}


def test_a_damaged_document_is_left_alone_and_listed(downloads):
    downloads.write(table())
    downloads.write(b"PK\x03\x04 and no more", "minutes.docx")
    assert downloads.take().left_alone == {"minutes.docx": "a damaged Office document"}


def test_a_folder_that_may_not_be_read_stops_the_build(downloads, monkeypatch):
    """Its reports would be missing without a word. Root may read every folder, so the system is told to refuse."""
    downloads.write(table())
    downloads.write(table(), f"closed/usage {DAY}.csv")
    scandir = os.scandir

    def refused(path):
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refused)
    assert "closed: cannot be read (Permission denied). Check its permissions." in downloads.error()


@pytest.mark.parametrize("is_workbook", [False, True])
def test_a_report_in_one_column_stops_the_build(downloads, is_workbook):
    """What an Excel that expects semicolons makes of a file with commas."""
    downloads.write(table(base=PROFILE))
    lines = [[line] for line in csv_text(table()).splitlines()]
    if is_workbook:
        downloads.write_workbook({"Sheet1": lines})
    else:
        downloads.write(csv_text(lines, quoting=csv.QUOTE_ALL))
    assert "all its columns are in one. Excel did not take them apart" in downloads.error()


@pytest.mark.parametrize("is_workbook", [False, True])
def test_a_note_that_lists_the_columns_is_no_report(downloads, is_workbook):
    header = ",".join(table()[0])
    if is_workbook:
        downloads.write_workbook({"Data": table(), "Notes": [["The columns are"], [header], ["and no more"]]})
    else:
        downloads.write(table())
        downloads.write(f'The columns are\n"{header}"\nand no more\n', "readme.txt")
    assert len(downloads.rows()) == 1


def test_our_own_points_are_no_list_of_microsofts(downloads):
    """A mart that was exported into the folder, or any file with a metric and points."""
    downloads.write(table())
    downloads.write(
        "pga_mpn_id,ruleset_id,metric,category,as_of_month,earned_units,points\n9,r,m,c,2024-05-01,1,2\n", "fct.csv"
    )
    downloads.write("pga_mpn_id,area,as_of_month,metric,points\n9,security,2024-05-01,total,70\n", "variance.csv")
    intake = downloads.take()
    assert sorted(intake.left_alone) == ["fct.csv", "variance.csv"]


def test_a_list_of_points_that_lacks_one_column_stops_the_build(downloads):
    downloads.write(table())
    downloads.write("AsOfDate,PGA_MPNID,Area,Metric,Points\n2024-05-01,9,Security,Total,70\n", "points.csv")
    assert "SolutionArea" in downloads.error()


def test_a_list_with_the_ids_of_partners_is_no_profile(downloads):
    downloads.write(table())
    downloads.write("MPNId,PGAMpnId,Month,Seats,Product,A,B,C\n1,2,3,4,5,6,7,8\n", "resellers.csv")
    assert downloads.take().missing[1:] == ["training_completions", "partner_profile", *OPTIONAL]


def test_most_but_not_all_columns_stop_the_build(downloads):
    lines = table()
    downloads.write(
        [
            [cell for name, cell in zip(lines[0], line, strict=True) if name not in ("ACR_USD", "Month")]
            for line in lines
        ]
    )
    message = downloads.error()
    for word in (f"usage {DAY}.csv", "azure_usage", "column Month", "Month, ACR_USD", "Columns found: PGAMpnID, MPNID"):
        assert word in message


@pytest.mark.parametrize("again", ["mpn_id", "MPNID"])
def test_a_column_that_is_there_twice_stops_the_build(downloads, again):
    lines = table()
    downloads.write([[*lines[0], again], [*lines[1], "x"]])
    message = downloads.error()
    assert "column MPNID" in message and "more than once" in message


def test_no_report_at_all_is_an_error_that_lists_what_was_found(downloads):
    downloads.write("Invoice;Amount\n", "Invoice.csv")
    message = downloads.error()
    for word in (str(downloads.folder), "Invoice.csv", "Invoice;Amount", "Partner Center"):
        assert word in message


def test_an_empty_folder_and_none(downloads, tmp_path):
    assert "empty" in downloads.error()
    downloads.folder = tmp_path / "nowhere"
    assert "PARTNER_CENTER_EXPORTS" in downloads.error()


def test_a_report_in_the_folder_of_another_stops_the_build(downloads):
    downloads.write(table(base=SEATS), f"azure_usage/export_date={DAY}/part-0.csv")
    message = downloads.error()
    for word in (f"azure_usage/export_date={DAY}/part-0.csv", "cpor_m365_usage", "Move"):
        assert word in message


@pytest.mark.parametrize("content", [b"", b"Invoice;Amount\n1;2\n", b"\n\n"])
def test_what_is_no_report_among_exports_stops_the_build(downloads, content):
    downloads.write(table())
    name = f"azure_usage/export_date={DAY}/part-0.csv"
    downloads.write(content, name)
    message = downloads.error()
    assert name in message and "azure_usage" in message


def test_every_file_that_is_wrong_is_named_at_once(downloads):
    for number in range(3):
        downloads.write(csv_text(table()).replace("ACR_USD", "Revenue"), f"{number} {DAY}.csv")
    with pytest.raises(Exception, match="0 2024") as raised:
        downloads.take()
    assert len(str(raised.value).split("\n\n")) == 3


def test_a_link_is_followed_and_a_broken_one_is_an_error(downloads, tmp_path):
    other = tmp_path / "other disk"
    other.mkdir()
    (other / f"usage {DAY}.csv").write_text(csv_text(table()))
    (downloads.folder / "linked").symlink_to(other)
    (downloads.folder / "round").symlink_to(downloads.folder)
    assert downloads.record().source_file == f"linked/usage {DAY}.csv"
    (downloads.folder / "broken.csv").symlink_to("nowhere.csv")
    assert "broken.csv" in downloads.error()


def test_a_name_that_is_not_utf8(downloads):
    downloads.write(table(), "M\udcfcnchen.csv")
    message = downloads.error()
    assert "nchen.csv" in message and "Rename" in message


@pytest.mark.parametrize(
    "folder",
    [
        "with space",
        "apo'stro''phe",
        "čeština 日本",
        "[brackets]",
        "st*r and ?",
        "{a,b}",
        "client=acme",
        "a%20b#c",
        '"q"',
    ],
)
def test_any_folder_name_is_taken_literally(downloads, folder):
    downloads.write(table({"MPNID": "99100002"}), f"{folder}/usage {DAY}.csv")
    downloads.write_parquet(
        f"select * from (values {tuple(USAGE.values())}) t({', '.join(USAGE)})", f"{folder}/usage {DAY}.parquet"
    )
    assert len(downloads.rows()) == 2
