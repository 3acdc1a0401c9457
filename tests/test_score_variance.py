"""audit.score_variance names the cause that was planted: Microsoft's points are those of exports that differ by it.

Partners do not touch each other, so two builds serve all cases: one of what Microsoft is said to have read, whose
points become the list partner_center_scores; and one of our exports, with that list.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import ceil
from pathlib import Path

import pytest
from conftest import PROJECT, Build, run_dbt

PAL, CSP, CPOR = "Partner Admin Link (PAL)", "CSP Tier 1", "CPOR"
MAY, JUNE, JULY, IN_2026 = "2024-05-01", "2024-06-01", "2024-07-01", "2026-06-01"
# The day after each month on which it was exported, and a later one that restates June.
TAKEN = {MAY: "2024-06-15", JUNE: "2024-07-15", JULY: "2024-08-15", IN_2026: "2026-07-15"}
RESTATED = "2024-09-15"
# The day on which Microsoft's points were noted: all rules and months were there.
NOTED = "2026-08-15"
METRICS = ("net_customer_adds", "intermediate_certifications", "deployments", "usage_growth")

Line = tuple[str, str, dict]


def azure(tenant: str, month: str, acr: str | int, association: str = PAL, taken: str | None = None) -> Line:
    """A line of the Azure usage report; the subscription has the tenant's name."""
    row = {"MPNID": "", "SubscriptionId": tenant, "Month": month, "ServiceLevel2": "Key Vault"}
    row |= {"CustomerTenantId": tenant, "PartnerAttributionType": association}
    return "azure_usage", taken or TAKEN[month], row | {"IsACRDuplicateAtPGALevel": "0", "ACR_USD": str(acr)}


def seats(tenant: str, month: str, used: str, workload: str = "Intune", taken: str | None = None) -> Line:
    """A line of the CPOR-M365 usage report; `used` is active users of paid seats, such as 10/30."""
    active, paid = used.split("/")
    row = {"CustomerTenantId": tenant, "WorkloadName": workload, "MonthlyActiveUsers": active}
    row |= {"PaidAvailableUnits": paid, "PartnerAttributionType": CPOR, "Date": month}
    return "cpor_m365_usage", taken or TAKEN[month], row


def offer(subscription: str, name: str) -> Line:
    """A line of the partner's list of offers."""
    return "azure_subscription_offers", TAKEN[JUNE], {"SubscriptionId": subscription, "OfferName": name}


# What most partners have: in June 3 net customer adds (6.00), 2 deployments (6.67) and growth of 13,500 USD (10.00).
USUAL = [azure("t1", MAY, 13000), azure("t2", JUNE, 500), seats("s1", MAY, "10/30"), seats("s1", JUNE, "10/30")]


@dataclass
class Case:
    """A partner, the month and what Microsoft's points are.

    Attributes:
        ours: the lines of our exports.
        microsofts: the lines that Microsoft read; None when they are ours.
        month: month of the points.
        scored: month and rule set that they are of; None for the ones that outputs show.
        figures: points that are no build's, by metric; the others are those of the build of microsofts.
        explained: expected explanation by metric, of what is not equal.
        says: a word that the evidence of each has.
    """

    ours: list[Line]
    microsofts: list[Line] | None = None
    month: str = JUNE
    scored: tuple[str, str | None] | None = None
    figures: dict[str, Decimal] = field(default_factory=dict)
    explained: dict[str, str] = field(default_factory=dict)
    says: str = ""


def thirds(units: int) -> list[Line]:
    """Usage that earns so many units of deployments, of which a third of a point is a part."""
    return [azure(f"d{number}", MAY, 12000) for number in range(units)] + [seats("s1", JUNE, "1/1")]


def rounded_up(points: Fraction) -> Decimal:
    """Points as Microsoft prints them."""
    return Decimal(ceil(points * 100)) / 100


# 20 units for 20 points: parts of a unit in dollars and in seats
LINEAR = Fraction("14124.99") / 1250 + Fraction(10, 125)
RESTATING = [seats("s1", JUNE, "10/30", taken=RESTATED), azure("t2", JUNE, 500, taken=RESTATED)]

