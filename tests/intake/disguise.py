"""Dresses a case up as the folder a person really has, so that nothing of what its rows mean changes.

Every choice comes from the seed. A choice is only made where the values leave one reading: a column of first days of
several months may be written day first, one of any days only where some day is above 12.
"""

from __future__ import annotations

import csv
import gzip
import io
import random
import re
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
from downloads import set_day

REPORT = {
    "azure_usage": ("Azure usage", "AzureUsage", "export"),
    "cpor_m365_usage": ("CPOR-M365 usage", "CPORM365Usage", "Invoice"),
    "training_completions": ("Trainings, exams and certifications", "TrainingCompletions"),
    "partner_profile": ("Partner profile", "Profile"),
    "azure_subscription_offers": ("offers", "Subscription offers"),
}
ALIASES = {
    "mpnid": ("PartnerID", "MPN ID", "mpn-id", "Partner ID"),
    "pgampnid": ("PGAPartnerID", "PGA MPN ID", "pga_mpnid"),
    "pga_mpnid": ("PGA_PartnerID", "PGAMpnId", "PGA MPN ID"),
    "customertenantid": ("CustomerTenantID", "customer_tenant_id", "CUSTOMERTENANTID"),
    "acr_usd": ("ACR USD", "acr-usd"),
}
DATES = {"month", "date", "trainingcompletiondate", "expirationdate"}
MONTHS = {"month", "date"}
NUMBERS = {"acr_usd", "monthlyactiveusers", "paidavailableunits"}
ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[ T]00:00:00)?")
MONTH_FIRST = re.compile(r"(\d\d?)/(\d\d?)/(\d{4})")
DECIMAL = re.compile(r"-?\d+\.\d+")
CODECS = ("utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252")
DELIMITERS = (",", ",", ";", "\t", "|")
PACKED = ("", "", "", "gz", "zip", "zip in zip", "gz in zip", "xlsx", "xlsx")


def disguise(case: Path, out: Path, seed: int) -> None:
    """Write the exports of a case into a folder, each in a form of its own, and some files that are no report.

    Arguments:
        case: a folder with <dataset>/export_date=.../*.csv.
        out: the folder to write.
        seed: decides every choice.
    """
    choose = random.Random(seed)
    for number, file in enumerate(sorted(case.glob("*/export_date=*/*.csv"))):
        day = date.fromisoformat(file.parent.name.partition("=")[2])
        with file.open(encoding="utf-8-sig", newline="") as text:
            header, *body = list(csv.reader(text))
        _write(choose, out, f"{choose.choice(REPORT[file.parts[-3]])} {number}", day, header, body)
    (out / "Invoice 2024-05.csv").write_text("Invoice;Amount\n1;2\n")
    (out / "photo.jpg").write_bytes(bytes(choose.randrange(256) for _ in range(3000)))
    (out / "~$Azure usage.xlsx").write_bytes(b"\x05owner")


def _write(choose: random.Random, out: Path, name: str, day: date, header: list[str], body: list[list[str]]) -> None:  # noqa: PLR0913, PLR0917
    packed, delimiter, codec = choose.choice(PACKED), choose.choice(DELIMITERS), choose.choice(CODECS)
    has_comma = delimiter != "," and packed != "xlsx" and choose.random() < 0.5
    columns = [list(column) for column in zip(*body, strict=True)] if body else [[] for _ in header]
    for position, column in enumerate(header):
        key = column.strip().lower()
        if key in DATES and packed != "xlsx":
            columns[position] = _dates(choose, columns[position], key in MONTHS)
        elif key in NUMBERS:
            columns[position] = _numbers(choose, columns[position], has_comma)
        elif key == "customertenantid" and choose.random() < 0.2:
            columns[position] = [
                f"{{{value}}}" if re.fullmatch(r"[0-9a-f-]{36}", value) else value for value in columns[position]
            ]
    shown = [_name(choose, column) for column in header]
    body = [list(row) for row in zip(*columns, strict=True)]
    place = choose.choice(["name", "digits", "words", "folder", "time", "export folder"])
    folder = {"folder": f"{day}", "export folder": f"any/export_date={day}"}.get(
        place, choose.choice(["Downloads", "deep/er", "."])
    )
    stem = {
        "name": f"{name}_{day}",
        "digits": f"{name} {day:%Y%m%d} {choose.randrange(16**6):06x}",
        "words": f"{name} {day:%d %B %Y}",
    }.get(place, f"{name} ({choose.randrange(2, 99)})")
    target = out / folder
    target.mkdir(parents=True, exist_ok=True)
    if packed == "xlsx":
        path = _workbook(choose, target / f"{stem}.xlsx", shown, header, body)
    else:
        data = _text(choose, [shown, *body], delimiter, codec, has_comma)
        path = _packed(packed, target, stem + choose.choice([".csv", ".CSV", ".txt", ".tsv"]), data)
    set_day(path, day.isoformat())


