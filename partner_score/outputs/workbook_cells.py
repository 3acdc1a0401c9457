"""Cells of the workbook: how they look, and how a value is written, whatever sheet it is on."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

# Excel's limit, per cell.
MAXIMUM_TEXT = 32_767

# A text that a spreadsheet program may take for a formula when it reads or edits it; understood by Python and DuckDB.
# https://owasp.org/www-community/attacks/CSV_Injection
FORMULA_START = r"^(?:[\t\r\n ]*[=+\-@＝＋－＠]|[\t\r\n])"

FONT = {"font_name": "Calibri", "font_size": 11, "valign": "top"}
INK, LINE = "#1B2A41", "#B8C4D6"
STYLES = {
    "text": {},
    "code": {},
    "flag": {"align": "center"},
    "rank": {"num_format": "0", "align": "center"},
    "unit": {"align": "left", "indent": 1},
    "whole": {"num_format": "#,##0"},
    "points": {"num_format": "0.00"},
    "value": {"num_format": "#,##0.00"},
    "signed": {"num_format": "+0.00;[Red]-0.00;0.00"},
    "month": {"num_format": "mmm yyyy", "align": "left"},
    "lost": {"num_format": "mmm yyyy", "align": "left", "bold": True, "font_color": "#9C0006"},
    "lead": {"font_size": 12, "font_color": INK},
    "date": {"num_format": "d mmm yyyy", "align": "left"},
    "quoted": {"quote_prefix": True},
    "exact": {"num_format": "0.00##"},
    "total": {"num_format": "0.00", "bold": True},
    "input": {
        "num_format": "General",
        "bg_color": "#FFF2B3",
        "font_color": "#0B3D91",
        "border": 1,
        "border_color": LINE,
    },
    "chosen": {"bold": True, "bg_color": "#FFF2B3", "font_color": "#0B3D91", "border": 1, "border_color": LINE},
    "title": {"bold": True, "font_size": 20, "font_color": INK},
    "section": {"bold": True, "font_size": 14, "font_color": INK},
    "heading": {
        "bold": True,
        "text_wrap": True,
        "valign": "vcenter",
        "font_color": "#FFFFFF",
        "bg_color": INK,
        "border": 1,
        "border_color": LINE,
    },
    "term": {"bold": True},
    "wrapped": {"text_wrap": True},
    "rows": {"num_format": '#,##0 "rows"', "align": "left"},
    "warning": {"bold": True, "font_color": "#9C0006"},
    "link": {"font_color": "#0B57D0", "underline": 1},
    "good": {"bg_color": "#D7EFDC", "font_color": "#0B5125"},
    "doubtful": {"bg_color": "#FBE3D0", "font_color": "#7A3300"},
}
STATUS_COLOURS = tuple(
    {"type": "cell", "criteria": "==", "value": f'"{status}"', "format": style}
    for status, style in (("qualified", "good"), ("insufficient history", "doubtful"))
)
A4 = 9
LINE_HEIGHT, TITLE_HEIGHT = 15, 30


def make_styles(workbook: xlsxwriter.Workbook) -> dict[str, Format]:
    """Make the formats of STYLES in a workbook."""
    return {name: workbook.add_format({**FONT, **style}) for name, style in STYLES.items()}


def write_cell(worksheet: Worksheet, place: tuple[int, int], value: Any, style: str, styles: dict[str, Format]) -> None:
    """Write a value by its type; a text stays a text, and nothing is written for None."""
    match value:
        case None:
            pass
        case bool():
            # not every program shows a truth value in words
            worksheet.write_string(*place, "yes" if value else "no", styles[style])
        case datetime.date():
            worksheet.write_datetime(*place, value, styles[style])
        case int() | Decimal():
            is_whole = style == "value" and value == int(value)
            worksheet.write_number(*place, value, styles["whole" if is_whole else style])
        case str():
            text = value.replace("_", " ") if style == "code" else value
            # the length that Excel has room for; XlsxWriter leaves out a longer text
            text = text if len(text) <= MAXIMUM_TEXT else text[: MAXIMUM_TEXT - 1] + "…"
            # quote_prefix keeps it a text when someone edits the cell
            worksheet.write_string(*place, text, styles["quoted" if re.match(FORMULA_START, text) else style])
        case _:
            raise TypeError(f"A cell cannot hold {type(value).__name__}.")


def set_up_print(worksheet: Worksheet, about: str = "") -> None:
    """Print on A4 across, as wide as a page, with what the sheet is about at its foot."""
    worksheet.set_landscape()
    worksheet.set_paper(A4)
    worksheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    worksheet.fit_to_pages(1, 0)
    worksheet.set_footer(f"&L&A&C{about.replace('&', '&&')}&RPage &P of &N")
