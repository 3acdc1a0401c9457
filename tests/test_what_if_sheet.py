"""The workbook's What-if sheet: its formulas, worked out by a spreadsheet engine, against marts and simulator."""

import itertools
import random
import re
import shutil
from decimal import Decimal
from pathlib import Path

import duckdb
import formualizer
import openpyxl
import pytest
from conftest import Build

from partner_score.outputs.what_if_figures import DATA
from partner_score.outputs.what_if_sheet import NAME
from partner_score.outputs.workbook import write_workbook
from partner_score.simulator.changes import AZURE, CERTIFICATION, SEATS, Change
from partner_score.simulator.engine import (
    COMPLETE,
    amounts_now,
    effects_by_subject,
    judge_amounts,
    judge_ruleset,
    total,
)
from partner_score.simulator.state import load

# openpyxl reads cells, not the bars that Excel draws into them
pytestmark = pytest.mark.filterwarnings("ignore:.*xtension is not supported:UserWarning")

VERSIONS = ("security_2022_10", "security_2023_06", "security_2023_12", "security_2026_enterprise", "security_2026_smb")
# A partner of the sample with some units of everything, and not all.
PARTNER = "99200000"
# Random changes of each partner, beside those at the bounds.
TRIED = 12
BLOCKS = {"Score", "What counts", "People", "Points"}


class Sheet:
    """The What-if sheet of a workbook, with its formulas worked out. Cells are found by headings and lines."""

    def __init__(self, path: Path) -> None:
        self.engine = formualizer.load_workbook(str(path), strategy="eager_all")
        self.workbook = openpyxl.load_workbook(path)
        self.form, self.data = self.workbook[NAME], self.workbook[DATA]
        self.cached = openpyxl.load_workbook(path, data_only=True)
        # each block: its headings, and the rows below it by their first two cells, as the file was written
        self.blocks = {}
        for row in range(1, self.form.max_row + 1):
            if self.form.cell(row, 1).value in BLOCKS:
                headings = {cell.value: cell.column for cell in self.form[row] if cell.value}
                lines = itertools.takewhile(lambda one: self.form.cell(one, 1).value, itertools.count(row + 1))
                self.blocks[self.form.cell(row, 1).value] = (headings, list(lines))
        (self.chosen,) = (row for row in range(1, 12) if self.form.cell(row, 1).value == "Partner")

    @property
    def labels(self) -> dict[str, str]:
        """What each partner is chosen by."""
        (row,) = (cell.row for cell in self.data["A"] if cell.value == "Partner")
        return {
            self.data.cell(one, 2).value: self.data.cell(one, 1).value for one in range(row + 1, self.data.max_row + 1)
        }

    def choose(self, label: str) -> None:
        """Choose a partner, and take back all that was typed."""
        self.engine.set_value(NAME, self.chosen, 2, label)
        for block in ("What counts", "People"):
            for number in range(len(self.blocks[block][1])):
                if self.is_asked(block, number):
                    self.type(block, number, 0)

    def is_asked(self, block: str, number: int) -> bool:
        """Whether a line has a cell to type into."""
        columns, rows = self.blocks[block]
        value = self.form.cell(rows[number], columns["Change by"]).value
        return not isinstance(value, str)

    def type(self, block: str, number: int, value: Decimal | int) -> None:
        """Type a change into a line of a block. A spreadsheet knows nothing of decimals."""
        columns, rows = self.blocks[block]
        assert self.is_asked(block, number)
        self.engine.set_value(NAME, rows[number], columns["Change by"], float(value))

    def cell(self, block: str, number: int, heading: str):
        """The value of a line of a block."""
        columns, rows = self.blocks[block]
        return self.value(NAME, rows[number], columns[heading])

    def line_names(self, block: str) -> list[tuple[str, str]]:
        """The first two cells of the lines of a block."""
        return [tuple(self.value(NAME, row, column) for column in (1, 2)) for row in self.blocks[block][1]]

    def value(self, sheet: str, row: int, column: int):
        """The value of a cell: a number as a decimal of ten places, nothing as an empty text."""
        value = self.engine.evaluate_cell(sheet, row, column)
        assert not isinstance(value, dict), (sheet, row, column, value)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return Decimal(str(value)).quantize(Decimal("1e-10")) if is_number else value or ""

    def formulas(self) -> list[tuple[str, openpyxl.cell.Cell]]:
        """Every formula of the two sheets."""
        return [
            (sheet.title, cell)
            for sheet in (self.form, self.data)
            for row in sheet.iter_rows()
            for cell in row
            if cell.data_type == "f"
        ]


