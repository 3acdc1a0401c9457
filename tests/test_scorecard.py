"""The scorecard in a real browser: figures against the marts, filters, accessibility, hostile names, sizes."""

from __future__ import annotations

import contextlib
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from partner_score import cli
from partner_score.outputs.scorecard import command, pages, wording
from partner_score.outputs.scorecard.first_screen import CAUSES_FOLDED, CAUSES_SHOWN, DEFENDING, ENTRIES_SHOWN
from partner_score.outputs.scorecard.marts import Marts
from partner_score.outputs.scorecard.partners import BRIDGE_SHOWN, GROWTH_SHOWN, MOVES_SHOWN, PEOPLE_SHOWN
from partner_score.warehouse import data_notes

CHROMIUM = "/usr/bin/chromium"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP, PHONE = 1280, 390
MAX_BYTES = 3_000_000
IN_FORCE = "security_2023_12"
# what the addresses inside the panel of these rules begin with
PANEL = "rules-2023-12"
PARTNERS = ["99100000", "99200000", "99300000", "99400000"]
# None is the index
EVERY_PAGE = [None, *PARTNERS]

LAST_MONTH = "(select as_of_month from marts.dim_month where is_last_scored_month)"

# Names as an export may bring them: none is markup, and none turns round what stands beside it.
HOSTILE_NAMES = [
    "<script>alert('a name')</script>",
    '"><img src="https://example.com/x.png" onerror="alert(1)">',
    'O\'Brien & "Söhne" </title></style> {{ 7 * 7 }} {% raw %} &amp; &lt;b&gt;',
    "شركة الأمن السيبراني 360 (القاهرة)",
    '\u202eevil\u202c חברה בע"מ',
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2,
]


@dataclass
class Scorecard:
    """A written scorecard, and the warehouse it was written from."""

    warehouse: Path
    connection: duckdb.DuckDBPyConnection
    folder: Path
    answers: dict[tuple, list[dict]] = field(default_factory=dict)
    lookups: dict[tuple, dict[tuple, list[dict]]] = field(default_factory=dict)

    def tuples(self, sql: str) -> list[tuple]:
        """Rows of a query, as data_notes wants them."""
        return self.connection.execute(sql).fetchall()

    def path(self, pga_mpn_id: str | None) -> Path:
        """File of a partner's page, or of the index."""
        return self.folder / (pages.file_name(pga_mpn_id) if pga_mpn_id else "index.html")

    def query(self, sql: str, values: dict | None = None) -> list[dict]:
        """Rows of a query on the warehouse, by column."""
        asked = (sql, *(values or {}).values())
        if asked not in self.answers:
            answer = self.connection.execute(sql, values)
            names = [column[0] for column in answer.description]
            self.answers[asked] = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
        return self.answers[asked]

    def table(self, mart: str) -> list[dict]:
        """All rows of a mart, or of a table whose schema is spelled out; of contributions those of the last month."""
        if mart == "fct_customer_contribution":
            return self.query("from contributions")
        return self.query(f"from {mart if '.' in mart else 'marts.' + mart}")

    def row(self, mart: str, key: dict[str, str]) -> dict:
        """The one row of a mart that a key names. What the mart has no column for does not matter."""
        names = tuple(sorted(name for name in key if name in self.table(mart)[0]))
        if (mart, names) not in self.lookups:
            lookup = self.lookups[mart, names] = {}
            for row in self.table(mart):
                lookup.setdefault(tuple(str(row[name]) for name in names), []).append(row)
        rows = self.lookups[mart, names].get(tuple(key[name] for name in names), [])
        assert len(rows) == 1, (mart, key, len(rows))
        return rows[0]


def write(warehouse: Path, folder: Path, asked: str | None = None, has_names: bool = False) -> Scorecard:
    """Write the scorecard of a warehouse."""
    with contextlib.closing(Marts(warehouse, has_names)) as marts:
        pages.write_scorecard(marts, asked, folder, marts.partners)
    connection = duckdb.connect(str(warehouse), read_only=True)
    # the mart is a view of all months, and asked hundreds of times
    connection.execute(
        f"create temp table contributions as from marts.fct_customer_contribution where as_of_month = {LAST_MONTH}"
    )
    # what to do is constant text: the figures of a warning are worked out in SQL
    connection.execute("create temp table advice (reject_reason varchar, advice varchar)")
    connection.executemany("insert into advice values (?, ?)", list(data_notes.ADVICE.items()))
    return Scorecard(warehouse, connection, folder)


@pytest.fixture(scope="module")
def scorecard(sample, tmp_path_factory) -> Scorecard:
    """The sample's scorecard."""
    return write(sample.warehouse, tmp_path_factory.mktemp("scorecard") / "pages")


@pytest.fixture
def copied(sample, tmp_path) -> Path:
    """A copy of the sample's warehouse, of the same name: its views spell that out."""
    return Path(shutil.copy(sample.warehouse, tmp_path))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium that fetches nothing by itself."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@contextlib.contextmanager
def opened(browser: Browser, path: Path, width: int = DESKTOP, fragment: str = "", **options) -> Iterator[Page]:
    """Open a file, and expect that nothing else was asked for and nothing complained about when it is left."""
    context = browser.new_context(viewport={"width": width, "height": 900}, **options)
    # a machine that is busy with other tests takes its time
    context.set_default_timeout(120_000)
    page = context.new_page()
    asked, complaints = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
    page.goto(path.as_uri() + fragment)
    yield page
    assert [url.split("#")[0] for url in asked if not url.startswith("data:")] == [path.as_uri()]
    assert complaints == []
    context.close()


def compiled(built, model: str) -> str:
    """The SQL of a model as a build ran it, for a test that changes what it reads."""
    (path,) = built.warehouse.parent.glob(f"target/compiled/**/{model}.sql")
    return path.read_text(encoding="utf-8")


def visible(page: Page, selector: str) -> list[str]:
    """Texts of the visible elements of a selector."""
    return page.eval_on_selector_all(
        selector, "elements => elements.filter((one) => one.checkVisibility()).map((one) => one.innerText)"
    )


def overflow(page: Page, width: int) -> int:
    """How many pixels a page is wider than a screen."""
    page.set_viewport_size({"width": width, "height": 900})
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


# --- figures ---------------------------------------------------------------------------------------------------------

# The marked figures, or those of some columns: mart, key, column, exact value, text.
FIGURES = """(columns) => [...document.querySelectorAll('[data-column]')].filter(
    (element) => columns === null || columns.includes(element.dataset.column)
).map((element) => {
    const marked = [];
    for (let node = element; node; node = node.parentElement) if (node.dataset.mart) marked.push(node);
    const key = {};
    for (const node of [...marked].reverse())
        for (const [name, value] of new URLSearchParams(node.dataset.key ?? "")) key[name] = value;
    const exact = element.tagName === 'TIME' ? element.dateTime : element.tagName === 'DATA' ? element.value : null;
    return [marked.length ? marked[0].dataset.mart : null, key, element.dataset.column, exact, element.textContent];
})"""

# Every text that is not inside a marked figure. Axes of charts are left out: their figures are the marked pass marks.
UNMARKED_TEXTS = """() => {
    const texts = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const parent = walker.currentNode.parentElement;
        if (parent.closest('[data-column], script, style, svg title, .axis')) continue;
        texts.push(walker.currentNode.textContent);
    }
    return texts;
}"""

OF_PANEL = f"pga_mpn_id = $pga_mpn_id and ruleset_id = $ruleset_id and as_of_month = {LAST_MONTH}"
OF_RULES = "pga_mpn_id = $pga_mpn_id and ruleset_id = $ruleset_id"
UNTIL = f"{OF_RULES} and outlook_month <= $outlook_month"
# what moves points until a month of the outlook, by customer or person, or by track where none is named; largest first
CAUSES = f"""
    select sum(points) as points from marts.fct_outlook_bridge where {UNTIL}
    group by coalesce(subject_id, metric || '/' || track) having sum(points) != 0
    order by abs(sum(points)) desc offset {CAUSES_SHOWN}
"""
OF_TRACK = f"{OF_PANEL} and metric = $metric and track = $track"
TRAILING_YEAR = f"""
    pga_mpn_id = $pga_mpn_id and ruleset_id = $ruleset_id
    and datediff('month', usage_month, {LAST_MONTH}) between 0 and 11
"""
# what the index shows: the rows of the rule set or version that was asked for, else those of the rules in force
OF_INDEX = f"""
    from marts.fct_designation inner join marts.dim_ruleset using (ruleset_id)
    where as_of_month = {LAST_MONTH} and case
        when $asked = '' then is_in_force and is_best_path
        else ruleset_id = $asked or (version = $asked and is_best_path)
    end
"""
OF_NOTED = "pga_mpn_id = $pga_mpn_id and as_of_month = $as_of_month and metric != 'total'"
OF_REPORT = "dataset = coalesce($dataset, dataset)"
GROWN = "coalesce(change_value, current_value)"

# Sentences about the data, one row each in their order: rows set aside by report, reports without rows, exports that
# report less than the one before, months missing.
WARNINGS = """
    with rejections as (
        select dataset, export_date, reject_reason, count(*) as row_count
        from audit.rejected_rows group by all
    ),
    parts as (
        select 1 as part_rank, dataset, null as export_date, dataset as part, sum(rows_in) as rows_in
        from audit.row_reconciliation group by dataset
        union all
        select 2, dataset, max(export_date), format('{}, newest export ({})', dataset, max(export_date)),
            max_by(rows_in, export_date)
        from audit.row_reconciliation group by dataset
    ),
    counted as (
        select part_rank, dataset, part, rows_in, reject_reason, sum(row_count)::bigint as row_count
        from parts inner join rejections using (dataset)
        where coalesce(parts.export_date, rejections.export_date) = rejections.export_date
        group by all
    ),
    totals as (
        select *, sum(row_count) over (partition by dataset, part_rank)::bigint as set_aside from counted
    ),
    warned as (
        select * from totals where set_aside * 20 > rows_in
        qualify part_rank = min(part_rank) over (partition by dataset)
    ),
    sentences as (
        select 1 as sentence_rank, dataset,
            format('{}: {:,} of {:,} rows ({}%) were set aside and do not count ({}). {}',
                part, set_aside, rows_in::bigint, round(100 * set_aside / rows_in)::int,
                string_agg(format('{} {:,}', reject_reason, row_count), ', ' order by row_count desc, reject_reason),
                first(coalesce(advice, '') order by row_count desc, reject_reason)) as sentence
        from warned left join advice using (reject_reason)
        group by dataset, part, set_aside, rows_in
        union all
        select 2, dataset, dataset || ' has no rows. What it would report counts as zero. '
            || 'If it should have rows, download it again.'
        from audit.row_reconciliation group by dataset having sum(rows_in) = 0
        union all
        select 3, dataset, format('{}, export of {}: it reports {}% less of the same months than the export before it, '
            || 'and takes its place. If the download was filtered or cut off, take it again; '
            || 'audit.export_restatements shows the months.',
            dataset, export_date, round(100 - 100 * now / before)::int)
        from (
            select dataset, export_date, sum(reported_value) as now, sum(reported_value - value_change) as before
            from audit.export_restatements where is_newest_export and value_change is not null
            group by dataset, export_date
            qualify export_date = max(export_date) over (partition by dataset)
        )
        where before > 0 and now < 0.8 * before
        union all
        select 4, null,
            if(sum(months) = 1, '1 month is', sum(months)::int || ' months are')
            || ' not in the exports as a whole: '
            || string_agg(format('{} {} ({})', dataset, month_names, replace(missing_reason, '_', ' ')), '; '
                order by dataset, first_month)
            || '. Scores that read them are shown, but not judged. Download a report that covers them, put it beside '
            || 'the others and build again; audit.missing_months lists them.'
        from (
            select dataset, missing_reason, count(*) as months, min(usage_month) as first_month,
                string_agg(strftime(usage_month, '%B %Y'), ', ' order by usage_month) as month_names
            from audit.missing_months where is_scored group by all
        )
        having count(*) > 0
    )
    select rtrim(sentence) as sentence from sentences order by sentence_rank, dataset
"""