CASES = {
    "equal": Case(USUAL),
    "other_path": Case(
        [azure("a", IN_2026, 700), azure("b", IN_2026, 14000), seats("s", IN_2026, "100/400")],
        month=IN_2026,
        scored=(IN_2026, "security_2026_smb"),
        explained=dict.fromkeys(("net_customer_adds", "deployments", "usage_growth", "total"), "other_path"),
        says="SMB path",
    ),
    "other_version": Case(
        USUAL,
        scored=(JUNE, "security_2026_enterprise"),
        explained={"net_customer_adds": "other_version", "deployments": "other_version", "total": "other_version"},
        says="rules of 2026, enterprise path",
    ),
    "month_before": Case(
        USUAL,
        scored=(MAY, None),
        explained={"net_customer_adds": "month_before", "total": "month_before"},
        says="2024-05",
    ),
    "month_after": Case(
        [*USUAL, azure("t3", JULY, 500), azure("t4", JULY, 500), seats("s1", JULY, "10/30")],
        scored=(JULY, None),
        explained={"net_customer_adds": "month_after", "usage_growth": "month_after", "total": "month_after"},
        says="2024-07",
    ),
    # one tenant came late, two are gone, one was linked with another association; seats were restated, too
    "older_export": Case(
        [
            *USUAL,
            *[azure(f"gone{number}", JUNE, 2000) for number in range(4)],
            azure("linked", JUNE, 14000, CSP),
            seats("s2", JUNE, "40/40"),
            *RESTATING,
            azure("late", JUNE, 400, taken=RESTATED),
            azure("linked", JUNE, 14000, taken=RESTATED),
        ],
        [
            *USUAL,
            *[azure(f"gone{number}", JUNE, 2000) for number in range(4)],
            azure("linked", JUNE, 14000, CSP),
            seats("s2", JUNE, "40/40"),
        ],
        explained=dict.fromkeys(("net_customer_adds", "usage_growth", "total"), "older_export"),
        says=TAKEN[JUNE],
    ),
    # deployments are 6.67 either way: t1 and one tenant's seats
    "seats_summed": Case(
        [*USUAL, seats("both", JUNE, "5/15"), seats("both", JUNE, "1/15", "Microsoft Defender for Identity")],
        [*USUAL, seats("both", JUNE, "6/30")],
        explained={"net_customer_adds": "seats_summed", "deployments": "seats_summed", "total": "seats_summed"},
        says="workloads",
    ),
    "linear_units": Case(
        [*USUAL, azure("t1", JUNE, "624.99")],
        figures={"usage_growth": rounded_up(LINEAR), "total": rounded_up(6 + Fraction(20, 3) + LINEAR)},
        explained={"usage_growth": "linear_units", "total": "linear_units"},
        says="parts of a unit",
    ),
    "rounded_down": Case(
        thirds(5), figures={"deployments": Decimal("16.66")}, explained={"deployments": "rounded_down"}, says="down"
    ),
    "rounded_half_up": Case(
        thirds(4),
        figures={"deployments": Decimal("13.33")},
        explained={"deployments": "rounded_half_up"},
        says="nearest",
    ),
    "whole_points": Case(
        thirds(4), figures={"deployments": Decimal(13)}, explained={"deployments": "whole_points"}, says="whole points"
    ),
    "unknown_offers_left_out": Case(
        [*USUAL, azure("t5", MAY, 100), azure("t6", MAY, 100), offer("t1", "Azure Plan"), offer("t2", "Azure Plan")],
        [*USUAL, azure("t5", MAY, 100), azure("t6", MAY, 100), offer("t5", "Trial"), offer("t6", "Trial")],
        explained={"net_customer_adds": "unknown_offers_left_out", "total": "unknown_offers_left_out"},
        says="offer",
    ),
    "unlinked_revenue_counted": Case(
        [*USUAL, azure("t6", MAY, 1000, CSP)],
        [*USUAL, azure("t6", MAY, 1000)],
        explained=dict.fromkeys(("net_customer_adds", "usage_growth", "total"), "unlinked_revenue_counted"),
        says="association",
    ),
    # 2 by the rules of 2026, 5.5 by nothing, and what the rest is
    "metrics_differ": Case(
        USUAL,
        figures={"net_customer_adds": Decimal(2), "deployments": Decimal("5.5"), "total": Decimal("17.5")},
        explained={
            "net_customer_adds": "other_version",
            "deployments": "unexplained",
            "total": "metrics_differ",
        },
    ),
    "unexplained": Case(USUAL, figures={"total": Decimal("55.55")}, explained={"total": "unexplained"}, says="55.55"),
    "not_scored": Case(
        USUAL,
        month="2030-01-01",
        figures=dict.fromkeys(METRICS, Decimal(1)) | {"total": Decimal(4)},
        says="no score",
        explained=dict.fromkeys((*METRICS, "total"), "not_scored"),
    ),
}
PARTNERS = {name: f"90{number:03}" for number, name in enumerate(CASES)}