@pytest.fixture(scope="module", params=["sample", "rulesets"])
def case(request, golden) -> Build:
    """The sample, and a golden case for what rule sets differ in."""
    return request.getfixturevalue("sample") if request.param == "sample" else golden(request.param)


@pytest.fixture(params=[None, *VERSIONS])
def shown(request, case, tmp_path) -> tuple[Build, Sheet]:
    """A case, with the sheet by the rules in force and by each rule set."""
    return case, sheet_of(case.warehouse, tmp_path / "workbook.xlsx", request.param)


def sheet_of(warehouse: Path, path: Path, asked: str | None = None) -> Sheet:
    """Write the workbook of a warehouse and read its What-if sheet."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        write_workbook(connection, path, asked)
    return Sheet(path)


def states_of(warehouse: Path) -> dict[str, dict]:
    """What the simulator knows of the partners."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return load(lambda sql, values: connection.execute(sql, values).fetchall(), {})


def ruleset_of(sheet: Sheet, state: dict) -> dict:
    """The rule set by which the chosen partner is shown."""
    name = sheet.value(NAME, sheet.chosen + 1, 2)
    (ruleset,) = (one for one in state["rulesets"] if one["ruleset_name"] == name)
    return ruleset


def exact(value) -> Decimal:
    """A figure as the sheet's are compared."""
    return Decimal(value).quantize(Decimal("1e-10"))


# The lines in the order of the sheet, told apart from it.
METRICS = ("net_customer_adds", "intermediate_certifications", "deployments", "usage_growth")
LINES = [
    (metric, track)
    for metric in METRICS
    for track in (("skilling",) if metric == "intermediate_certifications" else ("azure", "m365"))
]


def test_without_changes_the_sheet_has_the_marts(shown):
    case, sheet = shown
    names = dict(case.rows("select metric, metric_name from marts.dim_metric"))
    assert [name for name, _ in sheet.line_names("What counts")] == [names[metric] for metric, _ in LINES]
    assert [name for name, _ in sheet.line_names("Points")] == [names[metric] for metric in METRICS]
    month = "(select as_of_month from marts.dim_month where is_last_scored_month)"
    partners = [pga for (pga,) in case.rows("select pga_mpn_id from marts.dim_partner")]
    assert sorted(sheet.labels) == sorted(partners)
    for pga, label in sheet.labels.items():
        sheet.choose(label)
        of_it = f"""
            pga_mpn_id = '{pga}' and as_of_month = {month}
            and ruleset_name = '{sheet.value(NAME, sheet.chosen + 1, 2)}'
        """
        rulesets = "inner join marts.dim_ruleset using (ruleset_id)"
        ((points, gap, status),) = case.rows(f"""
            select total_points, total_points - minimum_total_points, replace(designation_status, '_', ' ')
            from marts.fct_designation {rulesets} where {of_it}
        """)
        for heading in ("Now", "Then"):
            score = [sheet.cell("Score", line, heading) for line in range(3)]
            assert score == [exact(points), exact(gap), status], (pga, heading)
        metrics = {
            row[0]: row[1:]
            for row in case.rows(f"""
            select metric, earned_units, points, exact_points, if(is_minimum_met, 'yes', 'no')
            from marts.fct_metric_score {rulesets} where {of_it}
        """)
        }
        for number, metric in enumerate(METRICS):
            units, points, exact_points, met = metrics[metric]
            for heading in ("Now", "Then"):
                assert sheet.cell("Points", number, heading) == exact(points), (pga, metric)
                assert sheet.cell("Points", number, f"Units {heading.lower()}") == exact(units), (pga, metric)
            assert sheet.cell("Points", number, "Exact points then") == exact(exact_points), (pga, metric)
            assert sheet.cell("Points", number, "Met then") == met, (pga, metric)
        tracks = {
            row[:2]: row[2:]
            for row in case.rows(f"""
            select metric, track, current_value, prior_value, current_value - coalesce(prior_value, 0), earned_units
            from marts.fct_metric_track {rulesets} where {of_it}
        """)
        }
        for number, line in enumerate(LINES):
            value, prior, growth, units = tracks[line]
            for heading, figure in (
                *(("Now", value), ("Then", value), ("Growth now", growth), ("Growth then", growth)),
                *(("Units now", units), ("Units then", units)),
            ):
                assert sheet.cell("What counts", number, heading) == exact(figure), (pga, line, heading)
            if prior is not None:
                assert sheet.cell("What counts", number, "A year before") == exact(prior), (pga, line)


