"""The simulator of the page in a real browser, against the engine in Python and the scenarios in SQL."""

from __future__ import annotations

import csv
import random
from contextlib import closing
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count

import duckdb
import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import Build, run_dbt
from playwright.sync_api import Locator, Page
from test_scorecard import DESKTOP, IN_FORCE, PARTNERS, PHONE, browser, opened, overflow, visible, write

from partner_score.outputs.scorecard.marts import Marts
from partner_score.outputs.scorecard.partners import partner_page
from partner_score.outputs.scorecard.simulator import simulations
from partner_score.simulator import plans
from partner_score.simulator.actions import Action, joint_changes
from partner_score.simulator.changes import AZURE, CERTIFICATION, SEATS, Change
from partner_score.simulator.engine import Designation, effects_by_subject, judge_ruleset
from partner_score.simulator.state import load
from partner_score.warehouse.scenarios_file import COLUMNS, SCENARIOS_VARIABLE

__all__ = ["browser"]

# Each rule set of each partner of the sample, and of a case in which tenants outgrow their band, so many times.
TIMES = 3
CARRY_OVER = "rulesets"
SEED = 20240630
CENT = Decimal("0.01")
SHARE = Decimal("0.15")


@dataclass
class Combination:
    """What is chosen on a page, and what that changes.

    Attributes:
        entries: form by what it adds, and what is filled in.
        changes: what the entries change.
        ticked: numbers of the recommendations that are ticked.
    """

    pga_mpn_id: str
    ruleset_id: str
    entries: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    ticked: list[int] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)

    @property
    def all_changes(self) -> list[Change]:
        """What is chosen, as changes."""
        return [*joint_changes(self.actions), *self.changes]