def _name(choose: random.Random, column: str) -> str:
    if column.strip().lower() in ALIASES and choose.random() < 0.4:
        return choose.choice(ALIASES[column.strip().lower()])
    return choose.choice([column, column, column, f" {column} ", column.upper(), column.lower()])


def _dates(choose: random.Random, values: list[str], are_months: bool) -> list[str]:
    """The same days in another form, where one form fits all values and one reading is left."""
    days = [date.fromisoformat(value[:10]) if ISO.fullmatch(value) else None for value in values]
    given = [day for day in days if day]
    if not given or any(value and not day for value, day in zip(values, days, strict=True)):
        return values
    forms = ["%d.%m.%Y", "%Y/%m/%d", "%d-%b-%Y", "%B %d, %Y", "%Y%m%d", "%Y-%m-%dT%H:%M:%S.0000000Z"]
    is_first = all(day.day == 1 for day in given)
    if are_months and is_first:
        forms += ["%b-%Y", "%B %Y", "%Y-%m", "%m/%Y", "%b-%y"]
        if len({day.month for day in given}) > 1:
            forms += ["%d/%m/%Y", "%d/%m/%y", "%d/%m/%Y %H:%M"]
    elif any(day.day > 12 for day in given):
        forms += ["%d/%m/%Y", "%d-%m-%Y %H:%M:%S"]
    form = choose.choice([None, *forms])
    if form is None:
        return values
    return ["" if day is None else datetime.combine(day, datetime.min.time()).strftime(form) for day in days]


def _numbers(choose: random.Random, values: list[str], has_comma: bool) -> list[str]:
    """The same numbers with a decimal comma, or with dollars and thousands; the rest as it is."""
    if has_comma:
        return [value.replace(".", ",") if DECIMAL.fullmatch(value) else value for value in values]
    if choose.random() < 0.3:
        return [f"${float(value):,.4f}" if re.fullmatch(r"\d+\.\d{1,4}", value) else value for value in values]
    return values


def _text(choose: random.Random, lines: list[list[str]], delimiter: str, codec: str, is_excel: bool) -> bytes:
    shown, *body = lines
    if body and choose.random() < 0.3:
        lines.insert(choose.randrange(1, len(lines)), shown)
    if choose.random() < 0.3:
        lines.insert(choose.randrange(1, len(lines) + 1), [])
    if choose.random() < 0.2:
        lines.append([""] * len(shown))
    text = io.StringIO()
    if is_excel and choose.random() < 0.5:
        text.write(f"sep={delimiter}\r\n")
    elif choose.random() < 0.2:
        text.write("Report of a partner\r\n\r\n")
    quoting = choose.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    ends = choose.choice(["\r\n", "\n"])
    csv.writer(text, delimiter=delimiter, lineterminator=ends, quoting=quoting).writerows(lines)
    try:
        return text.getvalue().encode(codec)
    except UnicodeEncodeError:
        return text.getvalue().encode()


def _packed(packed: str, target: Path, name: str, data: bytes) -> Path:
    if packed in ("zip", "zip in zip", "gz in zip"):
        is_gz = packed == "gz in zip"
        member, content = (f"{name}.gz", gzip.compress(data, mtime=0)) if is_gz else (f"in/{name}", data)
        if packed == "zip in zip":
            member, content = f"{name}.zip", _zipped(member, content)
        path = target / f"{Path(name).stem}.zip"
        path.write_bytes(_zipped(member, content))
        return path
    path = target / (f"{name}.gz" if packed else name)
    path.write_bytes(gzip.compress(data, mtime=0) if packed else data)
    return path


def _zipped(member: str, content: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, content)
    return data.getvalue()


def _workbook(choose: random.Random, path: Path, shown: list[str], header: list[str], body: list[list[str]]) -> Path:
    workbook = openpyxl.Workbook()
    workbook.active.append(["Read me first"])
    sheet = workbook.create_sheet("Export")
    if choose.random() < 0.4:
        sheet.append(["Report of a partner"])
        sheet.append([])
    sheet.append(shown)
    for row in body:
        sheet.append([_cell(column.strip().lower(), value) for column, value in zip(header, row, strict=True)])
    workbook.save(path)
    return path


def _cell(column: str, value: str) -> object:
    if column in DATES and ISO.fullmatch(value):
        return datetime.fromisoformat(value[:10])
    if column in NUMBERS and re.fullmatch(r"-?\d+(\.\d{1,6})?", value):
        return float(value) if "." in value else int(value)
    if column.endswith("mpnid") and value.isdigit():
        return int(value)
    return value or None