def test_a_program_that_works_out_nothing_shows_the_same(shown):
    """The results that are written beside the formulas are those of the formulas."""
    _, sheet = shown
    formulas = sheet.formulas()
    assert len(formulas) > 100
    for name, cell in formulas:
        cached = sheet.cached[name][cell.coordinate].value
        cached = exact(str(cached)) if isinstance(cached, int | float) else cached or ""
        assert sheet.value(name, cell.row, cell.column) == cached, (name, cell.coordinate)


def judged_as_typed(sheet: Sheet, state: dict, typed: dict, *, is_then: bool = False) -> None:
    """Type changes of amounts for the chosen partner, and compare with the simulator's judgement of the same.

    Arguments:
        sheet: with the partner chosen and nothing typed.
        state: of the partner.
        typed: what is added to amounts, as engine.py names them.
        is_then: whether only what is then is compared, and not what is now.
    """
    ruleset = ruleset_of(sheet, state)
    steps = [step["step"] for step in ruleset["steps"] if step["held_by"] == "organization"]
    people = {("step", str(step)): number for number, step in enumerate(steps)} | {COMPLETE: len(steps)}
    for key, change in typed.items():
        if key in people:
            sheet.type("People", people[key], change)
        else:
            sheet.type("What counts", LINES.index(key), change)
    amounts = total(amounts_now(state, ruleset), typed)
    judged = judge_amounts(ruleset, amounts)
    where = (state["pga_mpn_id"], ruleset["ruleset_id"], typed)
    assert sheet.cell("Score", 0, "Then") == exact(judged.total_points), where
    assert sheet.cell("Score", 1, "Then") == exact(judged.total_points - Decimal(ruleset["minimum_total_points"])), (
        where
    )
    assert sheet.cell("Score", 2, "Then") == judged.status.replace("_", " "), where
    for metric in judged.metrics:
        number = METRICS.index(metric.name)
        assert sheet.cell("Points", number, "Units then") == metric.units, where
        assert sheet.cell("Points", number, "Then") == exact(metric.points), where
        assert sheet.cell("Points", number, "Exact points then") == exact(metric.exact_points), where
        assert sheet.cell("Points", number, "Met then") == ("yes" if metric.is_minimum_met else "no"), where
    if not is_then:
        before = exact(judge_amounts(ruleset, amounts_now(state, ruleset)).total_points)
        assert sheet.cell("Score", 0, "Now") == before, where
        assert sheet.cell("Score", 0, "Change") == exact(judged.total_points) - before, where


