"""Interprets the columns of numbers of a report, which speak for each other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from partner_score.intake.numbers import (
    AMOUNT,
    COMMA,
    COUNT,
    DECIMAL_COMMA,
    MINUS_BEHIND,
    PARENTHESES,
    PLAIN,
    POINT,
    Evidence,
    NumberError,
    decimal_sign,
    evidence_of,
    is_dash,
    plain_number,
    spelling_of,
)
from partner_score.intake.report_rows import Rows, Values
from partner_score.intake.sql import text_literal

# A number whose point may separate thousands.
GROUPED = r"[ ]*[+-]?[1-9][0-9]{0,2}[.][0-9]{3}[ ]*"


def read_numbers(rows: Rows, values: Values) -> None:
    """Add what has to change in the columns of numbers, and what was decided.

    Arguments:
        rows: the rows of a report.
        values: what becomes of them, so far.

    Raises:
        ExportError: a column can be read in two ways, or is not in US dollars.
    """
    columns = {column: kind for column, kind in rows.dataset.numbers.items() if column in rows.texts}
    odd = _odd_numbers(rows, columns)
    evidence = {
        column: _evidence(rows, column, odd[column])
        for column, kind in columns.items()
        if any(odd.values()) or kind == COUNT or _has_open_points(rows, column)
    }
    for column, sign in _decimal_signs(rows, columns, evidence).items():
        spellings = odd[column]
        if sign == COMMA:
            spellings = spellings | _texts_with_points(rows, column)
        new = _new_numbers(spellings, sign or POINT)
        values.remarks += _number_remarks(column, new, sign)
        if columns[column] == AMOUNT and evidence[column].open_point and not sign:
            values.remarks.append(_point_remark(column, evidence[column]))
        dashes = [spelling for spelling in odd[column] if is_dash(spelling)]
        if dashes and (new or _has_number(rows, column)):
            new |= dict.fromkeys(dashes, "0")
            values.remarks.append(f"Column {column}: {dashes[0].strip()} is read as 0, as accounting writes it.")
        if new:
            values.spellings[column] = new
        if sign == COMMA and rows.cell_texts is None:
            values.decimal_commas.add(column)


def _decimal_signs(rows: Rows, columns: Mapping[str, str], evidence: Mapping[str, Evidence]) -> dict[str, str | None]:
    signs: dict[str, str | None] = {}
    # A column that says it itself speaks for those that do not.
    for column in sorted(evidence, key=lambda name: not (evidence[name].comma or evidence[name].point)):
        if columns[column] == AMOUNT and evidence[column].other_currency:
            raise rows.refusal(_other_currency(evidence[column].other_currency[0]), column)
        known = {sign for sign in signs.values() if sign}
        of_file = known.pop() if len(known) == 1 else None
        try:
            signs[column] = decimal_sign(evidence[column], columns[column], of_file, not rows.has_commas_between_fields)
        except NumberError as error:
            raise rows.refusal(str(error), column) from error
    return signs


def _other_currency(example: str) -> str:
    return (
        f"{example.strip()} is no amount in US dollars, and nothing is converted. Download the report again without "
        "opening it in Excel; if only the sign is wrong, save the column as plain numbers"
    )


def _odd_numbers(rows: Rows, columns: Iterable[str]) -> dict[str, dict[str, int]]:
    """Per column, the spellings that are no number as they are; of those with a decimal comma one, where all are texts.

    Nearly always there is none, and a cast is the cheapest test.
    """
    conditions = {
        column: f"try_cast({rows.texts[column]} as double) is null and trim({rows.texts[column]}) != ''"
        for column in columns
    }
    if not conditions:
        return {}
    found = rows.one(", ".join(f"count(*) filter ({condition})" for condition in conditions.values()))
    return {
        column: _spellings(rows, column, condition) if count else {}
        for (column, condition), count in zip(conditions.items(), found, strict=True)
    }


def _spellings(rows: Rows, column: str, condition: str) -> dict[str, int]:
    if rows.cell_texts is not None:
        return rows.spellings(column, condition)
    has_comma = f"regexp_full_match({rows.texts[column]}, {text_literal(DECIMAL_COMMA)})"
    (example,) = rows.one(f"min({rows.texts[column]})", has_comma)
    return rows.spellings(column, f"{condition} and not {has_comma}") | ({} if example is None else {example: 1})


def _has_open_points(rows: Rows, column: str) -> bool:
    """Whether the plain numbers of a column have points, and all of them may separate thousands.

    Nearly every file answers with its first rows.
    """
    if rows.cell_texts is not None:
        return any("." in text for text in rows.cell_texts.get(column, {}))
    text = rows.texts[column]
    has_point = f"contains({text}, '.') and try_cast({text} as double) is not null"
    return rows.has(has_point) and not rows.has(
        f"{has_point} and not regexp_full_match({text}, {text_literal(GROUPED)})"
    )


def _has_number(rows: Rows, column: str) -> bool:
    return rows.has(f"try_cast({rows.texts[column]} as double) is not null")


def _evidence(rows: Rows, column: str, odd: dict[str, int]) -> Evidence:
    """What the spellings of a column say: its odd ones, and its plain ones as far as they are texts."""
    if rows.cell_texts is None:
        evidence = evidence_of(odd)
        _add_plain_numbers(rows, column, evidence)
        return evidence
    evidence = evidence_of(rows.cell_texts.get(column, {}))
    text = rows.texts[column]
    whole = f"try_cast({text} as double) is not null and not contains({text}, '.')"
    evidence.whole = rows.one(f"count(*) filter ({whole})")[0]
    return evidence


def _texts_with_points(rows: Rows, column: str) -> dict[str, int]:
    """The spellings of a column that have a point and are texts.

    Raises:
        ExportError: a workbook has one of them as a true number, too: only one of the two may be rewritten.
    """
    spellings = rows.spellings(column, f"contains({rows.texts[column]}, '.')")
    if rows.cell_texts is None:
        return spellings
    texts = rows.cell_texts.get(column, {})
    for spelling, count in spellings.items():
        if spelling in texts and count > texts[spelling] and plain_number(spelling, COMMA) not in (None, spelling):
            raise rows.refusal(
                f"{spelling.strip()} stands there as a number and as a text, which are not the same number. Download "
                "the report again as CSV without opening it in Excel, or turn the texts into numbers",
                column,
            )
    return {spelling: count for spelling, count in spellings.items() if spelling in texts}


def _add_plain_numbers(rows: Rows, column: str, evidence: Evidence) -> None:
    """Add what the plain numbers of a column say: an example of each kind, and how many are whole."""
    # Of every spelling once: counts have few, and patterns are slow.
    text = "spelling"
    grouped = f"regexp_full_match({text}, {text_literal(GROUPED)})"
    point, first, last, others, whole = rows.one(
        f"""
            min({text}) filter (contains({text}, '.') and not {grouped}),
            min({text}) filter ({grouped}),
            max({text}) filter ({grouped}),
            min({text}) filter ({grouped} and not ends_with(trim({text}), '.000')),
            coalesce(sum(rows) filter (not contains({text}, '.')), 0)
        """,
        f"try_cast({text} as double) is not null",
        f"(select {rows.texts[column]} as spelling, count(*) as rows from {rows.source} group by all)",
    )
    evidence.point += [point] if point else []
    evidence.open_point += sorted({first, last, others} - {None})
    evidence.whole += whole


def _new_numbers(spellings: dict[str, int], sign: str) -> dict[str, str]:
    new = {}
    for spelling in spellings:
        if sign == POINT and re.fullmatch(PLAIN, spelling):
            continue
        text = plain_number(spelling, sign)
        if text is not None and text != spelling.strip(" "):
            new[spelling] = text
    return new


def _number_remarks(column: str, new: dict[str, str], sign: str | None) -> list[str]:
    """What is said of numbers that are rewritten: how they are read, and what makes them negative."""
    by_sign: dict[str | None, list[str]] = {}
    for spelling in new:
        by_sign.setdefault(spelling_of(spelling).sign, []).append(spelling)
    behind, in_parentheses = by_sign.pop(MINUS_BEHIND, []), by_sign.pop(PARENTHESES, [])
    plain = [spelling for spellings in by_sign.values() for spelling in spellings]
    how = {COMMA: " with a decimal comma", POINT: " with a decimal point"}.get(sign or "", "")
    decisions = [
        (f"numbers are read{how}", plain or (list(new) if sign == COMMA else [])),
        ("numbers in parentheses are negative, as in accounting", in_parentheses),
        ("a minus behind a number is read as one before it", behind),
    ]
    remarks = []
    for decision, examples in decisions:
        if examples:
            example = max(examples, key=len)
            remarks.append(f"Column {column}: {decision}, such as {example.strip()} for {new[example]}.")
    return remarks


def _point_remark(column: str, evidence: Evidence) -> str:
    example = max(evidence.open_point, key=len).strip()
    return (
        f"Column {column}: the point is read as the decimal sign, such as in {example}, because commas separate the "
        "fields of the file."
    )
