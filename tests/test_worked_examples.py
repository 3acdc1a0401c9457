"""Microsoft's worked examples of the skilling metric, end to end: exports in, points out."""

import csv
import re
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import PROJECT, build

MONTH = "2024-05-01"


def read_csv(path: Path) -> list[dict]:
    """Rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def seed(name: str) -> list[dict]:
    """Rows of a seed."""
    return read_csv(next((PROJECT / "seeds").glob(f"*/{name}.csv")))


EXAMPLES = read_csv(Path(__file__).parent / "skilling_worked_examples.csv")
TITLES = {row["certification_id"]: row["title"] for row in seed("certifications")}


def ruleset_of(example: dict) -> str:
    """Rule set of an example; the file names the two paths of 2026 by one id and a path."""
    return example["ruleset_id"].replace("_dual", "") + ("" if example["path"] == "single" else f"_{example['path']}")


def steps_of_individuals(holdings: str) -> list[list[str]]:
    """Steps that each individual holds: 'A:1+2; B:3' names them, '2 hold 1; 1 holds 3' counts them."""
    individuals = []
    for holding in holdings.split(";"):
        if counted := re.fullmatch(r"(\d+) holds? (\d)", holding.strip()):
            individuals += [[counted[2]]] * int(counted[1])
        else:
            individuals.append(holding.split(":")[1].strip().split("+"))
    return individuals


def title_of(ruleset_id: str, step: str) -> str:
    """A certification that completes this step of the rule set and no other."""
    steps = {}
    for row in seed("skilling_step_certifications"):
        if row["ruleset_id"] == ruleset_id:
            steps.setdefault(row["certification_id"], set()).add(row["step"])
    return next(TITLES[certification] for certification, completed in sorted(steps.items()) if completed == {step})


@pytest.fixture(scope="module")
def points(tmp_path_factory) -> dict:
    """Points of intermediate certifications by PGA and rule set: every example is a PGA of its own."""
    folder = tmp_path_factory.mktemp("worked_examples")
    files = {
        "azure_usage": "PGAMpnID,MPNID,SubscriptionId,Month,ServiceLevel2,CustomerTenantId,PartnerAttributionType,"
        f"IsACRDuplicateAtPGALevel,ACR_USD\nany,1,s,{MONTH},x,t,x,0,1\n",
        "cpor_m365_usage": "CustomerTenantId,WorkloadName,MonthlyActiveUsers,PaidAvailableUnits,MpnId,"
        "PartnerAttributionType,Date\n",
        "partner_profile": "MPNId,PGA_MPNID\n",
        "training_completions": "PGAMpnId,TrainingTitle,TrainingType,TrainingCompletionDate,MCPID,MpnId\n",
    }
    for example in EXAMPLES:
        for individual, steps in enumerate(steps_of_individuals(example["holdings"])):
            for step in steps:
                title = title_of(ruleset_of(example), step)
                files["training_completions"] += (
                    f"{example['example']},{title},Certification,2023-01-31,{individual},1\n"
                )
    for dataset, text in files.items():
        path = folder / "exports" / dataset / "export_date=2024-06-20" / "part-0.csv"
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    built = build(folder, folder / "exports")
    return {
        (pga, ruleset): value
        for pga, ruleset, value in built.rows(
            "select pga_mpn_id, ruleset_id, intermediate_certifications_points from marts.fct_designation"
        )
    }


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["example"])
def test_points_are_the_published_ones(points, example):
    """The exact points, rounded up to the hundredth: what the text of 2022 prints (6.67, 13.34)."""
    exact = Decimal(example["expected_points_exact"])
    assert exact <= points[example["example"], ruleset_of(example)] < exact + Decimal("0.01")
    if example["ruleset_id"] == "security_2022_10":
        assert points[example["example"], ruleset_of(example)] == Decimal(example["published"])