# What the page counts or subtracts, worked out again in SQL. One row, one column.
DERIVED = {
    "max_total_points": f"select sum(max_points) from marts.fct_metric_score where {OF_PANEL}",
    "metric_count": f"select count(distinct metric) from marts.fct_metric_score where {OF_PANEL}",
    "points_above": f"""
        select total_points - minimum_total_points
        from marts.fct_designation inner join marts.dim_ruleset using (ruleset_id) where {OF_PANEL}
    """,
    "missing_to_next_unit": f"""
        select cast(unit_size * (1 + floor(greatest(0, {GROWN}) / unit_size)) - {GROWN} as decimal(28, 10))
        from marts.fct_metric_track inner join rulebook.ruleset_tracks using (ruleset_id, metric, track)
        where {OF_TRACK}
    """,
    "won": f"select count(*) from contributions where {OF_TRACK} and reason = 'new'",
    "lost": f"select count(*) from contributions where {OF_TRACK} and reason = 'lost'",
    "near": f"""
        select count(distinct subject_id) from marts.fct_recommendation where {OF_TRACK} and kind = 'near_threshold'
    """,
    "about_to_drop": f"""
        select count(distinct subject_id) from marts.fct_recommendation where {OF_TRACK} and kind = 'about_to_drop'
    """,
    "other_tenants": f"""
        select count(*) - {GROWTH_SHOWN} from contributions where {OF_TRACK} and contribution != 0
    """,
    "points_open": f"select max_points - points from marts.fct_metric_score where {OF_PANEL} and metric = $metric",
    "points_short_then": f"""
        select minimum_total_points - total_points
        from marts.fct_designation_outlook inner join marts.dim_ruleset using (ruleset_id)
        where {OF_RULES} and outlook_month = $outlook_month
    """,
    "total_points_kept": f"""
        select total_points_then + points_at_risk from marts.fct_recommendation
        where {OF_RULES} and kind = $kind and metric = $metric and subject_id = $subject_id
            and coalesce(detail, 'None') = $detail
    """,
    "points_of_cause": f"""
        select sum(points) from marts.fct_outlook_bridge
        where {UNTIL} and case when $subject_id = 'None'
            then subject_id is null and metric = $metric and track = $track
            else subject_id = $subject_id
        end
    """,
    "more_causes": f"select count(*) from ({CAUSES})",
    "points_of_more_causes": f"select sum(points) from ({CAUSES})",
    "more_of_bridge": f"select count(*) - {BRIDGE_SHOWN} from marts.fct_outlook_bridge where {OF_RULES}",
    "more_advice": f"""
        select sum(greatest(subjects - {ENTRIES_SHOWN}, 0))
        from (
            select count(distinct (subject_type, subject_id)) as subjects
            from marts.fct_recommendation where {OF_PANEL} group by kind in {DEFENDING}
        )
    """,
    # whoever defends no points, of those that are listed; the shortest way is never folded
    "idle_advice": f"""
        select greatest(least(count(*), {ENTRIES_SHOWN}) - count(case when at_stake then 1 end), 0)
        from (
            select subject_id, max(points_at_risk) > 0 or subject_id in (
                select subject_id from marts.fct_plan where {OF_RULES} and subject_id is not null
            ) as at_stake
            from marts.fct_recommendation where {OF_PANEL} and kind in {DEFENDING} group by subject_id
        )
    """,
    "more_people": f"select count(*) - {PEOPLE_SHOWN} from marts.fct_certified_individual where {OF_PANEL}",
    "more_moves": f"""
        select count(*) - {MOVES_SHOWN}
        from contributions as contribution
        where {OF_PANEL} and (reason in ('new', 'lost') or exists (
            select 1 from marts.fct_recommendation as recommendation
            where recommendation.pga_mpn_id = contribution.pga_mpn_id
                and recommendation.ruleset_id = contribution.ruleset_id
                and recommendation.metric = contribution.metric and recommendation.track = contribution.track
                and recommendation.subject_id = contribution.customer_tenant_id
                and recommendation.kind in ('near_threshold', 'about_to_drop')
        ))
    """,
    **{
        name: f"select sum({name}) from audit.eligibility_waterfall where {TRAILING_YEAR}"
        for name in ("eligible_acr_usd", "unknown_offer_acr_usd")
    },
    "agreeing_metrics": f"select count(*) from audit.score_variance where {OF_NOTED} and explanation = 'equal'",
    "noted_metrics": f"select count(*) from audit.score_variance where {OF_NOTED}",
    "noted_month": "select max(as_of_month) from audit.score_variance where pga_mpn_id = $pga_mpn_id",
    # of one report, or of all
    "dataset": "select $dataset",
    "newest_export_date": f"select max(export_date) from audit.processed_exports where {OF_REPORT}",
    "export_count": f"select count(*) from audit.processed_exports where {OF_REPORT}",
    "rows_in": f"select sum(row_count) from audit.processed_exports where {OF_REPORT}",
    "rows_rejected": f"select count(*) from audit.rejected_rows where {OF_REPORT}",
    "row_count": "select count(*) from audit.rejected_rows where dataset = $dataset and reject_reason = $reject_reason",
    # on all pages
    "warning": f"{WARNINGS} limit 1 offset cast($position as integer)",
    "running_month_in_words": f"""
        select strftime(running_month, '%B %Y') || ' was still running when it was last exported. '
            || 'It counts once a later export completes it.'
        from marts.dim_month where as_of_month = {LAST_MONTH}
    """,
    # on the index
    "rules_in_words": f"""
        select if(count(distinct ruleset_name) = 1, min(ruleset_name) || ', ', 'rules ')
            || if(bool_and(is_in_force), 'in force', 'not in force')
            || if(count(distinct ruleset_name) = 1, '', ', each partner on its better path')
        {OF_INDEX}
    """,
    "version": "select distinct version from marts.dim_ruleset where version = $version",
    "partners": "select count(*) from marts.dim_partner",
    "losing": f"""
        select count(*) {OF_INDEX} and (pga_mpn_id, ruleset_id) in (
            select (pga_mpn_id, ruleset_id) from marts.fct_designation_outlook where designation_lost_month is not null
        )
    """,
    # of a partner, by other rules than those in force
    **{
        column: f"select {column} from marts.fct_designation where {OF_PANEL}"
        for column in (
            "total_points",
            "designation_status",
            "net_customer_adds_points",
            "intermediate_certifications_points",
            "deployments_points",
            "usage_growth_points",
        )
    },
    "points_above_threshold": f"""
        select total_points - minimum_total_points
        from marts.fct_designation inner join marts.dim_ruleset using (ruleset_id) where {OF_PANEL}
    """,
    "points_change": f"select total_points - total_points_previous_month from marts.fct_designation where {OF_PANEL}",
    **{
        column: f"""
            select min({column}) from marts.fct_designation_outlook
            where pga_mpn_id = $pga_mpn_id and ruleset_id = $ruleset_id
        """
        for column in ("designation_lost_month", "designation_won_month")
    },
    "top_recommendation": """
        select min_by(sentence, (
            not (reaches_designation or loses_designation),
            if(loses_designation, coalesce(deadline_date, deadline_month), date '9999-12-31'), points_rank, sentence
        ))
        from marts.fct_recommendation
        where pga_mpn_id = $pga_mpn_id and ruleset_id = $ruleset_id
            and (points_gain > 0 or (points_at_risk > 0 and deadline_month is not null))
    """,
    **{
        status: f"select count(*) {OF_INDEX} and designation_status = '{status}'"
        for status in ("qualified", "in_progress", "insufficient_history")
    },
}


def derived(scorecard: Scorecard, name: str, key: dict[str, str]):
    """A derived figure, from the marts; the day of the build is the file's."""
    if name == "built_on":
        return date.fromtimestamp(scorecard.warehouse.stat().st_mtime)
    values = {parameter: key.get(parameter) for parameter in re.findall(r"\$(\w+)", DERIVED[name])}
    ((answer,),) = (row.values() for row in scorecard.query(DERIVED[name], values))
    return answer


def read_number(text: str) -> Decimal:
    """Read a number as a page shows it."""
    number = text.replace(",", "").replace(wording.MINUS, "-")
    return Decimal(number[:-2]) / 100 if number.endswith(" %") else Decimal(number)


def read_date(text: str) -> date:
    """Read a day or a month as a page shows it."""
    for form in ("%d %B %Y", "%d %b %Y", "%B %Y", "%b %Y"):
        with contextlib.suppress(ValueError):
            return datetime.strptime(text, form).date()
    raise AssertionError(text)


def check(expected, exact: str | None, text: str, column: str) -> None:
    """Compare a figure, and what is shown of it, with the mart's value."""
    if expected is None:
        assert (exact, text) == ("", wording.NOTHING)
    elif isinstance(expected, bool):
        assert (exact, text) == (str(expected), "in force" if expected else "not in force")
    elif isinstance(expected, str):
        if exact is None:
            # a code in words, or the text itself
            assert text in {wording.words(expected), expected}
        else:
            assert exact == expected
            # a code in words, a pseudonym by its beginning, the rest as it is
            assert text in {wording.words(expected), expected, expected[:8]}
    elif isinstance(expected, date):
        assert date.fromisoformat(exact) == expected
        assert read_date(text) == expected
    else:
        # a cell of a long table is its own exact value
        assert Decimal(text if exact is None else exact) == Decimal(expected)
        # what may be lost is shown as a loss, and as a gain where it is about keeping it
        is_loss = column == "points_at_risk" and not text.startswith("+")
        assert read_number(text) == (-expected if is_loss else expected)