def write_exports(folder: Path, lines: dict[str, list[Line]], scores: Iterable[dict] = ()) -> Path:
    """Write the lines of every partner, under ids of its own, and Microsoft's points."""
    reports: dict[tuple[str, str], list[dict]] = {}
    for name, partner in PARTNERS.items():
        for dataset, taken, row in lines[name]:
            own = {key: f"{partner}-{row[key]}" for key in ("CustomerTenantId", "SubscriptionId") if key in row}
            place = {"MPNID": f"{partner}1"} if dataset == "azure_usage" else {"MpnId": f"{partner}1"}
            reports.setdefault((dataset, taken), []).append(row | own | place)
    reports["partner_profile", TAKEN[MAY]] = [
        {"MPNId": f"{partner}1", "PGA_MPNID": partner, "PartnerName": name} for name, partner in PARTNERS.items()
    ]
    if scores:
        reports["partner_center_scores", NOTED] = list(scores)
    for (dataset, taken), rows in reports.items():
        file = folder / dataset / f"export_date={taken}" / "part-0.csv"
        file.parent.mkdir(parents=True)
        with file.open("w", encoding="utf-8", newline="") as text:
            writer = csv.DictWriter(text, next(iter(rows)).keys() | {key for row in rows for key in row}, restval="")
            writer.writeheader()
            writer.writerows(
                {key: value for key, value in row.items() if key != "MpnId" or dataset != "azure_subscription_offers"}
                for row in rows
            )
    return folder


def score(folder: Path, *models: str, exports: Path) -> Build:
    """Build models and what they read, without tests."""
    built = run_dbt(
        *("--quiet", "build", "--exclude-resource-type", "unit_test", "test", "--select"),
        *(f"+{model}" for model in models),
        folder=folder,
        exports=exports,
    )
    assert built.status == 0, built.output
    return built


SCORES = """
    select pga_mpn_id, cast(as_of_month as text), ruleset_id, is_headline, metric, points
    from marts.fct_metric_score inner join marts.fct_designation using (pga_mpn_id, ruleset_id, as_of_month)
    union all
    select pga_mpn_id, cast(as_of_month as text), ruleset_id, is_headline, 'total', total_points
    from marts.fct_designation
"""


def microsofts_points(case: Case, scores: dict[tuple, Decimal]) -> dict[str, Decimal]:
    """The points that Partner Center is said to show, by metric."""
    month, ruleset = case.scored or (case.month, None)
    return {metric: scores[month, ruleset, metric] for metric in (*METRICS, "total")} | case.figures