def bounds_of(ruleset: dict, amounts: dict) -> dict[tuple[str, str], list[Decimal]]:
    """By amount the changes that meet a bound, just miss it, and go beyond it."""
    changes = {}
    for metric in ruleset["metrics"]:
        for track in metric["tracks"]:
            if track["track"] == "skilling":
                continue
            key = (metric["metric"], track["track"])
            growth = amounts[key] - Decimal(track["prior_value"])
            size = Decimal(track["unit_size"])
            # what is counted has whole units, money has parts
            missed = (
                Decimal(1) if size == 1 else Decimal("0.0000000001") if track["track"] == "azure" else Decimal("0.5")
            )
            bounds = [units * size - growth for units in (0, 1, 2, track["units_cap"])]
            changes[key] = [*bounds, *(bound - missed for bound in bounds), bounds[-1] + 3 * size, -amounts[key]]
    for step in ruleset["steps"]:
        if step["held_by"] == "organization":
            key = ("step", str(step["step"]))
            least = step["minimum_individuals"] - amounts[key]
            changes[key] = [least, least - 1, least + 2]
    changes[COMPLETE] = [-amounts[COMPLETE], Decimal(1), Decimal(2), Decimal(9)]
    return changes


def tried_changes(drawn: random.Random, sheet: Sheet, state: dict, times: int = TRIED) -> list[dict]:
    """For the chosen partner each change at a bound alone, and some drawn together."""
    ruleset = ruleset_of(sheet, state)
    changes = bounds_of(ruleset, amounts_now(state, ruleset))
    alone = [{key: change} for key, of_it in changes.items() for change in of_it]
    together = [
        {key: drawn.choice(of_it) for key, of_it in changes.items() if drawn.random() < 0.7} for _ in range(times)
    ]
    return alone + together


def test_changes_earn_what_the_simulator_says(shown):
    case, sheet = shown
    states = states_of(case.warehouse)
    drawn = random.Random(20240601)
    statuses = set()
    for pga, label in sheet.labels.items():
        sheet.choose(label)
        for typed in tried_changes(drawn, sheet, states[pga]):
            sheet.choose(label)
            judged_as_typed(sheet, states[pga], typed)
            statuses.add((sheet.cell("Score", 2, "Now"), sheet.cell("Score", 2, "Then")))
    # changes win or lose the designation, somewhere
    assert len(statuses) > 1


def test_a_question_of_the_command_is_typed_line_by_line(shown):
    """What new customers and people add to each line, typed, earns what partner-score what-if answers."""
    case, sheet = shown
    asked = [
        [Change(AZURE, "new customer", amount=Decimal(12000), times=3)],
        [Change(SEATS, "new customer", "Intune", Decimal(300), Decimal(200), times=2)],
        [
            Change(CERTIFICATION, f"new person {number}", name, Decimal(1))
            for number in (1, 2)
            for name in ("sc-100", "az-500")
        ],
    ]
    asked.append(list(itertools.chain(*asked)))
    states = states_of(case.warehouse)
    for pga, label in sheet.labels.items():
        state = states[pga]
        sheet.choose(label)
        ruleset = ruleset_of(sheet, state)
        for changes in asked:
            sheet.choose(label)
            effects = effects_by_subject(state, ruleset, changes).values()
            typed = {}
            for effect in effects:
                for key, value in effect.items():
                    typed[key] = typed.get(key, Decimal(0)) + value
            judged_as_typed(sheet, state, typed)
            answered = judge_ruleset(state, ruleset, changes)
            assert sheet.cell("Score", 0, "Then") == exact(answered.total_points)