@pytest.fixture(scope="module", params=EVERY_PAGE)
def contents(request, scorecard, browser) -> tuple[str | None, list, list[str]]:
    """A page's partner, its marked figures, and its other texts."""
    with opened(browser, scorecard.path(request.param)) as page:
        figures = page.evaluate(FIGURES, None)
        # the counts of the filters are the script's
        page.evaluate("document.querySelectorAll('output').forEach((output) => output.remove())")
        return request.param, figures, page.evaluate(UNMARKED_TEXTS)


def test_every_figure_equals_the_mart(scorecard, contents):
    pga_mpn_id, figures, _ = contents
    assert len(figures) > (2000 if pga_mpn_id else 40)
    for mart, key, column, exact, text in figures:
        expected = derived(scorecard, column, key) if mart == "derived" else scorecard.row(mart, key)[column]
        try:
            check(expected, exact, text, column)
        except (AssertionError, ArithmeticError, ValueError) as error:
            raise AssertionError(f"{mart}.{column} of {key}: {exact} ({text}), in the mart {expected}") from error


def test_no_figure_is_unmarked(scorecard, contents):
    """So that the test above misses none. A number that is part of a name is no figure."""
    names = [row["track_name"] for row in scorecard.table("rulebook.tracks")] + list(wording.WORDS.values())
    names += [row["listed_name"] for row in scorecard.table("intermediate.int_rulebook_names")]
    name = re.compile("|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)))
    assert [text for text in contents[2] if re.search(r"\d", name.sub("", text))] == []


def test_a_page_shows_all_of_the_marts(scorecard, contents):
    pga_mpn_id, figures, _ = contents
    if not pga_mpn_id:
        shown = {key["pga_mpn_id"] for _, key, column, *_ in figures if column == "total_points"}
        assert shown == {row["pga_mpn_id"] for row in scorecard.table("dim_partner")}
        return
    last_month = str(scorecard.query(f"select {LAST_MONTH} as month")[0]["month"])
    grains = {
        ("fct_designation", "total_points"): ("ruleset_id", "as_of_month"),
        ("fct_metric_score", "points"): ("ruleset_id", "metric", "as_of_month"),
        ("fct_metric_score", "earned_units"): ("ruleset_id", "metric", "as_of_month"),
        ("fct_metric_track", "current_value"): ("ruleset_id", "metric", "track", "as_of_month"),
        ("fct_designation_outlook", "total_points"): ("ruleset_id", "outlook_month"),
        ("fct_outlook_bridge", "points"): ("ruleset_id", "outlook_month", "cause_number"),
        ("fct_ruleset_comparison", "points"): ("ruleset_id", "metric", "as_of_month"),
        ("fct_recommendation", "total_points_then"): ("ruleset_id", "kind", "metric", "subject_id", "detail"),
        ("fct_certified_individual", "next_expiration_date"): ("ruleset_id", "individual_id", "as_of_month"),
    }
    of_last_month = {"earned_units", "current_value", "next_expiration_date"}
    for (mart, column), grain in grains.items():
        shown = {
            tuple(key[name] for name in grain)
            for name_, key, column_, *_ in figures
            if (name_, column_) == (mart, column)
        }
        rows = [row for row in scorecard.table(mart) if row["pga_mpn_id"] == pga_mpn_id]
        if column in of_last_month or mart == "fct_ruleset_comparison":
            rows = [row for row in rows if str(row["as_of_month"]) == last_month]
        if mart == "fct_metric_track":
            # a level, such as people, has no year before to stand beside
            rows = [row for row in rows if row["prior_value"] is not None]
        assert shown == {tuple(str(row[name]) for name in grain) for row in rows}, (mart, column)


def test_charts_run_through_the_values(scorecard, browser):
    """Lines and bars have the heights of their figures."""
    with opened(browser, scorecard.path("99100000")) as page:
        lines = page.eval_on_selector_all(
            "#panel-1 .chart .line:not(.ahead)", "lines => lines.map((line) => line.getAttribute('d'))"
        )
        goals = page.eval_on_selector_all(
            "#panel-1 .chart line.goal", "goals => goals.map((goal) => goal.getAttribute('y1'))"
        )
        readings = page.eval_on_selector_all(
            "#panel-1 .chart:first-of-type",
            "charts => charts.map((chart) => chart.querySelectorAll('.hit title').length)",
        )
    of_shown = {"pga_mpn_id": "99100000", "ruleset_id": IN_FORCE}
    months = scorecard.query(
        "from marts.fct_designation where pga_mpn_id = $pga_mpn_id and ruleset_id = $ruleset_id order by as_of_month",
        of_shown,
    )
    scores = scorecard.query(
        "from marts.fct_metric_score where pga_mpn_id = $pga_mpn_id and ruleset_id = $ruleset_id order by as_of_month",
        of_shown,
    )
    metrics = [
        f"{name.removesuffix('_points')}"
        for name in months[0]
        if name.removesuffix("_points") in {s["metric"] for s in scores}
    ]
    top = sum({score["metric"]: score["max_points"] for score in scores}.values())
    expected = [[100 - 100 * month["total_points"] / top for month in months]]
    expected += [
        [100 - 100 * s["points"] / s["max_points"] for s in scores if s["metric"] == metric] for metric in metrics
    ]
    drawn = [[Decimal(point.split()[1]) for point in line[1:].split("L")] for line in lines]
    assert [len(line) for line in drawn] == [len(line) for line in expected]
    for line, heights in zip(drawn, expected, strict=True):
        assert line == [pytest.approx(height, abs=Decimal("0.01")) for height in heights]
    (passes,) = scorecard.query("from marts.dim_ruleset where ruleset_id = $ruleset_id", {"ruleset_id": IN_FORCE})
    assert Decimal(goals[0]) == pytest.approx(100 - 100 * passes["minimum_total_points"] / top)
    assert readings[0] == len(months) + len(
        [
            r
            for r in scorecard.table("fct_designation_outlook")
            if (r["pga_mpn_id"], r["ruleset_id"]) == ("99100000", IN_FORCE)
        ]
    )


# --- the first screen ------------------------------------------------------------------------------------------------


def bottom(page: Page, selector: str) -> float:
    """Lower end of the last element of a selector, in pixels from the top of the page."""
    return page.locator(selector).last.evaluate("element => element.getBoundingClientRect().bottom + scrollY")


@pytest.mark.parametrize(("width", "height"), [(DESKTOP, 800), (PHONE, 844)])
def test_the_first_screen_says_when_it_is_lost_and_why_and_what_keeps_it(scorecard, browser, width, height):
    values = {"pga_mpn_id": "99100000", "ruleset_id": IN_FORCE}
    (lost,) = scorecard.query(
        f"""
            select outlook_month, total_points, minimum_total_points - total_points as short
            from marts.fct_designation_outlook inner join marts.dim_ruleset using (ruleset_id)
            where {OF_RULES} and outlook_month = designation_lost_month
        """,
        values,
    )
    month = wording.month(lost["outlook_month"])
    named = f"left join marts.dim_customer using (pga_mpn_id, customer_tenant_id) where {OF_RULES}"
    causes = scorecard.query(
        f"""
            select customer_name, sum(points) as points, count(*) as causes
            from (select *, subject_id as customer_tenant_id from marts.fct_outlook_bridge) {named}
                and points != 0 and outlook_month = (
                    select min(designation_lost_month) from marts.fct_designation_outlook where {OF_RULES}
                )
            group by customer_name order by points
        """,
        values,
    )
    (step,) = scorecard.query(
        f"""
            select plan.*, title from marts.fct_plan as plan
            inner join rulebook.certifications on detail = certification_id where {OF_RULES}
        """,
        values,
    )
    (other,) = scorecard.query(
        f"""
            select customer_name, missing_value, points_at_risk, total_points_then
            from (select *, subject_id as customer_tenant_id from marts.fct_recommendation) {named}
                and points_at_risk > 0 and loses_designation
        """,
        values,
    )
    with opened(browser, scorecard.path("99100000"), width) as page:
        page.set_viewport_size({"width": width, "height": height})
        assert visible(page, "#panel-1 .headline") == [f"Designation will be lost in {month}"]
        assert f"{lost['total_points']} points then, {lost['short']} short" in visible(page, "#panel-1 .prospect")[0]
        why = [" ".join(text.split()) for text in visible(page, "#panel-1 .why li")]
        keep = [" ".join(text.split()) for text in visible(page, "#panel-1 .keep li")]
        assert visible(page, "#panel-1 .why h3, #panel-1 .keep h3") == [
            f"What changes in {month}, and why",
            "What keeps it: any one of these",
        ]
        for selector in (".gap", ".prospect", ".why li", ".keep li"):
            assert bottom(page, f"#panel-1 {selector}") <= height, selector
    # one customer is both halves of it: it falls below a threshold, and it counted in the year before
    ((cause,), (text,)) = causes, why
    assert text == (
        f"{wording.signed_points(cause['points'])} {cause['customer_name']} no longer counts in Deployments (−3.33); "
        "already counted a year earlier: no more growth in Net customer adds (−2.00)"
    )
    assert cause["causes"] == 2
    # the shortest way, and another that is as short
    assert (step["goal"], step["judged_month"], step["is_reached"]) == ("keep", lost["outlook_month"], True)
    assert keep == [
        f"+{step['points']} {wording.pseudonym(step['subject_id'])}: pass {step['title']} by the end of {month}. "
        f"total then {step['total_points']}: enough",
        f"+{other['points_at_risk']} {other['customer_name']}: use {other['missing_value']:,.2f} USD of Azure "
        f"by the end of {month} to stay above the threshold of Deployments. "
        f"total then {other['total_points_then'] + other['points_at_risk']}: enough",
    ]


LOSSES = """
    select distinct pga_mpn_id, ruleset_id, designation_lost_month as month
    from marts.fct_designation_outlook where designation_lost_month is not null order by all
"""


def test_whoever_loses_it_sees_on_the_first_screen_of_a_telephone_what_keeps_it(scorecard, browser):
    """Under every rule set, also where much changes until then."""
    losses = scorecard.query(LOSSES)
    assert len({row["month"] for row in losses}) > 3
    for row in losses:
        plan = scorecard.query(
            f"select * from marts.fct_plan where {OF_RULES} order by step",
            {name: row[name] for name in ("pga_mpn_id", "ruleset_id")},
        )
        address = f"#{row['ruleset_id'].removeprefix('security_').replace('_', '-')}"
        with opened(browser, scorecard.path(row["pga_mpn_id"]), PHONE, address) as page:
            lines = [" ".join(text.split()) for text in visible(page, ".keep li")]
            steps = [line for line in lines if f"total then {plan[-1]['total_points']}: enough" in line]
            assert len(plan) == len(steps) == 1
            assert steps[0].startswith(f"+{plan[0]['points']} ")
            assert f"by the end of {wording.month(row['month'])}" in steps[0]
            bottom_of_last = page.locator(".keep li:visible").last
            assert bottom_of_last.evaluate("line => line.getBoundingClientRect().bottom + scrollY") <= 844, row


def test_what_cannot_be_kept_says_what_is_missing(copied, browser, tmp_path):
    with duckdb.connect(str(copied)) as connection:
        connection.execute(
            """
                update marts.fct_plan set
                    step = 0, is_reached = false, kind = null, metric = null, track = null, subject_type = null,
                    subject_id = null, detail = null, missing_value = null, missing_unit = null, deadline_month = null,
                    points = null, total_points = 68.5, points_short = 1.5, metrics_below_minimum = 'deployments'
                where pga_mpn_id = '99100000' and ruleset_id = ?
            """,
            [IN_FORCE],
        )
        ((count,),) = connection.execute(
            "select action_count from marts.fct_plan where pga_mpn_id = '99100000' and ruleset_id = ?", [IN_FORCE]
        ).fetchall()
    with opened(browser, write(copied, tmp_path / "pages").path("99100000")) as page:
        assert visible(page, "#panel-1 .keep h3") == ["What keeps points until then"]
        assert visible(page, "#panel-1 .keep > p:not(.note)") == [
            f"All recommended actions together ({count}) do not keep it: the total would be 68.50 then, 1.50 short, "
            "and too little in Deployments."
        ]
        assert len(visible(page, "#panel-1 .keep li")) == 1


def test_several_actions_that_keep_it_together_are_told_together(copied, browser, tmp_path):
    """The second is a certification that costs no points alone: no recommendation is about it."""
    with duckdb.connect(str(copied)) as connection:
        connection.execute(
            """
                create temp table more as
                select * replace (
                    2 as step, 'certification_expiring' as kind, 'p' as subject_id, date '2024-07-01' as deadline_month,
                    date '2024-07-09' as deadline_date, 1.5 as points, 74.84 as total_points
                )
                from marts.fct_plan where pga_mpn_id = '99100000' and ruleset_id = ?;
            """,
            [IN_FORCE],
        )
        connection.execute("insert into marts.fct_plan from more")
    with opened(browser, write(copied, tmp_path / "pages").path("99100000")) as page:
        assert visible(page, "#panel-1 .keep h3") == ["What keeps it: these together, and no fewer"]
        lines = [" ".join(text.split()) for text in visible(page, "#panel-1 .keep li")]
        assert len(lines) == 2 and lines[0].endswith("total then 73.34")
        assert lines[1].startswith("+1.50 p: renew ")
        assert lines[1].endswith(" before 9 July 2024. total then 74.84: enough")
        assert page.locator("#panel-1 .keep li a[href*='-r']").count() == 1


@pytest.mark.parametrize("pga_mpn_id", ["99200000", "99400000"], ids=["there is one", "there is none"])
def test_a_partner_in_progress_sees_the_shortest_way(scorecard, browser, pga_mpn_id):
    plan = scorecard.query(
        f"from marts.fct_plan where {OF_RULES} order by step",
        {"pga_mpn_id": pga_mpn_id, "ruleset_id": "security_2026_enterprise"},
    )
    with opened(browser, scorecard.path(pga_mpn_id), fragment="#2026-enterprise") as page:
        (heading,) = visible(page, ".keep h3")
        steps = [" ".join(text.split()) for text in visible(page, ".keep li")]
        told = " ".join(visible(page, ".keep > p:not(.note)"))
    if plan[0]["is_reached"]:
        assert heading == "What earns it: these together, and no fewer"
        assert len(steps) == len(plan) == 2
        for text, row in zip(steps, plan, strict=True):
            assert text.startswith(f"+{row['points']} ")
            assert f"total then {row['total_points']}" in text
        assert steps[-1].endswith(": enough")
    else:
        assert heading == "What to do next"
        assert told == (
            f"All recommended actions together ({plan[0]['action_count']}) do not earn it: the total would be "
            f"{plan[0]['total_points']}, {plan[0]['points_short']} short, "
            "and too little in Intermediate certifications."
        )


def test_the_head_says_of_when_the_data_is(scorecard, browser):
    (newest,) = scorecard.query("select max(export_date) as day from audit.processed_exports")
    built = derived(scorecard, "built_on", {})
    with opened(browser, scorecard.path("99100000")) as page:
        assert visible(page, ".dates") == [
            f"Data to Jun 2024 · exported {wording.short_date(newest['day'])} · built {wording.short_date(built)}"
        ]


def test_a_bar_has_what_is_earned_and_what_is_still_to_be_had(scorecard, browser):
    scores = scorecard.query(
        f"""
            select points, max_points - points as open from marts.fct_metric_score
            inner join marts.dim_metric using (metric) where {OF_PANEL} order by metric_name
        """,
        {"pga_mpn_id": "99100000", "ruleset_id": IN_FORCE},
    )
    with opened(browser, scorecard.path("99100000")) as page:
        widths = page.eval_on_selector_all("#panel-1 .stack i", "parts => parts.map((part) => part.style.width)")
        opens = page.locator("#panel-1 .stack .open").count()
    shares = sorted(Decimal(width.removesuffix("%")) for width in widths)
    # of 100 points in all; what is nothing is not drawn
    assert shares == sorted(points for row in scores for points in row.values() if points)
    assert opens == len([row for row in scores if row["open"]]) == 3


def test_what_to_do_is_in_the_order_it_is_due(scorecard, browser):
    with opened(browser, scorecard.path("99100000")) as page:
        assert visible(page, f"#{PANEL}-advice-list h3") == ["Defend", "Win"]
        page.locator(f"#{PANEL}-advice-list .folded summary").click()
        figures = {
            group: page.evaluate(
                """group => [...document.querySelectorAll(group)].map((entry) => [
                    entry.querySelector('h4').innerText,
                    [...entry.querySelectorAll('.due time')].map((time) => time.dateTime),
                    [...entry.querySelectorAll('.points data')].map((points) => Number(points.value)),
                ])""",
                f"#{PANEL}-advice-list .{group} > .entries > .entry",
            )
            for group in ("defend", "folded", "win")
        }
    names = [name for entries in figures.values() for name, *_ in entries]
    assert len(names) > 8 and all(names)
    for group in ("defend", "folded"):
        dates = [days for _, days, _ in figures[group]]
        assert all(days == sorted(days) for days in dates)
        assert dates == sorted(dates, key=lambda days: days[0])
        # what is at risk comes before what is not
        at_risk = {any(points) for *_, points in figures[group]}
        assert at_risk == {group == "defend"}
    assert len({name for name, *_ in figures["folded"]}) == len(figures["folded"]) > 3
    assert all(not days for _, days, _ in figures["win"])
    points = [points[0] for *_, points in figures["win"]]
    assert points == sorted(points, reverse=True)
    # Veldkamp has two deadlines, and one entry
    assert [days for name, days, _ in figures["defend"] if name == "Veldkamp Optiek"] == [["2024-07-01", "2024-08-01"]]


def test_the_first_screen_leads_to_the_recommendation(scorecard, browser):
    with opened(browser, scorecard.path("99100000")) as page:
        page.locator("#panel-1 .keep li a", has_text="Veldkamp").click()
        target = page.locator(":target")
        assert "5,150.00 USD" in target.inner_text()
        assert (
            target.evaluate("element => element.closest('.entry').querySelector('h4').innerText") == "Veldkamp Optiek"
        )
        assert target.is_visible()


def test_what_defends_no_points_is_folded(scorecard, browser):
    risks = scorecard.query(
        f"""
            select subject_id, max(points_at_risk) as points_at_risk from marts.fct_recommendation
            where {OF_RULES} and kind in {DEFENDING} group by subject_id
        """,
        {"pga_mpn_id": "99100000", "ruleset_id": IN_FORCE},
    )
    idle = [row for row in risks if not row["points_at_risk"]]
    with opened(browser, scorecard.path("99100000")) as page:
        fold = page.locator(f"#{PANEL}-advice-list .defend .folded")
        assert fold.locator("summary").inner_text() == f"{len(idle)} more without points at stake"
        assert len(visible(page, f"#{PANEL}-advice-list .defend .entry")) == len(risks) - len(idle) > 0
        assert not [text for text in visible(page, f"#{PANEL}-advice-list .defend .entry") if "0.00\n" in text]
        fold.locator("summary").click()
        assert len(visible(page, f"#{PANEL}-advice-list .defend .entry")) == len(risks)
    # what is looked for is not left folded
    with opened(browser, scorecard.path("99100000")) as page:
        page.locator(f"form[data-for={PANEL}-advice-list]").get_by_label("Find").fill("threshold")
        assert len(visible(page, f"#{PANEL}-advice-list .defend .folded .entry")) > 0


def test_the_first_screen_leads_to_all_causes(scorecard, browser):
    with opened(browser, scorecard.path("99100000"), fragment="#2026-smb") as page:
        folded = page.locator(".why:visible details")
        assert not visible(page, ".why details li")
        folded.locator("summary", has_text="more causes").click()
        assert len(visible(page, ".why details li")) == CAUSES_FOLDED
        folded.locator("a", has_text="All causes").click()
        causes = page.locator("#rules-2026-smb-bridge tbody tr")
        assert causes.first.is_visible()
        assert causes.count() > 20


def test_what_reaches_several_thresholds_is_one_action(scorecard, browser):
    """One more seat at Birchlight Studios reaches the threshold of two metrics, and is worth its points once."""
    with opened(browser, scorecard.path("99200000")) as page:
        entry = page.locator(f"#{PANEL}-advice-list .entry", has_text="Birchlight Studios")
        assert entry.locator("ul > li").count() == 1
        assert entry.locator(".points data").count() == 1
        assert "to the threshold of Deployments and Net customer adds" in entry.inner_text()


def test_opening_how_it_counts_moves_its_own_card_alone(scorecard, browser):
    boxes = """cards => cards.map((card) => ['.card', 'details', 'summary'].map((part) => {
        const box = card.querySelector(part).getBoundingClientRect();
        return [box.x, box.y + scrollY, box.width, box.height];
    }))"""
    with opened(browser, scorecard.path("99100000")) as page:
        before = page.eval_on_selector_all("#panel-1 .metric", boxes)
        assert len({card[0][3] for card in before}) == 1
        page.locator("#panel-1 .metric summary").nth(1).click()
        after = page.eval_on_selector_all("#panel-1 .metric", boxes)
    assert after[1][1][3] > before[1][1][3] + 50
    assert [*after[:1], *after[2:]] == [*before[:1], *before[2:]]


def test_units_and_points_for_steps_are_both_said(scorecard, browser):
    """Under the SMB path of 2026, four people and the organization's steps earn all points together."""
    with opened(browser, scorecard.path("99100000")) as page:
        page.get_by_role("radio", name=re.compile("2026, SMB path")).check(force=True)
        (card,) = [text for text in visible(page, ".metric .card") if "Intermediate certifications" in text]
    text = " ".join(card.split())
    assert "4 of 6 units, and 8.00 points for steps of the organization" in text
    assert text.endswith("Together all points")
    assert "maximum" not in text


# --- the address -----------------------------------------------------------------------------------------------------


def shown_panel(page: Page) -> str:
    """Rule set of the panel that is shown."""
    (shown,) = [panel.get_attribute("data-rules") for panel in page.locator(".panel").all() if panel.is_visible()]
    return shown


def address(page: Page) -> str:
    """What the address says after the file."""
    return page.evaluate("location.hash")


def test_the_rule_set_is_in_the_address(scorecard, browser):
    with opened(browser, scorecard.path("99100000")) as page:
        assert (shown_panel(page), address(page)) == ("2023-12", "")
        page.get_by_role("radio", name=re.compile("2026, SMB path")).check(force=True)
        assert (shown_panel(page), address(page)) == ("2026-smb", "#2026-smb")
        page.get_by_role("radio", name=re.compile("2026, enterprise path")).check(force=True)
        assert (shown_panel(page), address(page)) == ("2026-enterprise", "#2026-enterprise")
        page.go_back()
        assert (shown_panel(page), address(page)) == ("2026-smb", "#2026-smb")
        page.locator("#rules-2026-smb-trend").evaluate("place => { location.hash = place.id; }")
        assert shown_panel(page) == "2026-smb"
        # a place outside of the panels leaves the choice
        page.evaluate("location.hash = 'freshness'")
        assert shown_panel(page) == "2026-smb"
        for _ in range(3):
            page.go_back()
        assert (shown_panel(page), address(page)) == ("2023-12", "")
        page.go_forward()
        assert (shown_panel(page), address(page)) == ("2026-smb", "#2026-smb")


@pytest.mark.parametrize(
    ("fragment", "shown"),
    [
        ("#2026-smb", "2026-smb"),
        ("#rules-2026-smb-people", "2026-smb"),
        ("#freshness", "2023-12"),
        ("#1999-01", "2023-12"),
        ("#%22%3E%3Cimg", "2023-12"),
        ("#%", "2023-12"),
    ],
)
def test_an_address_opens_its_rule_set(scorecard, browser, fragment, shown):
    with opened(browser, scorecard.path("99100000"), fragment=fragment) as page:
        assert shown_panel(page) == shown
        if fragment.endswith("people"):
            # the policy of the page forbids to wait for a script
            for _ in range(50):
                if page.evaluate("scrollY") > 1000:
                    break
                page.wait_for_timeout(100)
            assert page.evaluate("scrollY") > 1000


# --- partners without customers, people with names -------------------------------------------------------------------


def test_a_partner_without_customers_sees_first_steps(copied, browser, tmp_path):
    """The profile names a partner that no report names: nothing but zeros, and no picture of them."""
    with duckdb.connect(str(copied)) as connection:
        for mart in ("fct_customer_contribution", "fct_certified_individual"):
            kind = "view" if mart == "fct_customer_contribution" else "table"
            connection.execute(
                f"""
                    create temp table others as from marts.{mart} where pga_mpn_id != '99400000';
                    drop {kind} marts.{mart};
                    create table marts.{mart} as from others;
                    drop table others;
                """
            )
        for mart in ("dim_customer", "fct_recommendation", "fct_outlook_bridge", "fct_plan"):
            connection.execute(f"delete from marts.{mart} where pga_mpn_id = '99400000'")
        for mart, columns in (
            ("fct_metric_score", ("points", "exact_points", "earned_units")),
            ("fct_metric_track", ("current_value", "prior_value", "change_value", "earned_units")),
            ("fct_designation", ("total_points",)),
            ("fct_designation_outlook", ("total_points",)),
        ):
            changed = ", ".join(f"{column} = 0" for column in columns)
            connection.execute(f"update marts.{mart} set {changed} where pga_mpn_id = '99400000'")
    written = write(copied, tmp_path / "pages")
    with opened(browser, written.path("99400000")) as page:
        assert visible(page, ".headline") == ["No customer yet"]
        assert visible(page, "#panel-1 h2")[1:] == ["First steps", "What if", "Metrics", "Certified people"]
        steps = " ".join(visible(page, ".first-steps")[0].split())
        assert "tied to the partner by PAL" in steps
        assert "tied to the partner by CPOR" in steps
        assert visible(page, "#panel-1 .chart, #panel-1 .columns, #panel-1 .moves") == []
        # no link leads nowhere
        links = page.eval_on_selector_all("a[href^='#']", "links => links.map((link) => link.hash.slice(1))")
        assert page.evaluate("ids => ids.filter((id) => !document.getElementById(id))", links) == []
        for mart, key, column, exact, text in page.evaluate(FIGURES, None):
            value = derived(written, column, key) if mart == "derived" else written.row(mart, key)[column]
            check(value, exact, text, column)
        page.evaluate("document.querySelectorAll('.panel:not(#panel-1)').forEach((panel) => panel.remove())")
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert [overflow(page, width) for width in (DESKTOP, PHONE, 320)] == [0, 0, 0]


def test_names_of_people_are_shown_when_asked_for(sample, browser, tmp_path):
    named = write(sample.warehouse, tmp_path / "pages", has_names=True)
    with opened(browser, named.path("99100000")) as page:
        assert "This page names people" in " ".join(visible(page, "aside .warning")).replace("this", "This")
        people = [" ".join(text.split()) for text in visible(page, "#panel-1 .people tbody th")]
        (known,) = named.query(
            """
                select list(distinct first_name || ' ' || last_name) as names
                from restricted.individuals where pga_mpn_id = '99100000'
            """
        )
        assert len(people) > 5
        assert set(people) <= set(known["names"])
        assert visible(page, "#panel-1 .people code") == []
        # recommendations, too
        assert set(visible(page, f"#{PANEL}-advice-list h4")) & set(people)
        figures = page.evaluate(FIGURES, ["first_name", "last_name"])
        assert len(figures) > 10
        for mart, key, column, exact, text in figures:
            assert mart == "restricted.individuals"
            check(named.row(mart, key)[column], exact, text, column)
        page.emulate_media(media="print")
        assert len(visible(page, "aside .names")) == 1
        page.emulate_media(media="screen")
        assert [overflow(page, width) for width in (DESKTOP, PHONE)] == [0, 0]


def test_a_person_without_a_name_stays_a_pseudonym(copied, browser, tmp_path):
    with duckdb.connect(str(copied)) as connection:
        connection.execute(
            """
                create temp table nameless as
                select * replace (null::varchar as first_name, null::varchar as last_name) from restricted.individuals;
                drop view restricted.individuals;
                create table restricted.individuals as from nameless;
            """
        )
    with opened(browser, write(copied, tmp_path / "pages", has_names=True).path("99100000")) as page:
        people = visible(page, "#panel-1 .people tbody th")
    assert len(people) > 5
    assert all(re.fullmatch("[0-9a-f]{8}", text.strip()) for text in people)


# --- rules -----------------------------------------------------------------------------------------------------------


def first_rules(page: Page) -> str:
    """What a partner's page shows first: the heading of its score."""
    return " ".join(page.locator("#panel-1 .hero h2").inner_text().split())


def test_the_rules_in_force_are_shown_in_words(scorecard, browser):
    with opened(browser, scorecard.path(None)) as page:
        assert "June 2024 · rules of December 2023, in force" in page.locator(".title").inner_text()
        totals = page.evaluate(FIGURES, ["total_points"])
    assert {key["ruleset_id"] for _, key, *_ in totals} == {IN_FORCE}
    for pga_mpn_id in PARTNERS:
        with opened(browser, scorecard.path(pga_mpn_id)) as page:
            assert first_rules(page) == "Score in June 2024 by the rules of December 2023 in force"
            assert "not in force" not in page.locator("#panel-1 .hero").inner_text()
            choices = [" ".join(text.split()) for text in visible(page, ".rules label")]
            assert [re.sub(r" \d+\.\d+ ", " ", text) for text in choices] == [
                "Rules of October 2022 not in force",
                "Rules of June 2023 not in force",
                "Rules of December 2023 in force",
                "Rules of 2026, enterprise path not in force",
                "Rules of 2026, SMB path not in force",
            ]


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("2022-10", ("security_2022_10", "rules of October 2022")),
        ("security_2022_10", ("security_2022_10", "rules of October 2022")),
        ("security_2026_enterprise", ("security_2026_enterprise", "rules of 2026, enterprise path")),
        # of a version with two paths the better one
        ("2026", ("security_2026_smb", "rules of 2026, SMB path")),
    ],
)
def test_other_rules_say_that_they_are_not_in_force(sample, browser, tmp_path, asked, shown):
    ruleset_id, name = shown
    other = write(sample.warehouse, tmp_path / "pages", asked)
    with opened(browser, other.path(None)) as page:
        assert f"June 2024 · {name}, not in force" in page.locator(".title").inner_text()
        figures = page.evaluate(FIGURES, None)
    assert {key["ruleset_id"] for _, key, column, *_ in figures if column == "total_points"} == {ruleset_id}
    for mart, key, column, exact, text in figures:
        expected = derived(other, column, key) if mart == "derived" else other.row(mart, key)[column]
        check(expected, exact, text, column)
    with opened(browser, other.path("99100000")) as page:
        assert first_rules(page) == f"Score in June 2024 by the {name} not in force"
        verdict = page.locator("#panel-1 .verdict").inner_text()
        assert verdict.startswith("These rules are not in force.")
        assert "would be" in verdict
        assert not re.search("is (earned|eligible|not eligible|lost|won)", verdict)


