"""The workbook's What-if sheet: how a partner changes is typed into cells, and formulas say what that earns.

The formulas are those of macros/scoring.sql and macros/skilling_values.sql. They read figures of the warehouse, which
stand on a second sheet: a row per rule set and a row per partner. No number of a rule stands in a formula. A
spreadsheet counts in binary fractions, so a formula rounds to the decimals of the SQL before it cuts or compares.

XlsxWriter works out no formula, and not every program does when it opens a file. So each formula is written with its
result for the partner that is chosen at first and for no change: that is the month as the marts have it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Decimal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from partner_score.outputs.what_if_figures import DATA, Figures, Formula, Key, Value, listed
from partner_score.outputs.workbook_cells import (
    LINE_HEIGHT,
    STATUS_COLOURS,
    TITLE_HEIGHT,
    set_up_print,
    write_cell,
)

NAME = "What-if"
ABOUT = {
    NAME: "One partner at a time: type how it changes, and formulas work out units, points, total and status.",
    DATA: "What the formulas of What-if read: one row per rule set, and one row per partner.",
}
HINTS = (
    "Choose a partner, and type into the yellow cells what it gains in {month}, or with a minus sign what it loses. "
    "The other cells are formulas.",
    "Each line stands by itself: type a customer into every line in which it counts, and a person into every step "
    "that the person holds.",
    "Whether one customer counts (threshold, active seats, carry-over) this sheet cannot say: partner-score what-if "
    "and the partner's page judge single customers.",
)
NOW = ("Now", "As the warehouse has it in the last scored month.")
THEN = ("Then", "With what is typed.")
DIFFERENCE = ("Change", "Then less now.")
CHANGE_BY = ("Change by", "Yours to type: what is added in the last scored month, or with a minus sign what is lost.")
UNITS_NOW = ("Units now", "Full units of a track; of a metric those of its tracks, cut at the units for maximum.")
UNITS_THEN = ("Units then", "The same of what is there then.")
IT_TAKES = ("It takes", "The least that is asked for: of a metric its points, of a step the people who hold it.")
MET_THEN = ("Met then", "Whether that is reached then.")
# Headings of the blocks with what they mean, from the third column on; the first two name the line.
SCORE_BLOCK = (NOW, DIFFERENCE, THEN)
POINTS_BLOCK = (
    NOW,
    DIFFERENCE,
    THEN,
    UNITS_NOW,
    UNITS_THEN,
    ("Units for maximum", "Units that earn the maximum of the metric."),
    ("Points per unit", "Where the rules name them. Without them the units for the maximum earn it in equal parts."),
    ("Points for steps", "Points that the steps held then earn by themselves."),
    ("Maximum points", "The most that the metric earns."),
    ("Exact points then", "Before they are rounded up to the hundredth. The total adds these."),
    IT_TAKES,
    MET_THEN,
)
TRACKS_BLOCK = (
    NOW,
    CHANGE_BY,
    THEN,
    ("A year before", "What it is compared with. It does not change."),
    ("Growth now", "Now less a year before; of skilling the people themselves."),
    ("Growth then", "Then less a year before; of skilling the people themselves."),
    ("One unit", "Growth that makes a unit. Only full units count."),
    ("Units at most", "Where the track itself has a bound."),
    UNITS_NOW,
    UNITS_THEN,
)
PEOPLE_BLOCK = (
    NOW,
    CHANGE_BY,
    THEN,
    IT_TAKES,
    MET_THEN,
    ("Points for it", "Points that the step earns by itself."),
)
# What the headings mean; one that several blocks have means the same in each.
HEADINGS = dict((*SCORE_BLOCK, *TRACKS_BLOCK, *PEOPLE_BLOCK, *POINTS_BLOCK))
# The first columns, in characters, and those after them.
WIDTHS, WIDTH = (27, 60), 12
# Where the partner is chosen, counted from 1.
PARTNER_ROW = 7


def write_what_if(workbook: xlsxwriter.Workbook, styles: dict[str, Format], figures: Figures, foot: str) -> None:
    """Write the two sheets.

    Arguments:
        workbook: open, with the sheets before them written.
        styles: the workbook's formats.
        figures: what the formulas read.
        foot: what stands at the foot of the printed sheet.
    """
    form, data = workbook.add_worksheet(NAME), workbook.add_worksheet(DATA)
    _Form(form, styles, figures).write()
    _write_data(data, styles, figures)
    set_up_print(form, foot)
    form.fit_to_pages(1, 1)


def _write_data(worksheet: Worksheet, styles: dict[str, Format], figures: Figures) -> None:
    """Write the sheet that the formulas read, top down."""
    rules, partners = figures.rules, figures.partners
    worksheet.hide_gridlines(2)
    worksheet.set_column(0, 0, 44)
    worksheet.set_column(1, len(partners.headings) - 1, 16)
    worksheet.set_row(0, TITLE_HEIGHT)
    write_cell(worksheet, (0, 0), "What the sheet What-if reads", "title", styles)
    write_cell(
        worksheet, (1, 0), "Nothing is to be typed here. The numbers of the rules are the rulebook's.", "text", styles
    )
    label = f"'{NAME}'!$B${PARTNER_ROW}"
    # a text that is looked up may have wildcards in it
    for sign in "~*?":
        label = f'SUBSTITUTE({label},"{sign}","~{sign}")'
    places = {
        3: ("Row of the partner", f"=MATCH({label},{partners.column_range(('label',))},0)", partners),
        4: (
            "Row of its rule set",
            f"=MATCH(INDEX({partners.column_range(('ruleset',))},$B$4),{rules.column_range(('ruleset',))},0)",
            rules,
        ),
    }
    for row, (name, text, block) in places.items():
        write_cell(worksheet, (row, 0), name, "term", styles)
        worksheet.write_formula(row, 1, text, styles["rank"], 1 + block.rows.index(block.chosen))
    for block in (rules, partners):
        worksheet.set_row(block.top, 75)
        for number, heading in enumerate(block.headings.values()):
            write_cell(worksheet, (block.top, number), heading, "heading", styles)
        for row, values in enumerate(block.rows, start=block.top + 1):
            for number, key in enumerate(block.headings):
                write_cell(worksheet, (row, number), values.get(key), "text", styles)


class _Form:
    """The sheet to type into. Its cells are collected first: each row is written once, top down."""

    def __init__(self, worksheet: Worksheet, styles: dict[str, Format], figures: Figures) -> None:
        self.worksheet = worksheet
        self.styles = styles
        self.figures = figures
        self.rules, self.partners = figures.rules, figures.partners
        # by row and column as they read on the sheet
        self.cells: dict[tuple[int, str], tuple[Formula | Value, str]] = {}
        self.heights: dict[int, float] = {1: TITLE_HEIGHT}

    def write(self) -> None:
        """Write the sheet."""
        figures = self.figures
        self._put(1, "A", f"What if, {figures.month:%B %Y}", "title")
        for row, hint in enumerate(HINTS, start=2):
            self._put(row, "A", hint.format(month=f"{figures.month:%B %Y}"), "text")
        # rows of the lines of each block, below its headings
        score = PARTNER_ROW + 4
        tracks = score + 5
        people = tracks + len(figures.lines) + 2
        points = people + len(figures.steps) + 3
        self.track_rows = dict(zip(figures.lines, range(tracks, points), strict=False))
        self.step_rows = {step: people + number for number, step in enumerate(figures.steps)}
        self.complete_row = people + len(figures.steps)
        self.metric_rows = {metric: points + number for number, metric in enumerate(figures.metrics)}
        self._choose(PARTNER_ROW)
        self._block(score - 1, "Score", SCORE_BLOCK)
        self._score(score)
        self._block(tracks - 1, "What counts", TRACKS_BLOCK)
        for line, row in self.track_rows.items():
            self._track(row, *line)
        self._block(people - 1, "People", PEOPLE_BLOCK)
        self._people()
        self._block(points - 1, "Points", POINTS_BLOCK)
        for metric, row in self.metric_rows.items():
            self._metric(row, metric)
        self._flush()

    def _choose(self, row: int) -> None:
        self._put(row, "A", "Partner", "term")
        self._put(row, "B", self.partners.chosen[("label",)], "chosen")
        self.worksheet.data_validation(
            f"B{row}",
            {
                "validate": "list",
                "source": f"={self.partners.column_range(('label',))}",
                "ignore_blank": False,
                "error_title": "Partner",
                "error_message": "Choose a partner from the list.",
            },
        )
        asked = f'=IF(ISNA(\'{DATA}\'!{self.partners.chosen_cell}),"Choose a partner from the list.","")'
        self._put(row, "C", Formula(asked, ""), "warning")
        self._put(row + 1, "A", "Rules", "term")
        self._put(row + 1, "B", self.rules.lookup(("name",)), "text")

    def _score(self, row: int) -> None:
        """Total, gap and status."""
        exact = self._range("L", self.metric_rows.values())
        passing = self.rules.lookup(("minimum total",))
        passes, total = passing.text.removeprefix("="), self.partners.chosen[("total",)]
        gap = total - passing.result
        self._put(row, "A", "Total points", "term")
        self._put(row, "C", self.partners.lookup(("total",)), "total")
        self._put(row, "E", Formula(f"={_rounded_up(f'SUM({exact})')}", total), "total")
        self._put(row + 1, "A", "Gap", "term")
        self._put(row + 1, "B", "Total less the points that pass", "text")
        for column in "CE":
            self._put(row + 1, column, Formula(f"=ROUND({column}{row}-{passes},2)", gap), "signed")
        self._put(row + 2, "A", "Status", "term")
        self._put(row + 2, "C", self.partners.lookup(("status",)), "text")
        history = self.partners.lookup(("history",)).text.removeprefix("=")
        met = self._all_met("N", self.metric_rows.values())
        judged = f'IF(AND(ROUND(SUM({exact}),6)>={passes},{met}),"qualified","in progress")'
        status = Formula(f'=IF({history}="yes",{judged},"insufficient history")', self.partners.chosen[("status",)])
        self._put(row + 2, "E", status, "text")
        self._put(row, "D", Formula(f"=ROUND(E{row}-C{row},2)", 0), "signed")
        for condition in STATUS_COLOURS:
            shown = {**condition, "format": self.styles[condition["format"]]}
            self.worksheet.conditional_format(f"C{row + 2}:E{row + 2}", shown)

    def _track(self, row: int, metric: str, track: str) -> None:
        """A track: its growth, and the full units of it."""
        line = (metric, track)

        def figure(text: str, name: str) -> Formula:
            return self._of_line(row, ("value", *line), text, self.partners.chosen.get((name, *line), ""))

        self._put(row, "A", self.figures.metric_names[metric], "text")
        self._put(row, "B", self.rules.lookup(("counts", *line)), "wrapped")
        longest = max(len(rules.get(("counts", *line), "")) for rules in self.rules.rows)
        self.heights[row] = LINE_HEIGHT * math.ceil(longest / WIDTHS[1])
        self._put(row, "C", self.partners.lookup(("value", *line)), "whole")
        if track == "skilling":
            met = self._all_met("G", self.step_rows.values())
            self._put(row, "D", self._of_line(row, ("value", *line), f"E{row}-C{row}", 0), "whole")
            self._put(row, "E", figure(f"IF({met},MAX(0,E{self.complete_row}),0)", "value"), "whole")
        else:
            measures = {rules.get(("measure", *line), "count") for rules in self.rules.rows}
            self._ask(row, is_count=measures == {"count"})
            self._put(row, "E", figure(f"C{row}+D{row}", "value"), "whole")
        self._put(row, "F", self.partners.lookup(("prior", *line)), "whole")
        self._put(row, "G", self.partners.lookup(("growth", *line)), "whole")
        # not then less a year before: large figures would take the last decimals away
        self._put(row, "H", figure(f"G{row}+D{row}", "growth"), "whole")
        self._put(row, "I", self.rules.lookup(("unit", *line)), "whole")
        self._put(row, "J", self.rules.lookup(("cap", *line)), "whole")
        self._put(row, "K", self.partners.lookup(("units", *line)), "whole")
        # INT and not ROUNDDOWN, by which LibreOffice takes 19.9999999999999 for 20
        units = f"INT(ROUND(MAX(0,H{row}),10)/I{row})"
        if self.rules.lookup(("cap", *line)):
            # an empty text is no bound
            units = f"MIN(J{row},{units})"
        self._put(row, "L", figure(units, "units"), "whole")

    def _of_line(self, row: int, key: Key, text: str, result: Value) -> Formula:
        """A formula of a line, and nothing where the chosen partner's rules do not have the line.

        Arguments:
            row: of the line, whose third cell looks up the figure.
            key: of the figure.
            text: the formula without its equals sign.
            result: of the formula, where the line is there.
        """
        if not self.partners.has_gaps(key):
            return Formula(f"={text}", result)
        return Formula(f'=IF(C{row}="","",{text})', "" if self.partners.chosen.get(key) is None else result)

    def _people(self) -> None:
        """Those who hold the steps that are asked of all together, and those who hold what is asked of one."""
        for step, row in self.step_rows.items():
            key = ("holders", str(step))
            self._holders(row, key)
            self._put(row, "B", f"People who hold step {step}", "text")
            takes = self.rules.lookup(("takes", str(step)))
            self._put(row, "F", takes, "whole")
            met = "yes" if self._is_held(step) else "no"
            self._put(row, "G", self._of_line(row, key, f'IF(E{row}>=F{row},"yes","no")', met), "flag")
            self._put(row, "H", self.rules.lookup(("step points", str(step))), "points")
        if self.partners.lookup(("complete",)):
            self._holders(self.complete_row, ("complete",))
            self._put(self.complete_row, "B", self.rules.lookup(("of one",)), "text")

    def _holders(self, row: int, key: Key) -> None:
        """A line of people."""
        metrics = [self.figures.metric_names[metric] for metric, track in self.track_rows if track == "skilling"]
        self._put(row, "A", listed(metrics), "text")
        self._put(row, "C", self.partners.lookup(key), "whole")
        self._ask(row, is_count=True)
        self._put(row, "E", self._of_line(row, key, f"C{row}+D{row}", self.partners.chosen.get(key, "")), "whole")

    def _is_held(self, step: int) -> bool:
        """Whether as many hold a step now as the chosen partner's rules ask for."""
        holders = self.partners.chosen.get(("holders", str(step)))
        return holders is not None and holders >= self.rules.chosen[("takes", str(step))]

    def _metric(self, row: int, metric: str) -> None:
        """A metric: the units of its tracks, and their points."""
        chosen = self.partners.chosen
        points, exact = (chosen.get((name, metric), Decimal(0)) for name in ("points", "exact"))

        def figure(text: str, result: Value) -> Formula:
            return self._of_line(row, ("points", metric), text, result)

        rows = [place for line, place in self.track_rows.items() if line[0] == metric]
        tracks = [track for name, track in self.track_rows if name == metric]
        has_steps = bool(self.step_rows) and "skilling" in tracks
        self._put(row, "A", self.figures.metric_names[metric], "text")
        self._put(row, "C", self.partners.lookup(("points", metric)), "points")
        self._put(row, "D", figure(f"ROUND(E{row}-C{row},2)", 0), "signed")
        self._put(row, "E", figure(_rounded_up(f"L{row}"), points), "points")
        self._put(row, "F", self.partners.lookup(("units", metric)), "whole")
        units = chosen.get(("units", metric), 0)
        self._put(row, "G", figure(f"MIN(H{row},SUM({self._range('L', rows)}))", units), "whole")
        self._put(row, "H", self.rules.lookup(("units for max", metric)), "whole")
        per_unit = self.rules.lookup(("points per unit", metric))
        self._put(row, "I", per_unit, "points")
        earned = f"K{row}*G{row}/H{row}"
        if per_unit:
            earned = f'IF(I{row}="",{earned},I{row}*G{row})'
        if has_steps:
            steps = self.step_rows.values()
            held = f'SUMIF({self._range("G", steps)},"yes",{self._range("H", steps)})'
            earning = [self.rules.chosen[("step points", str(step))] for step in self.step_rows if self._is_held(step)]
            self._put(row, "J", figure(held, sum(earning, Decimal(0))), "points")
            earned = f"J{row}+{earned}"
        self._put(row, "K", self.rules.lookup(("max points", metric)), "points")
        self._put(row, "L", figure(f"ROUND(MIN(K{row},{earned}),10)", exact), "exact")
        least = self.rules.lookup(("minimum metric",))
        self._put(row, "M", least, "points")
        met = "yes" if exact >= least.result else "no"
        self._put(row, "N", figure(f'IF(L{row}>=M{row},"yes","no")', met), "flag")

    def _ask(self, row: int, *, is_count: bool) -> None:
        """Let people type what changes."""
        self._put(row, "D", 0, "input")
        if is_count:
            rule = {"validate": "integer", "criteria": ">=", "value": f"=-C{row}"}
            message = "Type a whole number. No more can be lost than there are now."
        else:
            rule = {"validate": "decimal", "criteria": "between", "minimum": -1e15, "maximum": 1e15}
            message = "Type a number."
        self.worksheet.data_validation(f"D{row}", {**rule, "error_title": "Change by", "error_message": message})

    @staticmethod
    def _range(column: str, rows: Iterable[int]) -> str:
        """Address of cells one below the other."""
        rows = list(rows)
        return f"{column}{min(rows)}:{column}{max(rows)}"

    def _all_met(self, column: str, rows: Iterable[int]) -> str:
        """A condition: no cell says that something is not met."""
        rows = list(rows)
        return f'COUNTIF({self._range(column, rows)},"no")=0' if rows else "TRUE"

    def _block(self, row: int, name: str, headings: Iterable[tuple[str, str]]) -> None:
        self.heights[row] = 2 * LINE_HEIGHT
        for column, heading in zip("ABCDEFGHIJKLMN", (name, "", *(heading for heading, _ in headings)), strict=False):
            self._put(row, column, heading, "heading")

    def _put(self, row: int, column: str, content: Formula | Value, style: str) -> None:
        if content is not None:
            self.cells[(row, column)] = content, style

    def _flush(self) -> None:
        worksheet = self.worksheet
        worksheet.hide_gridlines(2)
        for number, width in enumerate(WIDTHS):
            worksheet.set_column(number, number, width)
        worksheet.set_column(len(WIDTHS), len(WIDTHS) + len(POINTS_BLOCK) - 1, WIDTH)
        rows = self.track_rows.values()
        decimals = {
            "type": "formula",
            "criteria": f"=C{min(rows)}<>ROUND(C{min(rows)},0)",
            "format": self.styles["value"],
        }
        worksheet.conditional_format(f"C{min(rows)}:J{max(rows)}", decimals)
        for row, column in sorted(self.cells):
            content, style = self.cells[(row, column)]
            worksheet.set_row(row - 1, self.heights.get(row, LINE_HEIGHT))
            if isinstance(content, Formula):
                result = float(content.result) if isinstance(content.result, Decimal) else content.result
                worksheet.write_formula(f"{column}{row}", content.text, self.styles[style], result)
            else:
                write_cell(worksheet, (row - 1, ord(column) - ord("A")), content, style, self.styles)


def _rounded_up(exact_points: str) -> str:
    """As the macro round_up_to_hundredth. Hundredths are rounded once more, as a binary fraction times 100 is none."""
    return f"ROUNDUP(ROUND(ROUND({exact_points},6)*100,4),0)/100"