OTHER_RULES = {
    # a binary fraction times 100 is not 110
    "points per unit": """
        update rulebook.ruleset_metrics set units_for_max = 7, max_points = 33 where metric = 'deployments';
        update rulebook.ruleset_metrics set points_per_unit = 1.1 where metric = 'usage_growth';
        update rulebook.skilling_steps set minimum_individuals = 3, points = 5 where held_by = 'organization';
        update intermediate.int_track_criteria set unit_size = 700, units_cap = 9 where unit_size = 1250;
        update intermediate.int_rulesets set minimum_total_points = 81.5, minimum_metric_points = 9.9;
    """,
    # three times 6.6666666667 is more than 20, and three times 13.3333333333 less than the 40 that the pass needs
    "thirds": """
        update rulebook.ruleset_metrics set units_for_max = 3 where metric != 'intermediate_certifications';
        update intermediate.int_track_criteria set units_cap = 3 where track != 'skilling';
        update intermediate.int_rulesets set minimum_total_points = 60;
    """,
    # a spreadsheet's 15 digits end before the decimals that decide
    "large figures": """
        update intermediate.int_scored_tracks
        set current_value = current_value + 98765432109, prior_value = prior_value + 98765432109
        where metric = 'usage_growth' and track = 'azure';
    """,
}


def units_each(ruleset: dict, state: dict, units: int) -> dict:
    """Changes that leave one or two units in each metric, by Azure alone, and three people."""
    amounts = amounts_now(state, ruleset)
    changes = bounds_of(ruleset, amounts)
    # the first bounds are no unit, one unit and two
    left = {key: changes[key][units if key[1] == "azure" else 0] for key in LINES if key in changes}
    return {**left, COMPLETE: 3 - amounts[COMPLETE]}


@pytest.mark.parametrize("rules", OTHER_RULES)
def test_a_rule_that_changes_changes_no_formula(sample, tmp_path, rules):
    """Numbers of the rules come from the warehouse: with others the formulas stay, and the points follow."""
    changed = Path(shutil.copy(sample.warehouse, tmp_path))
    with duckdb.connect(str(changed)) as connection:
        connection.execute(OTHER_RULES[rules])
    sheet = sheet_of(changed, tmp_path / "workbook.xlsx")
    other = sheet_of(sample.warehouse, tmp_path / "other.xlsx")
    before = {(name, cell.coordinate): cell.value for name, cell in other.formulas()}
    after = {(name, cell.coordinate): cell.value for name, cell in sheet.formulas()}
    # a formula that asks whether points of a unit are named stands only where some are
    columns, rows = sheet.blocks["Points"]
    usage_growth = rows[METRICS.index("usage_growth")]
    named = {columns["Points per unit"], columns["Exact points then"]}
    differ = {place for place in before.keys() | after.keys() if before.get(place) != after.get(place)}
    assert differ == (
        {(NAME, sheet.form.cell(usage_growth, column).coordinate) for column in named}
        if rules == "points per unit"
        else set()
    )
    state = states_of(changed)[PARTNER]
    drawn = random.Random(20240601)
    label = sheet.labels[PARTNER]
    sheet.choose(label)
    few = [units_each(ruleset_of(sheet, state), state, units) for units in (1, 2)]
    for typed in [*few, *tried_changes(drawn, sheet, state, 60)]:
        sheet.choose(label)
        # what the marts have is by the rules as they were
        judged_as_typed(sheet, state, typed, is_then=True)


def test_the_cells_to_type_into_look_and_behave_so(sample, tmp_path):
    sheet = sheet_of(sample.warehouse, tmp_path / "workbook.xlsx")
    validations = {}
    for validation in sheet.form.data_validations.dataValidation:
        for place in str(validation.sqref).split():
            validations[place] = validation
    yellow = {cell.coordinate for row in sheet.form.iter_rows() for cell in row if cell.fill.fgColor.rgb == "FFFFF2B3"}
    asked = {
        sheet.form.cell(rows[number], columns["Change by"]).coordinate
        for block in ("What counts", "People")
        for columns, rows in (sheet.blocks[block],)
        for number in range(len(rows))
        if sheet.is_asked(block, number)
    }
    assert len(asked) == 6 + 3
    assert yellow == set(validations) == asked | {f"B{sheet.chosen}"}
    assert {validations[place].type for place in asked} == {"whole", "decimal"}
    # the list holds the partners, each once and no other cell
    chosen = validations[f"B{sheet.chosen}"]
    assert chosen.type == "list"
    assert not chosen.allowBlank
    first, last = map(int, re.fullmatch(rf"'{DATA}'!\$A\$(\d+):\$A\$(\d+)", chosen.formula1).groups())
    listed = [sheet.data.cell(row, 1).value for row in range(first, last + 1)]
    assert sorted(listed) == sorted(sheet.labels.values())
    # the partner of the first row of the first sheet
    assert sheet.form.cell(sheet.chosen, 2).value == sheet.labels[sheet.workbook["Score"]["B6"].value]
    assert not sheet.form.protection.sheet