@pytest.fixture
def two_paths(copied) -> Path:
    """A warehouse whose last month the rules of 2026 rule; one partner is better off on the enterprise path."""
    with duckdb.connect(str(copied)) as connection:
        connection.execute(
            f"""
                update marts.fct_designation set is_best_path = not is_best_path
                where pga_mpn_id = '99200000' and ruleset_id like '%2026%' and as_of_month = {LAST_MONTH};
                update marts.fct_designation set
                    is_in_force = ruleset_id like '%2026%', is_headline = ruleset_id like '%2026%' and is_best_path
                where as_of_month = {LAST_MONTH};
            """
        )
    return copied


def test_each_partner_is_shown_on_its_better_path(sample, two_paths, browser, tmp_path):
    with duckdb.connect(str(two_paths)) as connection:
        connection.execute(f"create or replace table marts.partner_overview as {compiled(sample, 'partner_overview')}")
    paths = write(two_paths, tmp_path / "pages")
    names = dict.fromkeys(PARTNERS, "rules of 2026, SMB path") | {"99200000": "rules of 2026, enterprise path"}
    with opened(browser, paths.path(None)) as page:
        assert "rules in force, each partner on its better path" in page.locator(".title").inner_text()
        figures = page.evaluate(FIGURES, None)
        shown = {key["pga_mpn_id"]: text for _, key, column, _, text in figures if column == "ruleset_name"}
        assert [overflow(page, width) for width in (DESKTOP, PHONE, 320)] == [0, 0, 0]
    assert shown == names
    for mart, key, column, exact, text in figures:
        check(derived(paths, column, key) if mart == "derived" else paths.row(mart, key)[column], exact, text, column)
    for pga_mpn_id, name in names.items():
        with opened(browser, paths.path(pga_mpn_id)) as page:
            assert first_rules(page) == f"Score in June 2024 by the {name} in force"


