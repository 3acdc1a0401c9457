"""The score before and after changes, as `partner-score what-if` prints it."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from partner_score.places import warehouse_path
from partner_score.simulator.changes import Change
from partner_score.simulator.engine import Designation, State, judge
from partner_score.simulator.question import Question, Reader, Unanswerable, month_in_words, some
from partner_score.simulator.state import load
from partner_score.warehouse import data_notes
from partner_score.warehouse.lacking import in_words
from partner_score.warehouse.shown_rules import rules_in_words, shown_designations

# The wide fact has the metrics in the order in which people are shown them.
COLUMNS = "select column_name from (describe marts.fct_designation)"
PARTNERS = "select pga_mpn_id, partner_name from marts.dim_partner order by pga_mpn_id"


@dataclass
class Answer:
    """The month before and after the changes, each by the rule set of its better path.

    Attributes:
        said: the changes in words, a line for each option.
        rules_now: rule set of the state that `now` is judged by; `rules_then` for `then`.
        is_sample: whether the warehouse was built from the shipped sample.
    """

    partner_name: str
    state: State
    changes: list[Change]
    said: list[str]
    now: Designation
    then: Designation
    rules_now: State
    rules_then: State
    is_sample: bool


def what_if(question: Question, form: str = "table") -> int:
    """Answer a question and print the answer.

    Arguments:
        question: what is asked.
        form: `table` or `json`.

    Returns:
        The exit status: 0; 1 when there is no built warehouse; 2 when the question names what is not there.
    """
    try:
        answer = ask(warehouse_path(), question)
    except duckdb.Error as error:
        what = f"No question is answered. `partner-score build` builds the warehouse {warehouse_path()}."
        print(f"{in_words(error, warehouse_path())}\n\n{what}", file=sys.stderr)
        return 1
    except (Unanswerable, LookupError) as error:
        print(error, file=sys.stderr)
        return 2
    print(as_json(answer) if form == "json" else as_table(answer))
    return 0


def ask(warehouse: Path, question: Question) -> Answer:
    """Answer a question from a built warehouse, which is only read.

    Raises:
        Unanswerable: the question names something that is not there.
        LookupError: the warehouse has no such rule set.
        duckdb.Error: the file is not a built warehouse.
    """
    with duckdb.connect(str(warehouse), read_only=True) as connection:

        def query(sql: str, parameters: dict[str, Any] | None = None) -> list[tuple]:
            return connection.execute(sql, parameters or {}).fetchall()

        partners = dict(query(PARTNERS))
        partner = _partner(partners, question.partner)
        reader = Reader(query, partner)
        changes, said = reader.read(question)
        tenants = {change.subject for change in changes}
        states = load(query, {partner: tenants}, [partner])
        is_sample = data_notes.is_sample(query)
        columns = [column for (column,) in query(COLUMNS)]
    if not states:
        raise Unanswerable("The warehouse has no scored month, because no month is over in every usage report.")
    state = states[partner]
    reader.check(state, changes)
    places = {column: place for place, column in enumerate(columns)}
    for ruleset in state["rulesets"]:
        ruleset["metrics"].sort(key=lambda metric: places.get(f"{metric['metric']}_points", len(places)))
    (shown,) = shown_designations(state["rulesets"], question.ruleset)
    now, judged = judge(state)[shown["ruleset_id"]], judge(state, changes)
    # Named by its id, a path stays; else the better one counts, and that may be another then.
    paths = [
        ruleset
        for ruleset in state["rulesets"]
        if (ruleset["area"], ruleset["version"]) == (shown["area"], shown["version"])
        and question.ruleset in (None, shown["version"], ruleset["ruleset_id"])
    ]
    then = max(paths, key=lambda path: (judged[path["ruleset_id"]].exact_total, -path["path_priority"]))
    return Answer(
        partners[partner],
        state,
        changes,
        said,
        now,
        judged[then["ruleset_id"]],
        shown,
        then,
        is_sample,
    )


def _partner(partners: dict[str, str], asked: str | None) -> str:
    if asked is None and len(partners) == 1:
        return next(iter(partners))
    names = some([f"{pga} {name}" for pga, name in partners.items()])
    if asked is None:
        raise Unanswerable(f"Name a partner with --partner; the warehouse has {names}.")
    if asked not in partners:
        raise Unanswerable(f"The warehouse has no partner {asked}; it has {names}.")
    return asked


def as_table(answer: Answer) -> str:
    """The answer for people: what changes, metric by metric before and after, total and status."""
    now, then, state = answer.now, answer.then, answer.state
    lines = [("metric", "units", "then", "of", "points", "then", "change")]
    of_now = {metric["metric"]: metric["units_for_max"] for metric in answer.rules_now["metrics"]}
    of_then = {metric["metric"]: metric["units_for_max"] for metric in answer.rules_then["metrics"]}
    for before, after in zip(now.metrics, then.metrics, strict=True):
        of = {of_now[before.name]: str(of_now[before.name]), of_then[after.name]: str(of_then[after.name])}
        lines.append(
            (
                before.name.replace("_", " "),
                str(before.units),
                str(after.units),
                " or ".join(of.values()),
                *_points(before.points, after.points),
            )
        )
    lines.append(("total", "", "", "", *_points(now.total_points, then.total_points)))
    statuses = [designation.status.replace("_", " ") for designation in (now, then)]
    paragraphs = [data_notes.SAMPLE_DATA] if answer.is_sample else []
    paragraphs += [
        f"What if, {month_in_words(state)}, by the {rules_in_words([answer.rules_now])}\n"
        f"{state['pga_mpn_id']} {answer.partner_name}",
        "\n".join(f"  {line}" for line in answer.said),
        _laid_out(lines),
        f"status: {statuses[0]}, then {statuses[1]}" if statuses[0] != statuses[1] else f"status: {statuses[0]}",
    ]
    if answer.rules_now is not answer.rules_then:
        paragraphs.append(f"Then the better path is that of the {rules_in_words([answer.rules_then])}.")
    paragraphs += [missing] if (missing := _missing(answer)) else []
    return "\n\n".join(paragraphs)


def _missing(answer: Answer) -> str:
    """What is missing then to pass, as a sentence; empty when nothing is."""
    ruleset, then = answer.rules_then, answer.then
    if then.is_qualified:
        return ""
    short = Decimal(ruleset["minimum_total_points"]) - then.total_points
    below = [metric.name.replace("_", " ") for metric in then.metrics if not metric.is_minimum_met]
    missing = [f"{short:.2f} points"] if short > 0 else []
    missing += [f"{ruleset['minimum_metric_points']} point in {name}" for name in below]
    missing += [] if ruleset["is_history_complete"] else ["a complete history"]
    return f"Then {' and '.join(missing)} would be missing." if missing else ""


def _points(now: Decimal, then: Decimal) -> tuple[str, str, str]:
    return f"{now:.2f}", f"{then:.2f}", f"{then - now:+.2f}" if then != now else ""


def _laid_out(lines: list[tuple[str, ...]]) -> str:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def as_json(answer: Answer) -> str:
    """The answer for programs. Points have two decimals, amounts are texts."""
    return json.dumps(
        {
            "is_sample": answer.is_sample,
            "pga_mpn_id": answer.state["pga_mpn_id"],
            "partner_name": answer.partner_name,
            "as_of_month": answer.state["as_of_month"],
            "changes": [
                {
                    "change": change.kind,
                    "subject": change.subject,
                    "detail": change.detail,
                    "amount": format(change.amount, "f"),
                    "active_amount": format(change.active_amount, "f"),
                    "times": change.times,
                }
                for change in answer.changes
            ],
            "now": _designation(answer.now, answer.rules_now),
            "then": _designation(answer.then, answer.rules_then),
        },
        indent=2,
    )


def _designation(designation: Designation, ruleset: State) -> dict[str, Any]:
    of = {metric["metric"]: metric for metric in ruleset["metrics"]}
    return {
        "ruleset_id": designation.ruleset_id,
        "ruleset_name": ruleset["ruleset_name"],
        "is_in_force": ruleset["is_in_force"],
        "metrics": [
            {
                "metric": metric.name,
                "units": metric.units,
                "units_for_max": of[metric.name]["units_for_max"],
                "points": float(metric.points),
                "is_minimum_met": metric.is_minimum_met,
            }
            for metric in designation.metrics
        ],
        "total_points": float(designation.total_points),
        "is_qualified": designation.is_qualified,
        "status": designation.status,
    }