NAMES = {
    "99100000": "=1+1",
    "99200000": "Star *",
    "99300000": "Star * and what? ~~",
    "99400000": "long " * 80,
}


def test_any_name_of_a_partner_may_be_chosen(sample, tmp_path):
    renamed = Path(shutil.copy(sample.warehouse, tmp_path))
    with duckdb.connect(str(renamed)) as connection:
        connection.executemany(
            "update marts.dim_partner set partner_name = ? where pga_mpn_id = ?",
            [(name, pga) for pga, name in NAMES.items()],
        )
    sheet = sheet_of(renamed, tmp_path / "workbook.xlsx")
    assert sheet.labels["99100000"] == "99100000 =1+1"
    assert sheet.labels["99200000"] == "Star * (99200000)"
    points = dict(
        sample.rows("""
            select pga_mpn_id, total_points from marts.fct_designation inner join marts.dim_month using (as_of_month)
            where is_last_scored_month and is_headline
        """)
    )
    for pga, label in sheet.labels.items():
        assert len(label) <= 255
        sheet.choose(label)
        assert sheet.cell("Score", 0, "Now") == sheet.cell("Score", 0, "Then") == exact(points[pga])
        for name, cell in sheet.formulas():
            sheet.value(name, cell.row, cell.column)
        assert sheet.value(NAME, sheet.chosen, 3) == ""
    # whoever is not there has no points, and the sheet says why
    sheet.choose("nobody")
    assert sheet.value(NAME, sheet.chosen, 3) == "Choose a partner from the list."
    columns, rows = sheet.blocks["Score"]
    assert sheet.engine.evaluate_cell(NAME, rows[0], columns["Then"])["type"] == "Error"


def test_partners_under_other_rules_stand_on_one_sheet(sample, tmp_path):
    """Lines that a partner's rules do not have are empty, and count for nothing."""
    mixed = Path(shutil.copy(sample.warehouse, tmp_path))
    rules = dict(
        zip(
            sorted(NAMES),
            ("security_2022_10", "security_2023_12", "security_2026_smb", "security_2026_enterprise"),
            strict=True,
        )
    )
    with duckdb.connect(str(mixed)) as connection:
        connection.execute("update marts.fct_designation set is_headline = false")
        connection.executemany(
            "update marts.fct_designation set is_headline = true where pga_mpn_id = ? and ruleset_id = ?", rules.items()
        )
    sheet = sheet_of(mixed, tmp_path / "workbook.xlsx")
    states = states_of(mixed)
    for pga, label in sheet.labels.items():
        sheet.choose(label)
        ruleset = ruleset_of(sheet, states[pga])
        assert ruleset["ruleset_id"] == rules[pga]
        amounts = amounts_now(states[pga], ruleset)
        for change in (0, 1, 3):
            sheet.choose(label)
            sheet.type("People", 2, change)
            sheet.type("What counts", 0, change)
            judged = judge_amounts(ruleset, total(amounts, {COMPLETE: Decimal(change), LINES[0]: Decimal(change)}))
            assert sheet.cell("Score", 0, "Then") == exact(judged.total_points)
            assert sheet.cell("Score", 2, "Then") == judged.status.replace("_", " ")
        for name, cell in sheet.formulas():
            sheet.value(name, cell.row, cell.column)
    sheet.choose(sheet.labels["99100000"])
    assert [sheet.cell("People", number, "Then") for number in (0, 1)] == ["", ""]