def test_rules_that_are_shown_for_want_of_others_are_not_in_force(copied, browser, tmp_path):
    with duckdb.connect(str(copied)) as connection:
        connection.execute("update marts.fct_designation set is_in_force = false")
    with opened(browser, write(copied, tmp_path / "pages").path("99100000")) as page:
        assert first_rules(page) == "Score in June 2024 by the rules of December 2023 not in force"


def test_rules_that_end_within_the_outlook_say_so(copied, browser, tmp_path, scorecard):
    note = "These rules end on 30 November 2024: other rules decide the months after it."
    with duckdb.connect(str(copied)) as connection:
        connection.execute(
            f"update marts.dim_ruleset set effective_to = date '2024-11-30' where ruleset_id = '{IN_FORCE}'"
        )
    for written, is_said in ((scorecard, False), (write(copied, tmp_path / "pages"), True)):
        with opened(browser, written.path("99100000")) as page:
            lead = page.locator(f"section[aria-labelledby={PANEL}-outlook] .lead").inner_text()
            assert (note in lead) is is_said
            assert ("These rules end" in lead) is is_said


# --- what the reports held -------------------------------------------------------------------------------------------


@pytest.fixture
def doubtful(copied) -> Path:
    """A warehouse whose reports hold less than they should: rows set aside, no rows, less than before."""
    with duckdb.connect(str(copied)) as connection:
        for dataset, reason, rows in (("azure_usage", "invalid_acr", 1500), ("cpor_m365_usage", "invalid_seats", 20)):
            newest = f"(select max(export_date) from audit.row_reconciliation where dataset = '{dataset}')"
            connection.execute(
                f"""
                    insert into audit.rejected_rows by name
                    select '{dataset}' as dataset, {newest} as export_date, '{reason}' as reject_reason,
                        '{{}}' as row_content
                    from range({rows});
                    update audit.row_reconciliation set rows_rejected = rows_rejected + {rows}
                    where dataset = '{dataset}' and export_date = {newest};
                """
            )
        connection.execute(
            """
                update audit.row_reconciliation set rows_in = 0 where dataset = 'azure_subscription_offers';
                update audit.export_restatements
                set reported_value = reported_value * 0.3, value_change = value_change - reported_value * 0.7
                where dataset = 'azure_usage' and export_date = '2024-07-20';
            """
        )
    return copied


