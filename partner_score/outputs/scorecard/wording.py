"""Words and numbers as people read them. A word that is not listed, such as a new reason, is shown as it is spelled."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

NOTHING = "–"
MINUS = "−"
CENT = Decimal("0.01")

WORDS = {
    # designation_status
    "qualified": "Qualified",
    "in_progress": "In progress",
    "insufficient_history": "Insufficient history",
    # states of a tenant
    "won": "Won",
    "lost": "Lost",
    "near": "Near",
    "about_to_drop": "About to drop",
    # kind of a recommendation
    "near_threshold": "Near a threshold",
    "certification_expiring": "Certification expiring",
    "missing_one_step": "One step missing",
    "association_missing": "Association missing",
    # driver of fct_ruleset_comparison
    "none": "No difference",
    "bands": "Other thresholds",
    "lists": "Other services, workloads or associations",
    "lists_and_bands": "Other lists and thresholds",
    "unit_size": "Another size of a unit",
    "units_for_max": "Other units for the maximum",
    "steps": "Other certification steps",
    "points_per_unit": "Other points for a unit",
    # reject_reason
    "invalid_acr": "Revenue is not a number",
    "invalid_seats": "Seats are not a number",
    "missing_customer_tenant": "No customer tenant",
    "unknown_partner": "Partner is not in the profile",
    "missing_individual": "Nothing says who it is",
    "unknown_metric": "Metric is not known",
    "unknown_solution_area": "Solution area is not scored",
    "invalid_points": "Points are not a number",
    "invalid_completion_date": "Completion date cannot be read",
    "invalid_month": "Month cannot be read",
    # missing_reason
    "not_exported": "Not exported",
    "still_running": "Exported before it was over",
    # dataset
    "azure_usage": "Azure usage",
    "cpor_m365_usage": "Microsoft 365 usage (CPOR)",
    "training_completions": "Trainings and certifications",
    "partner_profile": "Partner profile",
    "azure_subscription_offers": "Azure subscription offers",
    "partner_center_scores": "Points of Partner Center",
}


def words(code: str) -> str:
    """Return what a code of the warehouse means."""
    return WORDS.get(code) or code.replace("_", " ").capitalize()


def choices(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Return distinct codes with what they mean, for a filter."""
    return [(code, words(code)) for code in dict.fromkeys(codes)]


def force(is_in_force: bool) -> str:
    """Return whether a rule set ruled the month."""
    return "in force" if is_in_force else "not in force"


def points(value: Decimal) -> str:
    """Return points as Microsoft prints them, to the hundredth."""
    return f"{value:.2f}"


def signed_points(value: Decimal) -> str:
    """Return a difference of points with its sign."""
    return signed(points(value))


def lost_points(value: Decimal) -> str:
    """Return points to be lost, with a minus."""
    return f"{MINUS}{points(value)}"


def saved_points(value: Decimal) -> str:
    """Return points that would be lost, as what keeping them brings."""
    return f"+{points(value)}"


def percent(share: Decimal) -> str:
    """Return a share in per cent."""
    return f"{count(share * 100)} %"


def signed(text: str) -> str:
    """Return a formatted number with a sign that is as wide as a plus."""
    return text.replace("-", MINUS) if text.startswith("-") else f"+{text}"


def count(value: int | Decimal) -> str:
    """Return a whole number, or a number of seats with the decimals it has."""
    return f"{Decimal(value).normalize():,f}".replace("-", MINUS)


def amount(value: Decimal, unit: str) -> str:
    """Return an amount in a unit. Money is cut to the cent: nothing seems to reach a threshold that it does not."""
    return _amount(value, unit, ROUND_FLOOR)


def missing_amount(value: Decimal, unit: str) -> str:
    """Return what is missing in a unit. Money is rounded up to the cent, so that what is asked for is enough."""
    return _amount(value, unit, ROUND_CEILING)


def signed_amount(value: Decimal, unit: str) -> str:
    """Return a change in a unit with its sign."""
    text = amount(value, unit)
    return text if text.startswith(MINUS) else f"+{text}"


def _amount(value: Decimal, unit: str, rounding: str) -> str:
    if unit == "USD":
        return f"{value.quantize(CENT, rounding):,.2f}".replace("-", MINUS)
    return count(value)


def one_or_more(number: int | Decimal, unit: str) -> str:
    """Return a unit in the number it is counted in: tenants, but one tenant."""
    return unit.removesuffix("s") if number == 1 else unit


def month(day: date) -> str:
    """Return a month: June 2024."""
    return f"{day:%B %Y}"


def short_month(day: date) -> str:
    """Return a month where there is little room: Jun 2024."""
    return f"{day:%b %Y}"


def full_date(day: date) -> str:
    """Return a day: 9 June 2024."""
    return f"{day.day} {day:%B %Y}"


def short_date(day: date) -> str:
    """Return a day where there is little room: 9 Jun 2024."""
    return f"{day.day} {day:%b %Y}"


def pseudonym(individual_id: str) -> str:
    """Return the beginning of a pseudonym, enough to tell the people of a partner apart."""
    return individual_id[:8]