class Case:
    """A warehouse with its pages, and combinations drawn for them."""

    def __init__(self, built: Build, folder) -> None:
        self.scorecard = write(built.warehouse, folder)
        with duckdb.connect(str(built.warehouse), read_only=True) as connection:

            def query(sql: str, values: dict | None = None) -> list[tuple]:
                return connection.execute(sql, values or {}).fetchall()

            tenants: dict[str, list[str]] = {}
            for partner, tenant in query("select pga_mpn_id, customer_tenant_id from marts.dim_customer order by all"):
                tenants.setdefault(partner, []).append(tenant)
            self.states = load(query, tenants)
            self.actions = plans.recommended_actions(query)
        self.new_names = (f"a new name {number}" for number in count())

    def ruleset(self, one: Combination) -> dict:
        """The rule set of a combination."""
        rulesets = self.states[one.pga_mpn_id]["rulesets"]
        return next(ruleset for ruleset in rulesets if ruleset["ruleset_id"] == one.ruleset_id)

    def judge(self, one: Combination, changes: list[Change]) -> Designation:
        """What the engine says."""
        return judge_ruleset(self.states[one.pga_mpn_id], self.ruleset(one), changes)

    def draw(self, chance: random.Random, one: Combination, offered: dict[int, list[Action]], customers: list) -> None:
        """Choose some recommendations, and fill in forms near the bounds of the rule set."""
        # a single one, some, or all
        number = chance.choice((0, 1, 2, chance.randint(0, len(offered)), len(offered)))
        one.ticked = sorted(chance.sample(sorted(offered), min(number, len(offered))))
        one.actions = [action for number in one.ticked for action in offered[number]]
        kinds = ["customers", "people", "new_seats"] + ["revenue", "seats"] * bool(customers)
        drawn = chance.choices(kinds, k=chance.randint(0 if one.ticked else 1, 4))
        if customers and self.keeping(one):
            drawn.append("outgrow")
        for kind in drawn:
            getattr(self, kind)(chance, one, customers)

    def bounds(self, one: Combination, track: str) -> list[Decimal]:
        """Ends of the bands of a track, and 0."""
        state = self.states[one.pga_mpn_id]
        criteria = [
            state["criteria"][place["criterion_id"]]
            for metric in self.ruleset(one)["metrics"]
            for place in metric["tracks"]
            if place["track"] == track
        ]
        ends = {criterion[name] for criterion in criteria for name in ("minimum_value", "maximum_value")}
        return sorted({Decimal(end) for end in ends if end is not None} | {Decimal(0)})

    def customers(self, chance: random.Random, one: Combination, _: list) -> None:
        times, amount = chance.randint(1, 4), chance.choice(self.bounds(one, "azure")) + chance.choice((0, CENT))
        one.entries.append(("customers", {"count": str(times), "amount": f"{amount:f}"}))
        one.changes.append(Change(AZURE, next(self.new_names), amount=amount, times=times))

    def revenue(self, chance: random.Random, one: Combination, customers: list) -> None:
        tenant = chance.choice(customers)
        azure = self.states[one.pga_mpn_id]["tenants"][tenant]["azure"]
        now = Decimal(azure.get(self.ruleset(one)["lists"]["azure"], 0))
        amount = (chance.choice(self.bounds(one, "azure")) - now + chance.choice((-CENT, 0, CENT))).quantize(CENT)
        if chance.random() < 0.2:
            amount = Decimal(chance.choice((1249, 1250, 25000)))
        one.entries.append(("revenue", {"customer": tenant, "amount": f"{amount:f}"}))
        one.changes.append(Change(AZURE, tenant, amount=amount))

    def keeping(self, one: Combination) -> set[str]:
        """Azure criteria of the rule set that keep who outgrows them."""
        criteria = self.states[one.pga_mpn_id]["criteria"]
        places = [place for metric in self.ruleset(one)["metrics"] for place in metric["tracks"]]
        azure = {place["criterion_id"] for place in places if place["track"] == "azure"}
        return {name for name in azure if criteria[name]["keeps_outgrown_tenants"]}

    def outgrow(self, chance: random.Random, one: Combination, customers: list) -> None:
        """Revenue that takes a customer who was inside the band a year ago to the upper end of it, or above."""
        state, ruleset = self.states[one.pga_mpn_id], self.ruleset(one)
        able = [name for name in customers if self.keeping(one) & {*state["tenants"][name]["inside_before"]}]
        if not able:
            self.revenue(chance, one, customers)
            return
        tenant = chance.choice(able)
        now = Decimal(state["tenants"][tenant]["azure"].get(ruleset["lists"]["azure"], 0))
        amount = (self.bounds(one, "azure")[-1] - now).quantize(CENT) + chance.choice((0, CENT, CENT, 500))
        one.entries.append(("revenue", {"customer": tenant, "amount": f"{amount:f}"}))
        one.changes.append(Change(AZURE, tenant, amount=amount))

    def seats(self, chance: random.Random, one: Combination, customers: list) -> None:
        tenant, list_id = chance.choice(customers), self.ruleset(one)["lists"]["m365"]
        state = self.states[one.pga_mpn_id]
        held = {seats["workload"]: seats for seats in state["tenants"][tenant]["m365"].get(list_id, ())}
        listed = sorted({*state["workloads"][list_id].values()})
        workload = chance.choice(sorted(held) or listed) if chance.random() < 0.7 else chance.choice(listed)
        paid, users = (int(Decimal(held.get(workload, {}).get(name, 0))) for name in ("paid_seats", "active_users"))
        self.add_seats(chance, one, {"customer": tenant, "workload": workload}, (paid, users))

    def new_seats(self, chance: random.Random, one: Combination, _: list) -> None:
        names = self.states[one.pga_mpn_id]["workloads"][self.ruleset(one)["lists"]["m365"]]
        workload = chance.choice(sorted({*names.values()}))
        entry = {"customer": "", "count": str(chance.randint(1, 3)), "workload": workload}
        self.add_seats(chance, one, entry, (0, 0))

    def add_seats(self, chance: random.Random, one: Combination, entry: dict, now: tuple[int, int]) -> None:
        """Seats that end at a bound or beside it, and users at the active share or beside it."""
        paid, users = now
        seats = max(int(chance.choice(self.bounds(one, "m365"))) + chance.randint(-1, 1), 0)
        active = max(int(-(-seats * SHARE // 1)) + chance.randint(-1, 1), 0)
        added, more = seats - paid, chance.choice((active - users, seats - users))
        if not entry["customer"]:
            added, more = max(added, 0), max(more, 0)
        one.entries.append(("seats", {**entry, "amount": str(added), "active": str(more)}))
        times = int(entry.get("count", 1))
        subject = entry["customer"] or next(self.new_names)
        one.changes.append(Change(SEATS, subject, entry["workload"], Decimal(added), Decimal(more), times))

    def people(self, chance: random.Random, one: Combination, _: list) -> None:
        people, certification = chance.randint(1, 4), chance.choice(sorted(self.ruleset(one)["certifications"]))
        one.entries.append(("people", {"count": str(people), "certification": certification}))
        one.changes += [Change(CERTIFICATION, next(self.new_names), certification, Decimal(1)) for _ in range(people)]


def panel_of(page: Page, ruleset_id: str) -> Locator:
    """The panel of a rule set, chosen."""
    address = ruleset_id.removeprefix("security_").replace("_", "-")
    page.locator(f'input[name="rules"][value="{address}"]').check(force=True)
    return page.locator(f'.panel[data-rules="{address}"]')


# What may be ticked: its number, and the recommendations that it stands for.
OFFERED = """ticks => ticks.map((tick) => [
    Number(tick.value),
    [...tick.closest('li').querySelectorAll('.note [data-mart=fct_recommendation]')].map((one) => {
        const key = new URLSearchParams(one.dataset.key);
        return ['kind', 'metric', 'subject_id', 'detail'].map((name) => key.get(name));
    }),
])"""


def offered(case: Case, one: Combination, panel: Locator) -> dict[int, list[Action]]:
    """The recommendations that may be ticked, by number, as actions of the warehouse."""
    known = case.actions.get((one.pga_mpn_id, one.ruleset_id), [])
    found = {}
    for number, keys in panel.locator(".tick input").evaluate_all(OFFERED):
        found[number] = [
            next(
                action
                for action in known
                if (action.kind, action.subject, action.detail or "None") == (kind, subject, detail)
                and action.metric in ("", metric)
            )
            for kind, metric, subject, detail in keys
        ]
    return found


# In one go, as the pages are many: a key at a time is for the tests below.
CHOOSE = """(panel, [ticked, entries]) => {
    for (const number of ticked) panel.querySelector(`.tick input[value="${number}"]`).click();
    for (const [adds, entry] of entries) {
        const form = panel.querySelector(`form[data-adds="${adds}"]`);
        for (const name of ['customer', ...Object.keys(entry)]) {
            const box = form.elements[name];
            if (!box || entry[name] === undefined) continue;
            box.value = entry[name];
            box.dispatchEvent(new Event('change', { bubbles: true }));
        }
        form.querySelector('button').click();
    }
}"""


def choose(panel: Locator, one: Combination) -> None:
    """Tick and fill in what a combination has."""
    panel.evaluate(CHOOSE, [one.ticked, one.entries])
    assert panel.locator(".scenario li").count() == len(one.ticked) + len(one.entries)


def shown(panel: Locator) -> dict:
    """What the page says comes of it: units, points and changes by metric, the total and the status."""
    rows = panel.locator(".result tbody tr").evaluate_all(
        "rows => rows.map((row) => [row.dataset.metric, ...[...row.cells].slice(1).map((cell) => cell.textContent)])"
    )
    return {"status": panel.locator(".then").get_attribute("data-status"), "rows": rows}


def expected(now: Designation, then: Designation, order: list[str]) -> dict:
    """What the engine says, as the page would say it."""

    def change(before: Decimal, after: Decimal) -> str:
        return "–" if before == after else f"{after - before:+.2f}".replace("-", "−")

    before, after = ({metric.name: metric for metric in judged.metrics} for judged in (now, then))
    return {
        "status": then.status,
        "rows": [
            [
                name,
                f"{before[name].units} → {after[name].units}",
                str(before[name].points),
                str(after[name].points),
                change(before[name].points, after[name].points),
            ]
            for name in order
        ]
        + [[None, "", str(now.total_points), str(then.total_points), change(now.total_points, then.total_points)]],
    }


@pytest.fixture(scope="module", params=["sample", CARRY_OVER])
def case(request, golden, tmp_path_factory) -> Case:
    """The sample, and a case with carry-over, with their pages."""
    built = request.getfixturevalue("sample") if request.param == "sample" else golden(request.param)
    return Case(built, tmp_path_factory.mktemp(request.param) / "pages")


@pytest.fixture(scope="module")
def tried(case, browser) -> list[tuple[Combination, dict]]:
    """Combinations, and what the page says of each: all of a page are tried one after the other, and cleared."""
    chance = random.Random(SEED)
    found = []
    for pga_mpn_id, state in case.states.items():
        with opened(browser, case.scorecard.path(pga_mpn_id)) as page:
            for ruleset in state["rulesets"]:
                panel = panel_of(page, ruleset["ruleset_id"])
                for _ in range(TIMES):
                    one = Combination(pga_mpn_id, ruleset["ruleset_id"])
                    select = panel.locator('form[data-adds="revenue"] select option')
                    customers = select.evaluate_all("options => options.map((option) => option.value)")
                    case.draw(chance, one, offered(case, one, panel), customers)
                    choose(panel, one)
                    found.append((one, shown(panel)))
                    panel.get_by_role("button", name="Clear all").click()
                    assert panel.locator(".tick :checked").count() == 0
    return found


def order_of(said: dict) -> list[str]:
    return [name for name, *_ in said["rows"] if name]


def test_the_page_says_what_the_engine_says(case, tried):
    assert len(tried) == TIMES * sum(len(state["rulesets"]) for state in case.states.values())
    assert len(tried) >= 50 or case.states.keys() != set(PARTNERS)
    changed = set()
    for one, said in tried:
        now, then = case.judge(one, []), case.judge(one, one.all_changes)
        assert sorted(order_of(said)) == sorted(metric.name for metric in now.metrics)
        judged = expected(now, then, order_of(said))
        units = [[*row[:1], row[1].split(" of ")[0], *row[2:]] for row in said["rows"]]
        assert {**said, "rows": units} == judged, one
        changed.add((now.status, then.status, now.total_points != then.total_points))
    # else the comparison says little
    assert any(total_changes for *_, total_changes in changed)


def test_customers_that_outgrow_their_band_are_among_what_is_tried(case, tried):
    outgrown, seen = 0, 0
    for one, _ in tried:
        state, ruleset, changes = case.states[one.pga_mpn_id], case.ruleset(one), one.all_changes
        tenants = {name: {**tenant, "inside_before": []} for name, tenant in state["tenants"].items()}
        without = {**state, "tenants": tenants}
        outgrown += effects_by_subject(state, ruleset, changes) != effects_by_subject(without, ruleset, changes)
        seen += judge_ruleset(state, ruleset, changes) != judge_ruleset(without, ruleset, changes)
    assert outgrown >= 3
    # it shows in some page, and not only below a cap
    assert seen


def lines_of(name: str, one: Combination) -> list[tuple]:
    """A combination as lines of a file of scenarios: of new customers with seats each has a line."""
    lines = []
    for change in one.all_changes:
        subjects = [change.subject]
        detail = change.detail
        if change.times > 1 and change.kind == AZURE:
            detail = str(change.times)
        elif change.times > 1:
            subjects = [f"{change.subject}, {number}" for number in range(change.times)]
        active = f"{change.active_amount:f}" if change.kind == SEATS else ""
        lines += [
            (name, one.pga_mpn_id, change.kind, subject, detail, f"{change.amount:f}", active, "")
            for subject in subjects
        ]
    return lines


def test_the_page_says_what_the_scenarios_say(case, tried, monkeypatch, tmp_path):
    """The same combinations as a file of scenarios, scored in SQL by a build."""
    if case.states.keys() != set(PARTNERS):
        pytest.skip("the sample is enough")
    scenarios = {f"combination {number}": one for number, (one, _) in enumerate(tried)}
    file = tmp_path / "scenarios.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        lines = [line for name, one in scenarios.items() for line in lines_of(name, one)]
        csv.writer(stream).writerows([COLUMNS, *lines])
    monkeypatch.setenv(SCENARIOS_VARIABLE, str(file))
    built = run_dbt(
        *("--quiet", "build", "--exclude-resource-type", "unit_test", "test", "--select"),
        *("+fct_scenario", "+fct_scenario_designation", "+scenario_errors"),
        folder=tmp_path,
    )
    assert built.status == 0, built.output
    assert built.rows("select line_number, reason from audit.scenario_errors") == []
    units = {
        row[:3]: row[3:]
        for row in built.rows("""
        select scenario, ruleset_id, metric, earned_units, points from marts.fct_scenario
    """)
    }
    totals = {
        row[:2]: row[2:]
        for row in built.rows("""
        select scenario, ruleset_id, total_points, is_qualified from marts.fct_scenario_designation
    """)
    }
    compared = 0
    for (name, one), (_, said) in zip(scenarios.items(), tried, strict=True):
        if not one.all_changes:
            continue
        *metrics, (_, _, _, total, _) = said["rows"]
        for metric, earned, _, points, _ in metrics:
            then = int(earned.split(" → ")[1].split(" of ")[0])
            assert units[name, one.ruleset_id, metric] == (then, Decimal(points)), (one, metric)
        assert totals[name, one.ruleset_id] == (Decimal(total), said["status"] == "qualified"), one
        compared += 1
    assert compared >= 50


# --- in use ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def scorecard(sample, tmp_path_factory):
    """The sample's scorecard."""
    return write(sample.warehouse, tmp_path_factory.mktemp("tried") / "pages")


ENTERPRISE = "security_2026_enterprise"


def test_the_shortest_way_is_one_button(scorecard, browser):
    plan = scorecard.query(
        "from marts.fct_plan where pga_mpn_id = '99200000' and ruleset_id = $ruleset_id order by step",
        {"ruleset_id": ENTERPRISE},
    )
    with opened(browser, scorecard.path("99200000")) as page:
        # in progress by some rule sets alone
        assert panel_of(page, "security_2026_smb").locator(".shortest").count() == 0
        panel = panel_of(page, ENTERPRISE)
        panel.locator(".tick input").last.check()
        panel.get_by_role("button", name="Tick the shortest way").click()
        said = shown(panel)
        ticked = panel.locator(".tick :checked").count()
        assert panel.locator(".joint span").inner_text().startswith(f"{len(plan)} chosen: ")
    assert (len(plan), True) == (ticked, plan[0]["is_reached"])
    assert (said["rows"][-1][3], said["status"]) == (str(plan[-1]["total_points"]), "qualified")


def test_every_shortest_way_reaches_the_designation(scorecard, browser):
    reached = scorecard.query("""
        select pga_mpn_id, ruleset_id, max(total_points) as total_points, count(*) as steps
        from marts.fct_plan where is_reached and goal = 'earn' group by all order by all
    """)
    assert len(reached) > 2
    for row in reached:
        with opened(browser, scorecard.path(row["pga_mpn_id"])) as page:
            panel = panel_of(page, row["ruleset_id"])
            panel.get_by_role("button", name="Tick the shortest way").click()
            said = shown(panel)
        assert (said["rows"][-1][3], said["status"]) == (str(row["total_points"]), "qualified")


def test_each_rule_set_has_its_own_choice(scorecard, browser):
    with opened(browser, scorecard.path("99200000")) as page:
        panel = panel_of(page, ENTERPRISE)
        panel.get_by_role("button", name="Tick the shortest way").click()
        said = shown(panel)
        other = panel_of(page, IN_FORCE)
        assert other.locator(".tick :checked").count() == 0
        assert visible(page, ".joint, .result") == []
        assert shown(panel_of(page, ENTERPRISE)) == said


def test_the_keyboard_alone_is_enough(scorecard, browser):
    with opened(browser, scorecard.path("99200000")) as page:
        panel = page.locator("#panel-1")
        panel.locator(".tick input").first.focus()
        page.keyboard.press("Space")
        count = panel.locator('form[data-adds="people"] [name="count"]')
        count.focus()
        page.keyboard.type("2")
        page.keyboard.press("Enter")
        assert panel.locator(".scenario li").count() == 2
        assert panel.locator(".scenario li").last.inner_text().split("\n")[0].endswith("passed by 2 new people")
        # each has a button of a name of its own, and the focus stays where something can be done
        names = panel.locator(".scenario button").evaluate_all("all => all.map((one) => one.ariaLabel)")
        assert len(set(names)) == 2
        panel.locator(".scenario button").first.focus()
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.ariaLabel") == names[1]
        assert not panel.locator(".tick input").first.is_checked()
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.className") == "outcome"
        assert visible(page, ".result") == []


@pytest.mark.parametrize(
    ("adds", "name", "text"),
    [
        ("customers", "amount", "12,000"),
        ("customers", "amount", "-5"),
        ("customers", "amount", "1e5"),
        ("customers", "count", "0"),
        ("customers", "count", "1.5"),
        ("revenue", "amount", "0.001"),
        ("seats", "amount", "-1"),
        ("people", "count", ""),
    ],
)
def test_what_is_no_number_is_not_taken(scorecard, browser, adds, name, text):
    with opened(browser, scorecard.path("99200000")) as page:
        form = page.locator(f'#panel-1 form[data-adds="{adds}"]')
        for box in form.locator("input").all():
            box.fill("3")
        form.locator(f'[name="{name}"]').fill(text)
        form.get_by_role("button", name="Add").click()
        assert page.locator("#panel-1 .scenario li").count() == 0
        form.locator(f'[name="{name}"]').fill("3")
        form.get_by_role("button", name="Add").click()
        assert page.locator("#panel-1 .scenario li").count() == 1


def test_who_is_there_may_have_less(scorecard, browser):
    with opened(browser, scorecard.path("99200000")) as page:
        form = page.locator('#panel-1 form[data-adds="seats"]')
        form.locator('[name="customer"]').select_option(index=1)
        assert not form.locator('[name="count"]').is_visible()
        form.get_by_label("Paid seats").fill("-3")
        form.get_by_label("Active users").fill("+2")
        form.get_by_role("button", name="Add").click()
        text = page.locator("#panel-1 .scenario li span").inner_text()
        assert "−3 paid seats and +2 active users" in text


@pytest.mark.parametrize("pga_mpn_id", PARTNERS)
def test_what_a_rule_set_asks_of_the_last_month_alone_can_be_ticked(scorecard, browser, pga_mpn_id):
    with opened(browser, scorecard.path(pga_mpn_id)) as page:
        assert page.locator(".defend .tick").count() == 0
        assert page.locator(".win .entry li:not(.tickable)").count() == 0


def chosen(page: Page) -> None:
    """Tick all that can be ticked, and add one of each."""
    page.locator("#panel-1 .tick input").evaluate_all("ticks => ticks.forEach((tick) => tick.click())")
    for form in page.locator("#panel-1 .asked form").all():
        for box in form.locator("input").all():
            box.fill("3")
        form.get_by_role("button", name="Add").click()
    assert page.locator("#panel-1 .scenario li").count() >= 4


@pytest.mark.parametrize(("scheme", "width"), [("light", DESKTOP), ("dark", PHONE)])
def test_axe_finds_no_violation_in_what_is_chosen(scorecard, browser, scheme, width):
    with opened(browser, scorecard.path("99200000"), width, color_scheme=scheme) as page:
        chosen(page)
        page.evaluate("document.querySelectorAll('.panel:not(#panel-1)').forEach((panel) => panel.remove())")
        found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("pga_mpn_id", PARTNERS)
def test_what_is_chosen_does_not_scroll_sideways(scorecard, browser, pga_mpn_id):
    with opened(browser, scorecard.path(pga_mpn_id)) as page:
        chosen(page)
        assert [overflow(page, width) for width in (DESKTOP, PHONE, 320)] == [0, 0, 0]
        page.set_viewport_size({"width": PHONE, "height": 900})
        # nothing juts out of its card
        ends = page.eval_on_selector_all(
            "#panel-1 .result, #panel-1 .trial", "all => all.map((one) => one.getBoundingClientRect().right)"
        )
        assert ends[1] <= ends[0]


def test_what_is_chosen_is_printed_with_its_figures(scorecard, browser):
    with opened(browser, scorecard.path("99200000")) as page:
        page.emulate_media(media="print")
        assert visible(page, ".asked, .tick") == []
        page.emulate_media(media="screen")
        chosen(page)
        said = shown(page.locator("#panel-1"))
        count = page.locator("#panel-1 .scenario li").count()
        page.emulate_media(media="print")
        assert visible(page, "form, nav, fieldset, button, .joint") == []
        assert len(visible(page, ".scenario li")) == count
        assert len(visible(page, ".tick :checked")) > 0
        assert [cells.split("\t")[-3:] for cells in visible(page, ".result tbody tr")] == [
            row[-3:] for row in said["rows"]
        ]


def test_without_a_script_nothing_of_it_is_there(scorecard, browser):
    with opened(browser, scorecard.path("99200000"), java_script_enabled=False) as page:
        assert visible(page, ".tick, .asked, .joint, .shortest, a[data-what-if]") == []


def test_names_do_not_end_the_data_of_the_page(scorecard):
    with closing(Marts(scorecard.warehouse)) as marts:
        (simulation,) = simulations(marts, [partner_page(marts, marts.partners[0])])
    simulation.state["individuals"]["</script><!--"] = []
    assert "<" not in simulation.as_json([], {})