@pytest.fixture
def months_missing(copied) -> Path:
    """A warehouse that lacks three scored months, and one that is not scored."""
    with duckdb.connect(str(copied)) as connection:
        connection.execute(
            """
                insert into audit.missing_months by name
                select dataset, usage_month, missing_reason, 4 as partner_count, null as last_export_date, is_scored
                from (values
                    ('azure_usage', date '2023-03-01', 'not_exported', true),
                    ('azure_usage', date '2023-05-01', 'not_exported', true),
                    ('cpor_m365_usage', date '2024-01-01', 'still_running', true),
                    ('cpor_m365_usage', date '2024-12-01', 'not_exported', false)
                ) as missing (dataset, usage_month, missing_reason, is_scored)
            """
        )
    return copied


def banner(page: Page) -> list[str]:
    """Warnings above the content."""
    return [" ".join(text.split()) for text in visible(page, "aside .warning")]


@pytest.mark.parametrize("pga_mpn_id", [None, "99100000"], ids=["index", "partner"])
def test_a_banner_warns_of_reports_that_hold_too_little(doubtful, browser, tmp_path, pga_mpn_id):
    warned = write(doubtful, tmp_path / "pages")
    with opened(browser, warned.path(pga_mpn_id)) as page:
        assert banner(page) == [f"Warning: {text}" for text in data_notes.warnings(warned.tuples)]
        assert [re.split(r"[\d,]+ of [\d,]+ rows ", text)[0] for text in banner(page)] == [
            "Warning: azure_usage: ",
            "Warning: cpor_m365_usage, newest export (2024-07-20): ",
            "Warning: azure_subscription_offers has no rows. What it would report counts as zero. If it should have "
            "rows, download it again.",
            "Warning: azure_usage, export of 2024-07-20: it reports 70% less of the same months than the export before "
            "it, and takes its place. If the download was filtered or cut off, take it again; "
            "audit.export_restatements shows the months.",
        ]
        assert "Executive report viewer" in banner(page)[0]
        figures = page.evaluate(FIGURES, ["warning"])
        assert len(figures) == 4
        for _, key, column, exact, text in figures:
            check(derived(warned, column, key), exact, text, column)
        assert [overflow(page, width) for width in (DESKTOP, PHONE, 320)] == [0, 0, 0]
        page.emulate_media(media="print")
        assert len(banner(page)) == 4
        for scheme in ("light", "dark"):
            page.emulate_media(media="screen", color_scheme=scheme)
            found = Axe().run(page, context="aside")
            assert found.violations_count == 0, found.generate_report()
            assert found.response["passes"]
        assert page.get_by_role("complementary", name="About the data").count() == 1


def test_without_much_set_aside_there_is_no_banner(scorecard, browser):
    assert data_notes.warnings(scorecard.tuples) == []
    for pga_mpn_id in EVERY_PAGE:
        with opened(browser, scorecard.path(pga_mpn_id)) as page:
            assert page.locator(".warning").count() == 0


@pytest.mark.parametrize("is_sample", [True, False], ids=["sample", "own exports"])
def test_pages_of_the_sample_say_that_they_are(copied, browser, tmp_path, is_sample):
    with duckdb.connect(str(copied)) as connection:
        assert connection.execute("select is_sample from raw.source_folder").fetchall() == [(True,)]
        connection.execute("update raw.source_folder set is_sample = ?", [is_sample])
    written = write(copied, tmp_path / "pages")
    for pga_mpn_id in EVERY_PAGE:
        with opened(browser, written.path(pga_mpn_id)) as page:
            assert visible(page, "aside .notice") == ([data_notes.SAMPLE_DATA] if is_sample else [])
            page.emulate_media(media="print")
            assert len(visible(page, "aside")) == is_sample


@pytest.mark.parametrize("running", ["2024-07-01", None])
def test_a_month_that_still_runs_is_named(copied, browser, tmp_path, running):
    with duckdb.connect(str(copied)) as connection:
        connection.execute("update marts.dim_month set running_month = ? where is_last_scored_month", [running])
    written = write(copied, tmp_path / "pages")
    said = "July 2024 was still running when it was last exported. It counts once a later export completes it."
    for pga_mpn_id, place in ((None, ".title"), ("99100000", "section[aria-labelledby=freshness]")):
        with opened(browser, written.path(pga_mpn_id)) as page:
            assert (said in page.locator(place).inner_text()) is bool(running)
            assert ("still running" in page.locator("body").inner_text()) is bool(running)


def test_missing_months_are_named(months_missing, browser, tmp_path, scorecard):
    missing = write(months_missing, tmp_path / "pages")
    with opened(browser, missing.path("99100000")) as page:
        section = page.locator("section[aria-labelledby=freshness]")
        assert "Scores that read them are shown, but not judged." in section.inner_text()
        assert [" ".join(text.split()) for text in visible(page, "table[aria-labelledby=missing-months] tbody tr")] == [
            "Azure usage Not exported March 2023, May 2023",
            "Microsoft 365 usage (CPOR) Exported before it was over January 2024",
        ]
        assert banner(page) == [f"Warning: {text}" for text in data_notes.warnings(missing.tuples)]
        assert "3 months are not in the exports as a whole: azure_usage March 2023, May 2023" in banner(page)[0]
        for mart, key, column, exact, text in page.evaluate(FIGURES, ["warning", "usage_month"]):
            check(
                derived(missing, column, key) if mart == "derived" else missing.row(mart, key)[column],
                exact,
                text,
                column,
            )
        page.evaluate("document.querySelectorAll('output').forEach((output) => output.remove())")
        assert not [text for text in page.evaluate(UNMARKED_TEXTS) if re.search(r"March|May|January", text)]
        assert [overflow(page, width) for width in (DESKTOP, PHONE, 320)] == [0, 0, 0]
    with opened(browser, missing.path(None)) as page:
        assert len(banner(page)) == 1
    with opened(browser, scorecard.path("99100000")) as page:
        assert "Missing months" not in page.locator("body").inner_text()


# --- in use ----------------------------------------------------------------------------------------------------------


def test_recommendations_can_be_filtered(scorecard, browser):
    with opened(browser, scorecard.path("99100000")) as page:
        page.locator(f"#{PANEL}-advice-list .folded summary").click()
        everything = visible(page, f"#{PANEL}-advice-list .entry")
        form = page.locator(f"form[data-for={PANEL}-advice-list]")
        assert form.locator("output").inner_text() == f"{len(everything)} of {len(everything)} customers and people"
        form.get_by_label("Kind").select_option("about_to_drop")
        dropping = visible(page, f"#{PANEL}-advice-list .entry")
        assert dropping == [text for text in everything if "About to drop" in text]
        assert 0 < len(dropping) < len(everything)
        form.get_by_label("Find").fill("VELDKAMP")
        assert visible(page, f"#{PANEL}-advice-list .entry") == [text for text in dropping if "Veldkamp" in text]
        assert form.locator("output").inner_text().startswith("1 of ")
        # a group of which nothing is left is not there
        assert visible(page, f"#{PANEL}-advice-list h3") == ["Defend"]
        form.get_by_label("Find").fill("")
        form.get_by_label("Kind").select_option("")
        assert visible(page, f"#{PANEL}-advice-list .entry") == everything


