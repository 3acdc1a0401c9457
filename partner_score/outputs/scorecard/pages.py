"""Renders the pages and writes them: each a file that asks for nothing but itself."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from partner_score.outputs.scorecard import charts, figures, partners, wording
from partner_score.outputs.scorecard.marts import Marts
from partner_score.outputs.scorecard.partners import Partner
from partner_score.outputs.scorecard.simulator import Simulation, simulations
from partner_score.warehouse import data_notes
from partner_score.warehouse.shown_rules import Row, rules_in_words, shown_designations

INDEX = "index.html"
# What the simulator reads is loaded for so many pages together.
PARTNERS_AT_ONCE = 200
STATUSES = ("qualified", "in_progress", "insufficient_history")
# A name that every file system takes, and that is no index.
PLAIN_NAME = re.compile(r"(?!index(?:$|-))[0-9a-z_-]{1,60}")


def environment(marts: Marts) -> Environment:
    """Return the templates with all they use. Whatever they print is escaped, unless it is markup of ours."""
    templates = Environment(
        loader=PackageLoader("partner_score.outputs.scorecard"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters.update(
        {name: getattr(wording, name) for name in ("words", "points", "count", "month", "full_date", "one_or_more")}
    )
    scripts = {name: templates.loader.get_source(templates, name)[0].strip() for name in ("script.js", "simulator.js")}
    templates.globals.update(
        of=figures.of,
        derived=figures.derived,
        figure=figures.figure,
        value=figures.value,
        sentence=figures.sentence,
        name=figures.name,
        month_and_year=figures.month_and_year,
        w=wording,
        charts=charts,
        states=partners.STATES,
        file_name=file_name,
        shared=marts.shared,
        certification_titles={row["certification_id"]: row["title"] for row in marts.shared["certifications"]},
        last_month=marts.last_month,
        sample_data=data_notes.SAMPLE_DATA if marts.is_sample else None,
        warnings=marts.warnings,
        running_month=marts.running_month,
        built_on=marts.built_on,
        has_names=marts.has_names,
        names=marts.names,
        scripts=scripts,
        digests={
            name: base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for name, text in scripts.items()
        },
        status_words={name: wording.words(name) for name in STATUSES},
    )
    return templates


def file_name(pga_mpn_id: str) -> str:
    """Return the file of a partner's page. An id comes from outside: one that is no plain name becomes its digest."""
    plain = pga_mpn_id if PLAIN_NAME.fullmatch(pga_mpn_id) else hashlib.sha256(pga_mpn_id.encode()).hexdigest()[:32]
    return f"{plain}.html"


def partner_html(templates: Environment, partner: Partner, simulation: Simulation) -> str:
    """Render the page of a partner."""
    return templates.get_template("partner.html.j2").render(partner=partner, simulation=simulation)


@dataclass(frozen=True)
class Choice:
    """A choice of rules for the index: what it is called, and the file that shows them.

    Attributes:
        asked: rule set or version; None for the rules in force.
    """

    name: str
    asked: str | None
    file: str


def choices(marts: Marts, asked: str | None = None) -> list[Choice]:
    """Return the choices of rules: first what index.html shows, unless it is a version, then every version.

    Raises:
        LookupError: the rule set that was asked for is not in the warehouse.
    """
    designations = marts.shared["designations"]
    shown = shown_designations(designations, asked)
    listed, is_version = [], False
    for version in dict.fromkeys(row["version"] for row in marts.shared["rulesets"]):
        is_same = shown_designations(designations, version) == shown
        is_version = is_version or is_same
        file = INDEX if is_same else f"index-{file_name(version)}"
        listed.append(Choice(version, asked if is_same else version, file))
    return listed if is_version else [Choice(rules_in_words(shown), asked, INDEX), *listed]


def index_html(templates: Environment, marts: Marts, listed: list[Choice], choice: Choice) -> str:
    """Render the index for a choice of rules: partners that lose the designation first, then by points."""
    overview, history = marts.overview(choice.asked), marts.history()
    rulesets = {row["ruleset_id"]: row for row in marts.shared["rulesets"]}
    max_points: Counter = Counter()
    for row in marts.shared["ruleset_metrics"]:
        max_points[row["ruleset_id"]] += row["max_points"]
    rows = [
        {
            "partner": partner,
            "score": score,
            "ruleset": rulesets[score["ruleset_id"]],
            "line": charts.sparkline(history[score["pga_mpn_id"], score["ruleset_id"]], top),
            "goal_y": charts.height(rulesets[score["ruleset_id"]]["minimum_total_points"], top),
        }
        for partner in marts.partners
        if (score := overview.get(partner["pga_mpn_id"]))
        for top in [max_points[score["ruleset_id"]]]
    ]
    scores = [row["score"] for row in rows]
    shown_rulesets = list({row["ruleset"]["ruleset_id"]: row["ruleset"] for row in rows}.values())
    return templates.get_template("index.html.j2").render(
        rows=sorted(rows, key=_alarms_first),
        asked=choice.asked or "",
        choices=listed,
        choice=choice,
        rules=rules_in_words(scores),
        rulesets=shown_rulesets,
        metrics=[row for row in marts.shared["metrics"] if scores and f"{row['metric']}_points" in scores[0]],
        counts=Counter(score["designation_status"] for score in scores),
        losing=sum(score["designation_lost_month"] is not None for score in scores),
    )


def _alarms_first(row: Row) -> tuple:
    score = row["score"]
    return (score["designation_lost_month"] or date.max, -score["total_points"], score["pga_mpn_id"])


def shown_rules(marts: Marts, asked: str | None = None) -> str:
    """Name the rules that the index shows, and say whether they are in force.

    Raises:
        LookupError: the rule set that was asked for is not in the warehouse.
    """
    return rules_in_words(shown_designations(marts.shared["designations"], asked))


def write_scorecard(marts: Marts, asked: str | None, folder: Path, partner_rows: Iterable[Row]) -> list[Path]:
    """Write the index, for each version of the rules, and a page per partner; replace the folder when all are written.

    Arguments:
        asked: rule set or version that pages show first and the index shows; None for the rules in force, each
            partner on its better path.
        folder: replaced as a whole; its parents are made.
        partner_rows: rows of dim_partner, in any order.

    Returns:
        The index and the pages of the partners.

    Raises:
        LookupError: the rule set that was asked for is not in the warehouse.
    """
    templates = environment(marts)
    draft = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    written = []
    waiting = iter(partner_rows)
    while shaped := [partners.partner_page(marts, row, asked) for row in islice(waiting, PARTNERS_AT_ONCE)]:
        for partner, simulation in zip(shaped, simulations(marts, shaped), strict=True):
            name = file_name(partner.row["pga_mpn_id"])
            (draft / name).write_text(partner_html(templates, partner, simulation), encoding="utf-8")
            written.append(name)
    listed = choices(marts, asked)
    for choice in listed:
        (draft / choice.file).write_text(index_html(templates, marts, listed, choice), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    draft.rename(folder)
    return [folder / INDEX, *(folder / name for name in written)]