@pytest.fixture(scope="module")
def variances(tmp_path_factory) -> dict[tuple[str, str], tuple]:
    """Explanation, evidence, Microsoft's points and ours, by case and metric."""
    folder = tmp_path_factory.mktemp("variances")
    world = write_exports(folder / "microsofts", {name: case.microsofts or case.ours for name, case in CASES.items()})
    (folder / "read by microsoft").mkdir()
    read = score(folder / "read by microsoft", "fct_designation", "fct_metric_score", exports=world)
    points: dict[str, dict] = {partner: {} for partner in PARTNERS.values()}
    for partner, month, ruleset, is_headline, metric, figure in read.rows(SCORES):
        points[partner][month, ruleset, metric] = figure
        if is_headline:
            points[partner][month, None, metric] = figure
    for partner in points.values():
        partner.update({("2030-01-01", None, metric): Decimal(0) for metric in (*METRICS, "total")})
    listed = [
        {
            "AsOfDate": CASES[name].month,
            "PGA_MPNID": partner,
            "SolutionArea": "Security",
            "Metric": metric,
            "Points": figure,
        }
        for name, partner in PARTNERS.items()
        for metric, figure in microsofts_points(CASES[name], points[partner]).items()
    ]
    exports = write_exports(folder / "ours", {name: case.ours for name, case in CASES.items()}, listed)
    (folder / "read by us").mkdir()
    built = score(folder / "read by us", "score_variance", exports=exports)
    names = {partner: name for name, partner in PARTNERS.items()}
    return {
        (names[partner], metric): rest
        for partner, metric, *rest in built.rows(
            "select pga_mpn_id, metric, explanation, evidence, partner_center_points, points from audit.score_variance"
        )
    }


@pytest.mark.parametrize("name", CASES)
def test_the_planted_cause_is_named(variances, name):
    case = CASES[name]
    for metric in (*METRICS, "total"):
        explanation, evidence, microsofts, ours = variances[name, metric]
        assert explanation == case.explained.get(metric, "equal"), (metric, evidence)
        assert (microsofts == ours) == (explanation == "equal")
        assert f"{microsofts:.2f}" in evidence
        assert case.says in evidence or explanation != name
        assert "{" not in evidence
        assert (
            explanation == "not_scored"
            or f"{ours:.2f}" in evidence
            or explanation in {"month_before", "month_after", "metrics_differ"}
        )


def test_every_hypothesis_is_planted():
    with (PROJECT / "seeds" / "rulebook" / "variance_hypotheses.csv").open(encoding="utf-8", newline="") as file:
        hypotheses = [row["hypothesis_id"] for row in csv.DictReader(file)]
    planted = [explanation for case in CASES.values() for explanation in case.explained.values()]
    assert set(hypotheses) == {"equal", *planted}
    assert planted.count("unexplained") >= 2


def test_a_restated_month_is_scored_as_the_exports_had_it(tmp_path):
    """The case of an older export gives, to the last digit, what a build without the newer exports gives."""
    newest, before = "2024-07-20", "2024-04-20"
    sample = PROJECT / "sample" / "exports"
    without = ("azure_usage", "cpor_m365_usage")
    (tmp_path / "then").mkdir()
    earlier = shutil.copytree(sample, tmp_path / "earlier exports")
    for dataset in without:
        shutil.rmtree(earlier / dataset / f"export_date={newest}")
    then = score(tmp_path / "then", "fct_metric_score", "fct_designation", exports=earlier)
    scores = {
        (partner, month, metric): figure
        for partner, month, _, is_headline, metric, figure in then.rows(SCORES)
        if is_headline and month >= "2024-01-01"
    }
    assert len({month for _, month, _ in scores}) == 3
    exports = shutil.copytree(sample, tmp_path / "exports")
    shutil.rmtree(exports / "partner_center_scores", ignore_errors=True)
    file = exports / "partner_center_scores" / f"export_date={newest}" / "part-0.csv"
    file.parent.mkdir(parents=True)
    with file.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(["AsOfDate", "PGA_MPNID", "SolutionArea", "Metric", "Points"])
        writer.writerows([month, partner, "Security", metric, -1] for partner, month, metric in scores)
    (tmp_path / "now").mkdir()
    now = score(tmp_path / "now", "score_variance", exports=exports)
    scored_again = now.rows(
        "select pga_mpn_id, cast(as_of_month as text), metric, points from intermediate.int_variance_points"
        f" where known_on = '{before}'"
    )
    assert {(partner, month, metric): figure for partner, month, metric, figure in scored_again} == scores
    # the exports did restate something that points show
    assert now.rows("select distinct explanation from audit.score_variance") == [("unexplained",)]
    changed = now.rows(
        f"""
        select count(*) from intermediate.int_variance_points as older
        inner join intermediate.int_variance_points as own using (pga_mpn_id, as_of_month, metric)
        where older.known_on = '{before}' and own.hypothesis_id = 'equal' and older.points != own.points
        """
    )
    assert changed[0][0] > 0