def test_customers_can_be_filtered(scorecard, browser):
    with opened(browser, scorecard.path("99100000")) as page:
        form = page.locator(f"form[data-for={PANEL}-moves]")
        form.get_by_label("State").select_option("won")
        won = visible(page, f"#{PANEL}-moves tbody tr")
        (counts,) = scorecard.query(
            f"""
                select count(*) as won, count(*) filter (metric = 'deployments') as deployments
                from contributions where {OF_PANEL} and reason = 'new'
            """,
            {"pga_mpn_id": "99100000", "ruleset_id": IN_FORCE},
        )
        assert len(won) == counts["won"]
        form.get_by_label("Metric").select_option("deployments")
        assert len(visible(page, f"#{PANEL}-moves tbody tr")) == counts["deployments"]


def test_a_filter_finds_names_whatever_their_accents(scorecard, browser):
    with opened(browser, scorecard.path("99300000")) as page:
        page.locator(f"form[data-for={PANEL}-moves]").get_by_label("Find").fill("kowhai")
        assert "Kōwhai Orchards" in visible(page, f"#{PANEL}-moves tbody tr")[0]


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
def test_a_rule_set_can_be_chosen(scorecard, browser, has_script):
    with opened(browser, scorecard.path("99200000"), java_script_enabled=has_script) as page:
        assert [panel.is_visible() for panel in page.locator(".panel").all()] == [True, False, False, False, False]
        smb = page.get_by_role("radio", name=re.compile("2026, SMB path"))
        smb.check(force=True)
        assert visible(page, ".panel .grand > data") == ["100.00"]
        smb.press("ArrowLeft")
        assert visible(page, ".panel .grand > data") == ["60.34"]


def test_without_a_script_everything_is_there_but_the_filters(scorecard, browser):
    with opened(browser, scorecard.path("99200000"), java_script_enabled=False) as page:
        assert not page.locator("form").first.is_visible()
        assert len(visible(page, f"#{PANEL}-advice-list .entry")) > 3
        assert len(visible(page, f"#{PANEL}-moves tbody tr")) > 5


def test_a_chart_tells_the_month_under_the_pointer(scorecard, browser):
    with opened(browser, scorecard.path("99100000")) as page:
        page.locator("#panel-1 .tall .hit").nth(41).hover()
        assert page.locator("#panel-1 .tall + output, #panel-1 .tall output").inner_text() == "June 2024: 72.00"
        page.locator("#panel-1 .tall .hit").first.hover()
        assert "history incomplete" in page.locator("#panel-1 .tall output").inner_text()


def test_the_keyboard_reaches_the_content_first(scorecard, browser):
    with opened(browser, scorecard.path("99100000")) as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "content"


@pytest.fixture(scope="module")
def index_of_2000(sample, tmp_path_factory) -> Path:
    """An index of the sample's partners, each 500 times under other numbers and names."""
    folder = tmp_path_factory.mktemp("index")
    warehouse = shutil.copy(sample.warehouse, folder)
    with duckdb.connect(str(warehouse)) as connection:
        for mart, changed in (
            ("dim_partner", "partner_name || ' ' || lpad(number::varchar, 3, '0') as partner_name"),
            ("partner_overview", "partner_name || ' ' || lpad(number::varchar, 3, '0') as partner_name"),
            ("fct_designation", "total_points as total_points"),
        ):
            connection.execute(
                f"""
                    create temp table many as
                    select mart.* replace (mart.pga_mpn_id || '-' || number as pga_mpn_id, {changed})
                    from marts.{mart} as mart cross join range(500) as numbers (number);
                    drop table marts.{mart};
                    create table marts.{mart} as from many;
                    drop table many;
                """
            )
    with contextlib.closing(Marts(warehouse)) as marts:
        pages.write_scorecard(marts, None, folder / "pages", [])
    return folder / "pages" / "index.html"


LINES = "[...document.querySelectorAll('#partners-table tbody tr:not([hidden])')]"
LINE_NAMES = f"{LINES}.map((line) => line.querySelector('bdi').textContent)"


def test_an_index_of_2000_partners_can_be_filtered_and_sorted(index_of_2000, browser):
    assert index_of_2000.stat().st_size < MAX_BYTES
    totals = f"{LINES}.map((line) => Number(line.querySelector('.total').textContent))"
    with opened(browser, index_of_2000) as page:
        assert len(page.evaluate(LINE_NAMES)) == 2000
        # alarms first
        assert page.evaluate(f"{LINES}.slice(0, 1000).every((line) => line.dataset.outlook === 'lost')")
        page.get_by_label("Status").select_option("qualified")
        page.get_by_label("Find").fill("alder shield group 07")
        assert page.evaluate(LINE_NAMES) == [f"Alder Shield Group {number:03}" for number in range(70, 80)]
        assert page.locator("output").inner_text() == "10 of 2000 partners"
        page.get_by_label("Status").select_option("")
        page.get_by_label("Find").fill("")

        total = page.locator("th button", has_text="Total")
        total.click()
        assert page.evaluate(totals) == sorted(page.evaluate(totals), reverse=True)
        total.press("Enter")
        assert page.evaluate(totals) == sorted(page.evaluate(totals))
        heading = total.locator("xpath=..")
        assert heading.get_attribute("aria-sort") == "ascending"
        page.locator("th button", has_text="Partner").click()
        assert heading.get_attribute("aria-sort") is None
        assert page.evaluate(LINE_NAMES) == sorted(page.evaluate(LINE_NAMES))


def test_the_index_sorts_by_every_column_from_the_keyboard(scorecard, browser):
    with opened(browser, scorecard.path(None)) as page:
        first = page.evaluate(LINE_NAMES)
        headings = page.locator("#partners-table thead th")
        sortable = page.locator("#partners-table thead th button")
        # all but the small lines
        assert sortable.count() == headings.count() - 1
        for place in range(sortable.count()):
            button = sortable.nth(place)
            button.focus()
            page.keyboard.press("Enter")
            assert button.locator("xpath=..").get_attribute("aria-sort") in {"ascending", "descending"}
            once = page.evaluate(LINE_NAMES)
            page.keyboard.press("Space")
            assert sorted(page.evaluate(LINE_NAMES)) == sorted(once) == sorted(first)
        # the month in which a designation is lost, the soonest first; what has none comes last
        page.locator("th button", has_text="Outlook").click()
        lost = page.evaluate(f"{LINES}.map((line) => line.dataset.outlook)")
        assert lost == sorted(lost, key=["lost", "won", "same"].index)


def test_the_index_has_alarms_first_in_words_and_colour(scorecard, browser):
    with opened(browser, scorecard.path(None)) as page:
        assert visible(page, "#partners-table tbody tr")[0].startswith("Alder Shield Group")
        lost = page.locator("#partners-table tbody tr").first.locator(".pill.lost")
        assert lost.inner_text() == "lost in July 2024"
        red, green, blue = map(int, re.findall(r"\d+", lost.evaluate("pill => getComputedStyle(pill).color"))[:3])
        assert red > 2 * max(green, blue)
        assert page.locator(".card.alarm").inner_text().split() == [
            "2",
            "lose",
            "the",
            "designation",
            "in",
            "the",
            "outlook",
        ]
        page.get_by_label("Outlook").select_option("lost")
        assert len(page.evaluate(LINE_NAMES)) == 2


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
def test_the_index_switches_rule_sets(scorecard, browser, has_script):
    """Each version is a page of its own, whose figures are the facts'."""
    with opened(browser, scorecard.path(None), java_script_enabled=has_script) as page:
        links = page.eval_on_selector_all(
            ".versions a", "links => links.map((a) => [a.innerText, a.getAttribute('href')])"
        )
        assert page.locator(".versions a[aria-current=page]").inner_text() == "2023-12"
    files = {
        "2022-10": "index-2022-10.html",
        "2023-06": "index-2023-06.html",
        "2023-12": "index.html",
        "2026": "index-2026.html",
    }
    assert dict(links) == files
    for version, file in files.items():
        with opened(browser, scorecard.folder / file) as page:
            assert page.locator(".versions a[aria-current=page]").inner_text() == version
            figures = page.evaluate(FIGURES, None)
            assert [overflow(page, width) for width in (DESKTOP, PHONE, 320)] == [0, 0, 0]
        of_version = {row["ruleset_id"] for row in scorecard.table("dim_ruleset") if row["version"] == version}
        assert {key["ruleset_id"] for _, key, column, *_ in figures if column == "total_points"} <= of_version
        for mart, key, column, exact, text in figures:
            expected = derived(scorecard, column, key) if mart == "derived" else scorecard.row(mart, key)[column]
            check(expected, exact, text, column)


def test_a_version_is_read_like_the_overview(sample):
    """What the index shows of the rules in force is the mart; of a version it is worked out in the same way."""
    with contextlib.closing(Marts(sample.warehouse)) as marts:
        overview, by_rules = marts.overview(None), marts.overview("2023-12")
    columns = {column for row in overview.values() for column in row} & {c for row in by_rules.values() for c in row}
    assert {"total_points", "points_above_threshold", "points_change", "top_recommendation"} <= columns
    assert {pga: {c: row[c] for c in columns} for pga, row in overview.items()} == {
        pga: {c: row[c] for c in columns} for pga, row in by_rules.items()
    }


# --- for everybody ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("scheme", "width"), [("light", DESKTOP), ("dark", PHONE), ("dark", DESKTOP)])
@pytest.mark.parametrize("pga_mpn_id", [None, "99100000"], ids=["index", "partner"])
def test_axe_finds_no_violation(scorecard, browser, pga_mpn_id, scheme, width):
    with opened(browser, scorecard.path(pga_mpn_id), width, color_scheme=scheme) as page:
        page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
        # the other panels come from the same templates, and are not shown
        page.evaluate("document.querySelectorAll('.panel:not(#panel-1)').forEach((panel) => panel.remove())")
        found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert found.response["passes"]


@pytest.mark.parametrize("pga_mpn_id", EVERY_PAGE)
def test_no_page_scrolls_sideways(scorecard, browser, pga_mpn_id):
    with opened(browser, scorecard.path(pga_mpn_id)) as page:
        page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
        assert [overflow(page, width) for width in (DESKTOP, PHONE, 320)] == [0, 0, 0]
        if pga_mpn_id:
            page.get_by_role("radio", name=re.compile("2026, SMB path")).check(force=True)
            assert [overflow(page, width) for width in (DESKTOP, PHONE)] == [0, 0]


