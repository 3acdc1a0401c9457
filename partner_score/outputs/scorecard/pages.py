"""Renders the pages and writes them: each a file that asks for nothing but itself."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
from collections import Counter
from collections.abc import Iterable
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
# A name that every file system takes, and that is not the index.
PLAIN_NAME = re.compile(r"(?!index$)[0-9a-z_-]{1,60}")


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


def index_html(templates: Environment, summaries: list[Row], asked: str | None = None) -> str:
    """Render the index. `summaries` has a row per partner, from `summary`, by the rule set that was asked for."""
    designations = [row["designation"] for row in summaries]
    counts = Counter(row["designation_status"] for row in designations)
    scored_metrics = {metric for row in summaries for metric in row["scores"]}
    ordered = sorted(summaries, key=lambda row: (-row["designation"]["total_points"], row["partner"]["pga_mpn_id"]))
    return templates.get_template("index.html.j2").render(
        rows=ordered,
        asked=asked or "",
        rules=rules_in_words(designations),
        has_paths=len({row["ruleset_id"] for row in designations}) > 1,
        metrics=[row for row in templates.globals["shared"]["metrics"] if row["metric"] in scored_metrics],
        counts=counts,
    )


def summary(partner: Partner) -> Row:
    """Return what the index shows of a partner, from the first panel of its page."""
    panel = partner.panels[0]
    return {
        "partner": partner.row,
        "ruleset": panel.ruleset,
        "designation": panel.designation,
        "scores": {metric.row["metric"]: metric.row for metric in panel.metrics},
        "outlook": panel.outlook[0] if panel.outlook else None,
        "line": charts.sparkline([month["total_points"] for month in panel.months], panel.max_points),
        "goal_y": charts.height(panel.ruleset["minimum_total_points"], panel.max_points),
        "max_points": panel.max_points,
    }


def shown_rules(marts: Marts, asked: str | None = None) -> str:
    """Name the rules that the index shows, and say whether they are in force.

    Raises:
        LookupError: the rule set that was asked for is not in the warehouse.
    """
    return rules_in_words(shown_designations(marts.shared["designations"], asked))


def write_scorecard(marts: Marts, asked: str | None, folder: Path, partner_rows: Iterable[Row]) -> list[Path]:
    """Write the index and a page per partner, and replace the folder when all are written.

    Arguments:
        asked: rule set or version that pages show first and the index shows; None for the rules in force, each
            partner on its better path.
        folder: replaced as a whole; its parents are made.
        partner_rows: rows of dim_partner, in any order.

    Returns:
        The files, the index first.

    Raises:
        LookupError: the rule set that was asked for is not in the warehouse.
    """
    templates = environment(marts)
    draft = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    summaries = []
    waiting = iter(partner_rows)
    while shaped := [partners.partner_page(marts, row, asked) for row in islice(waiting, PARTNERS_AT_ONCE)]:
        for partner, simulation in zip(shaped, simulations(marts, shaped), strict=True):
            html = partner_html(templates, partner, simulation)
            (draft / file_name(partner.row["pga_mpn_id"])).write_text(html, encoding="utf-8")
            summaries.append(summary(partner))
    (draft / INDEX).write_text(index_html(templates, summaries, asked), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    draft.rename(folder)
    return [folder / INDEX, *(folder / file_name(row["partner"]["pga_mpn_id"]) for row in summaries)]
