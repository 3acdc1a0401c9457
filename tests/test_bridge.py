"""The bridge of the outlook: its page, and every step of it judged anew by an independent program.

The program below knows the rules of units, caps and skilling from docs/rules.md alone. It lays the causes over the
month before, one by one, and asks for the same points; people it takes out of, and puts into, the set of steps held.
"""

import re
from collections import defaultdict
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction

import duckdb
import pytest
from conftest import PROJECT

PAGE = PROJECT / "docs" / "simulator.md"
SECTION = re.compile(r"## The bridge to next month\n(.*?)(?=\n## |\Z)", re.DOTALL)
BLOCK = re.compile(r"```sql\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module", params=["sample", "dirty", "rulesets"])
def case(request, golden):
    """A case with its bridge."""
    return request.getfixturevalue("sample") if request.param == "sample" else golden(request.param)


def rows(case, sql: str) -> list[dict]:
    """Rows of a query by column."""
    with duckdb.connect(str(case.warehouse), read_only=True) as connection:
        answer = connection.execute(sql)
        columns = [column[0] for column in answer.description]
        return [dict(zip(columns, row, strict=True)) for row in answer.fetchall()]


def published(points: Fraction) -> Decimal:
    """Points rounded up to the hundredth."""
    hundredths = -(-points.numerator * 100 // points.denominator)
    return (Decimal(hundredths) / 100).quantize(Decimal("0.01"), ROUND_CEILING)


def skilling(steps: list[dict], held: set[tuple]) -> tuple[int, int]:
    """Individuals who count, and points of the steps that are met, of the (individual, step) pairs held."""
    organization = [step for step in steps if step["held_by"] == "organization"]
    of_individuals = {step["step"] for step in steps if step["held_by"] == "individual"}
    met = [
        step
        for step in organization
        if len([who for who, held_step in held if held_step == step["step"]]) >= step["minimum_individuals"]
    ]
    complete = [who for who in {who for who, _ in held} if of_individuals <= {step for one, step in held if one == who}]
    points = sum(step["points"] or 0 for step in met)
    return (len(complete) if len(met) == len(organization) and of_individuals else 0), points


class Partner:
    """A partner's month under one rule set, as growth by track and steps held."""

    def __init__(self, rules, tracks, held):
        self.rules = rules
        self.growth = {(t["metric"], t["track"]): t["current_value"] - (t["prior_value"] or 0) for t in tracks}
        self.held = set(held)

    def total(self) -> Fraction:
        """Exact total."""
        people, step_points = skilling(self.rules["steps"], self.held)
        units, extra = defaultdict(int), defaultdict(int)
        for (metric, track), value in self.growth.items():
            criterion = self.rules["tracks"][metric, track]
            growth = people if track == "skilling" else value
            extra[metric] += step_points if track == "skilling" else 0
            full = int(max(growth, 0) // criterion["unit_size"])
            units[metric] += full if criterion["units_cap"] is None else min(full, criterion["units_cap"])
        return sum((self.points(metric, units[metric], extra[metric]) for metric in units), Fraction(0))

    def points(self, metric: str, units: int, step_points: int) -> Fraction:
        """Exact points of a metric."""
        rule = self.rules["metrics"][metric]
        units = min(units, rule["units_for_max"])
        if rule["points_per_unit"] is None:
            earned = Fraction(rule["max_points"]) * units / rule["units_for_max"]
        else:
            earned = Fraction(rule["points_per_unit"]) * units
        return min(Fraction(rule["max_points"]), Fraction(step_points) + earned)


@pytest.fixture(scope="module")
def rules(case) -> dict[str, dict]:
    """What each rule set asks for."""
    read = defaultdict(lambda: {"tracks": {}, "metrics": {}, "steps": []})
    for row in rows(case, "from intermediate.int_track_criteria"):
        read[row["ruleset_id"]]["tracks"][row["metric"], row["track"]] = row
    for row in rows(case, "from rulebook.ruleset_metrics"):
        read[row["ruleset_id"]]["metrics"][row["metric"]] = row
    for row in rows(case, "from rulebook.skilling_steps"):
        read[row["ruleset_id"]]["steps"].append(row)
    return read


def by_month(rows_: list[dict]) -> dict[tuple, list[dict]]:
    """Rows by partner, rule set and month."""
    grouped = defaultdict(list)
    for row in rows_:
        grouped[row["pga_mpn_id"], row["ruleset_id"], row["month_number"]].append(row)
    return grouped


def test_every_step_has_the_points_of_a_new_judgement(case, rules):
    tracks = by_month(rows(case, "from intermediate.int_scored_tracks"))
    held = by_month(rows(case, "from intermediate.int_individual_steps"))
    causes = by_month(
        rows(case, "from intermediate.int_outlook_causes order by pga_mpn_id, month_number, metric, track, cause_rank")
    )
    told = by_month(
        rows(
            case,
            "select *, year(outlook_month) * 12 + month(outlook_month) as month_number"
            " from marts.fct_outlook_bridge order by cause_number",
        )
    )
    assert set(told) == set(causes)
    for (pga, ruleset, month), steps in causes.items():
        before, after = (
            {(row["individual_id"], row["step"]) for row in held[pga, ruleset, number]} for number in (month - 1, month)
        )
        partner = Partner(rules[ruleset], tracks[pga, ruleset, month - 1], before)
        start, changes = partner.total(), {}
        for cause in steps:
            earlier = partner.total()
            if cause["subject_type"] == "individual":
                who = cause["subject_id"]
                partner.held = {pair for pair in partner.held if pair[0] != who} | {p for p in after if p[0] == who}
            else:
                partner.growth[cause["metric"], cause["track"]] += cause["value_change"]
            change = partner.total() - earlier
            reported = cause["exact_points_after"] - cause["exact_points_before"]
            assert abs(change - Fraction(reported)) < Fraction(1, 10**8), cause
            changes[cause["metric"], cause["track"], cause["kind"], cause["subject_id"]] = change
        # told in fewer rows: as many subjects, and points that lead from one published total to the other
        assert len(changes) == len(steps)
        assert sum(row["subjects"] for row in told[pga, ruleset, month]) == sum(cause["subjects"] for cause in steps)
        assert told[pga, ruleset, month][-1]["total_points_after"] == published(partner.total())
        total = published(start)
        for row in told[pga, ruleset, month]:
            assert total + row["points"] == row["total_points_after"], row
            total = row["total_points_after"]
            if row["subject_id"]:
                change = changes[row["metric"], row["track"], row["kind"], row["subject_id"]]
                assert abs(Fraction(row["points"]) - change) < Fraction(1, 100), row


def test_every_query_of_the_page_has_the_result_below_it(sample):
    (section,) = SECTION.findall(PAGE.read_text(encoding="utf-8"))
    blocks = BLOCK.findall(section)
    assert len(blocks) == section.count("```sql") > 0
    for block in blocks:
        query = [line for line in block.splitlines() if not line.startswith("-- ")]
        result = [line.removeprefix("-- ") for line in block.splitlines() if line.startswith("-- ")]
        answer = sample.rows("\n".join(query))
        assert result == [" | ".join("null" if value is None else str(value) for value in row) for row in answer], block