def test_the_table_of_partners_is_as_wide_as_its_card(scorecard, browser):
    with opened(browser, scorecard.path(None)) as page:
        width, content = page.locator(".scroll:has(.partners)").evaluate("card => [card.clientWidth, card.scrollWidth]")
        assert content <= width


def test_print_fits_the_paper_and_leaves_out_what_cannot_be_used_there(scorecard, browser, tmp_path):
    with opened(browser, scorecard.path("99100000"), width=703) as page:
        page.emulate_media(media="print")
        assert page.evaluate("document.documentElement.scrollWidth") <= 703
        assert visible(page, "form, nav, fieldset") == []
        assert visible(page, ".panel .grand > data") == ["72.00"]
        paper = page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
    # a sheet of A4 is 595 x 842 points
    assert re.search(rb"/MediaBox \[0 0 59[45](\.\d+)? 84[12](\.\d+)?\]", paper)


@pytest.mark.parametrize("pga_mpn_id", PARTNERS)
def test_the_first_sheet_is_the_summary(scorecard, browser, pga_mpn_id):
    """The first screen and the metrics. A sheet of A4 less its margins is 703 by 1024 pixels."""
    with opened(browser, scorecard.path(pga_mpn_id), width=794) as page:
        page.emulate_media(media="print")
        page.evaluate("document.documentElement.style.width = '703px'")
        parts = page.eval_on_selector_all(
            "#panel-1 > section",
            """parts => parts.map((part) => [
                part.className, part.getBoundingClientRect().bottom + scrollY, getComputedStyle(part).breakAfter
            ])""",
        )
    first, second, third, *_ = sorted(parts, key=lambda part: part[1])
    assert [first[0], second[0], third[0]] == ["card hero", "summary", "advice"]
    assert second[1] < 1024
    assert [first[2], second[2]] == ["auto", "page"]


# --- input from outside ----------------------------------------------------------------------------------------------


def test_names_come_out_as_text(copied, browser, tmp_path):
    with duckdb.connect(str(copied)) as connection:
        for table, key, column in (
            ("dim_partner", "pga_mpn_id", "partner_name"),
            ("dim_customer", "customer_tenant_id", "customer_name"),
        ):
            keys = connection.execute(f"select distinct {key} from marts.{table} order by 1").fetchall()
            for position, (value,) in enumerate(keys):
                name = HOSTILE_NAMES[position % len(HOSTILE_NAMES)]
                connection.execute(f"update marts.{table} set {column} = ? where {key} = ?", [name, value])
        connection.execute("update marts.dim_partner set country = ?", [HOSTILE_NAMES[0]])
    hostile = write(copied, tmp_path / "pages")
    partner_names = {row["pga_mpn_id"]: row["partner_name"] for row in hostile.table("dim_partner")}
    seen = set()
    for pga_mpn_id in EVERY_PAGE:
        # a complaint, a dialog or a request would fail here
        with opened(browser, hostile.path(pga_mpn_id)) as page:
            # a page's own scripts, and what its simulator reads
            assert page.locator("img").count() == 0
            assert page.locator("script").count() == (3 if pga_mpn_id else 1)
            assert [overflow(page, width) for width in (DESKTOP, PHONE)] == [0, 0]
            names = page.evaluate(FIGURES, ["partner_name", "customer_name", "country"])
            for mart, key, column, exact, text in names:
                check(hostile.row(mart, key)[column], exact, text, column)
                seen.add(text)
            if pga_mpn_id:
                assert page.title() == " ".join(f"{partner_names[pga_mpn_id]} · partner capability score".split())
            # what stands beside a name is not turned round
            assert page.locator("bdi").first.evaluate("name => getComputedStyle(name).unicodeBidi") == "isolate"
    assert seen == set(HOSTILE_NAMES)


def test_a_page_keeps_its_size_whatever_the_partner(copied, browser, tmp_path):
    """A partner of thousands of customers and people: lists are cut, and say how much is left."""
    with duckdb.connect(str(copied)) as connection:
        for mart, column, rows in (
            ("fct_customer_contribution", "customer_tenant_id", f"as_of_month = {LAST_MONTH}"),
            ("fct_certified_individual", "individual_id", f"as_of_month = {LAST_MONTH}"),
            ("fct_recommendation", "subject_id", "true"),
            ("fct_outlook_bridge", "subject_id", "true"),
            ("dim_customer", "customer_tenant_id", "true"),
        ):
            kind = "view" if mart == "fct_customer_contribution" else "table"
            connection.execute(
                f"""
                    create temp table many as
                    select many.* replace (many.{column} || suffix as {column})
                    from marts.{mart} as many
                    cross join (
                        select case when range > 0 then '-' || range else '' end as suffix from range(40)
                    ) as copies
                    where many.pga_mpn_id = '99100000' and {rows};
                    drop {kind} marts.{mart};
                    create table marts.{mart} as from many;
                    drop table many;
                """
            )
        connection.execute("delete from marts.dim_partner where pga_mpn_id != '99100000'")
        # what is part of the shortest way is not cut off
        connection.execute("delete from marts.fct_plan")
    large = write(copied, tmp_path / "pages")
    path = large.path("99100000")
    assert path.stat().st_size < MAX_BYTES
    with opened(browser, path) as page:
        assert len(visible(page, f"#{PANEL}-advice-list .entry")) == 2 * ENTRIES_SHOWN
        assert len(visible(page, f"#{PANEL}-moves tbody tr")) == MOVES_SHOWN
        assert len(visible(page, "#panel-1 .people tbody tr")) == PEOPLE_SHOWN
        counted = page.evaluate(
            FIGURES, ["more_advice", "more_moves", "more_people", "more_of_bridge", "other_tenants", "won"]
        )
    assert len(counted) > 15
    for _, key, column, exact, _ in counted:
        assert int(exact) == derived(large, column, key), (column, key)


def test_metrics_are_those_of_the_rule_set(copied, browser, tmp_path):
    """A rule set may have other metrics than the wide fact has columns for, and a partner next to nothing."""
    with duckdb.connect(str(copied)) as connection:
        for table in (
            "marts.dim_metric",
            "marts.fct_metric_score",
            "marts.fct_metric_track",
            "rulebook.ruleset_metrics",
        ):
            connection.execute(
                f"insert into {table} select * replace ('renewals' as metric) from {table} where metric = 'deployments'"
            )
        connection.execute("update marts.dim_metric set metric_name = 'Renewals' where metric = 'renewals'")
        connection.execute(
            """
                insert into rulebook.ruleset_tracks
                select * replace ('renewals' as metric) from rulebook.ruleset_tracks where metric = 'deployments'
            """
        )
        connection.execute(
            f"delete from marts.fct_metric_score where metric = 'usage_growth' and ruleset_id = '{IN_FORCE}'"
        )
        emptied = ("fct_recommendation", "fct_certified_individual", "fct_designation_outlook", "fct_outlook_bridge")
        for mart in (*emptied, "fct_plan"):
            connection.execute(f"delete from marts.{mart}")
        connection.execute("delete from marts.dim_partner where pga_mpn_id != '99100000'")
    changed = write(copied, tmp_path / "pages")
    with opened(browser, changed.path("99100000")) as page:
        assert [text.strip() for text in visible(page, ".metrics h3")] == [
            "Net customer adds",
            "Intermediate certifications",
            "Deployments",
            "Renewals",
        ]
        assert len(visible(page, ".multiples .chart")) == 4
        assert visible(page, ".panel .empty") == [
            "Nothing is near a threshold, about to drop or about to expire.",
            "Nothing is near a threshold, about to drop or about to expire.",
            "The warehouse was built without an outlook.",
            "Nobody holds a step of this rule set.",
        ]
    with opened(browser, changed.path(None)) as page:
        # the index has the metrics of the wide fact
        assert "Renewals" not in visible(page, "#partners-table thead")[0]


@pytest.mark.parametrize("pga_mpn_id", EVERY_PAGE)
def test_a_file_is_small(scorecard, pga_mpn_id):
    assert scorecard.path(pga_mpn_id).stat().st_size < MAX_BYTES


# --- the command -----------------------------------------------------------------------------------------------------


def test_the_command_writes_a_page_per_partner(sample, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("WAREHOUSE_PATH", str(sample.warehouse))
    folder = tmp_path / "target" / "scorecard"
    monkeypatch.setattr(command, "output_folder", lambda: folder.parent)
    assert command.write("2023-12") == 0
    indexes = {"index", *(f"index-{version}" for version in ("2022-10", "2023-06", "2026"))}
    assert {path.stem for path in folder.iterdir()} == {*indexes, *PARTNERS}
    assert [path.name for path in folder.parent.iterdir()] == ["scorecard"]
    said = capsys.readouterr().out
    assert "4 pages" in said
    assert "By the rules of December 2023, in force" in said
    assert command.write("2023-06") == 0
    assert "By the rules of June 2023, not in force" in capsys.readouterr().out
    assert "name people" not in said
    # the rule set asked for comes first
    assert '<div class="panel" id="panel-1" data-mart="fct_designation" data-key="ruleset_id=security_2023_06' in (
        folder / "99100000.html"
    ).read_text(encoding="utf-8")


def test_the_command_names_people_when_asked_to(sample, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("WAREHOUSE_PATH", str(sample.warehouse))
    monkeypatch.setattr(command, "output_folder", lambda: tmp_path)
    assert cli.main(["scorecard", "--names"]) == 0
    assert "The pages name people: they are for use inside only." in capsys.readouterr().out
    assert "this page names people" in (tmp_path / "scorecard" / "99100000.html").read_text(encoding="utf-8")


def test_the_command_says_what_is_missing(sample, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(command, "output_folder", lambda: tmp_path)
    monkeypatch.setenv("WAREHOUSE_PATH", str(tmp_path / "none.duckdb"))
    assert command.write() == 1
    assert "partner-score build" in capsys.readouterr().err
    monkeypatch.setenv("WAREHOUSE_PATH", str(sample.warehouse))
    assert command.write("security_1999") == 1
    said = capsys.readouterr().err
    assert "Rule set security_1999 is not in the warehouse. It has: 2022-10, " in said
    assert "security_2026_smb" in said
    assert not (tmp_path / "scorecard").exists()


def test_no_page_names_a_person(scorecard):
    """Pseudonyms alone: no e-mail address and no full name of anybody."""
    people = scorecard.query("select first_name, last_name, email, corporate_email from restricted.individuals")
    text = "".join(scorecard.path(page).read_text(encoding="utf-8") for page in EVERY_PAGE).lower()
    told = [f"{row['first_name']} {row['last_name']}" for row in people if row["first_name"] and row["last_name"]]
    told += [row[column] for row in people for column in ("email", "corporate_email") if row[column]]
    assert len(told) > 20
    assert [name for name in told if name.lower() in text] == []
