"""Judges a month of one partner under changes, by the arithmetic of the warehouse's SQL.

Every amount is a Decimal; none is a float. Python keeps 28 digits, as decimal(28, 10) does in the SQL. Each rule below
is one of macros/scoring.sql or macros/skilling_values.sql, and rounds as that does.

A score depends on tenants and people through a few sums alone, here called *amounts*: for each metric and track the
tenants' counted values, for each step of the organization those who hold it, and the complete individuals. Each tenant
and each person adds to the amounts by itself, so a change is judged by what its own subjects add before and after.
Points never fall when an amount rises.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal

from partner_score.simulator.changes import AZURE, LOST, SEATS, Change, normalized

State = dict
Amounts = dict[tuple[str, str], Decimal]
Subject = tuple[str, str]
TRACKS = ("azure", "m365", "skilling")
COMPLETE = ("skilling", "complete individuals")
EXACT = Context(prec=60)
ZERO = Decimal(0)


@dataclass(frozen=True)
class Metric:
    """A metric as judged: its units, cut at those for the maximum, and its points to ten decimals."""

    name: str
    units: int
    exact_points: Decimal
    is_minimum_met: bool

    @property
    def points(self) -> Decimal:
        """Published points."""
        return round_up_to_hundredth(self.exact_points)


@dataclass(frozen=True)
class Designation:
    """A rule set as judged.

    Attributes:
        metrics: the metrics, in the order of the state.
        exact_total: sum of their points, to ten decimals.
        is_qualified: whether total and every metric pass, on a complete history.
        status: `qualified`, `in_progress` or `insufficient_history`.
    """

    ruleset_id: str
    metrics: tuple[Metric, ...]
    exact_total: Decimal
    is_qualified: bool
    status: str

    @property
    def total_points(self) -> Decimal:
        """Published total."""
        return round_up_to_hundredth(self.exact_total)


def judge(state: State, changes: Iterable[Change] = ()) -> dict[str, Designation]:
    """Judge the month of the state under changes, by every rule set of the state.

    Arguments:
        state: what state.load gives for the partner, with every tenant that a change names.
        changes: what happens in the month, all of it together; nothing for the month as it is.

    Returns:
        The judgements by ruleset_id, in the order of the state.
    """
    changes = list(changes)
    return {ruleset["ruleset_id"]: judge_ruleset(state, ruleset, changes) for ruleset in state["rulesets"]}


def judge_ruleset(state: State, ruleset: State, changes: Iterable[Change] = ()) -> Designation:
    """Judge the month under changes by one rule set of the state."""
    effects = effects_by_subject(state, ruleset, changes).values()
    return judge_amounts(ruleset, total(amounts_now(state, ruleset), *effects))


def judge_amounts(ruleset: State, amounts: Amounts) -> Designation:
    """Judge amounts by a rule set: units, points, total and status (docs/rules.md, Units, Points and Passing)."""
    return judge_metrics(
        ruleset,
        [metric_of_units(ruleset, metric, *metric_units(ruleset, metric, amounts)) for metric in ruleset["metrics"]],
    )


def judge_metrics(ruleset: State, metrics: Sequence[Metric]) -> Designation:
    """Judge a rule set from its metrics."""
    exact_total = sum((metric.exact_points for metric in metrics), ZERO)
    # the inner rounding takes off what ten decimals leave of a third
    passes = _rounded(exact_total, 6) >= Decimal(ruleset["minimum_total_points"])
    passes = passes and all(metric.is_minimum_met for metric in metrics)
    status = "qualified" if passes else "in_progress"
    status = status if ruleset["is_history_complete"] else "insufficient_history"
    return Designation(ruleset["ruleset_id"], tuple(metrics), exact_total, status == "qualified", status)


def metric_units(
    ruleset: State, metric: State, amounts: Amounts, tracks: Container[str] = TRACKS
) -> tuple[int, Decimal]:
    """The units that tracks of a metric earn together, cut at those for the maximum, and the points for steps."""
    units, step_points = 0, ZERO
    for track in metric["tracks"]:
        if track["track"] not in tracks:
            continue
        if track["track"] == "skilling":
            value, points = skilling_value(ruleset, amounts)
            step_points += points
        else:
            value = amounts[(metric["metric"], track["track"])] - Decimal(track["prior_value"] or 0)
        units += full_units(value, Decimal(track["unit_size"]), track["units_cap"])
    return min(units, metric["units_for_max"]), step_points


def metric_of_units(ruleset: State, metric: State, units: int, step_points: Decimal) -> Metric:
    """A metric from its units, as the macro metric_points has it."""
    max_points = Decimal(metric["max_points"])
    if metric["points_per_unit"] is not None:
        points = Decimal(metric["points_per_unit"]) * units
    else:
        points = EXACT.divide(max_points * units, Decimal(metric["units_for_max"]))
    exact_points = _rounded(min(max_points, step_points + points), 10)
    is_met = exact_points >= Decimal(ruleset["minimum_metric_points"])
    return Metric(metric["metric"], units, exact_points, is_met)


def full_units(change: Decimal, unit_size: Decimal, units_cap: int | None) -> int:
    """Full units of growth, from 0 to the cap, if there is one."""
    cut = change if units_cap is None else min(change, unit_size * units_cap)
    return int(EXACT.divide(max(ZERO, cut), unit_size).to_integral_value(ROUND_FLOOR))


def round_up_to_hundredth(exact_points: Decimal) -> Decimal:
    """Published points: what exceeds a hundredth by no more than the lost decimals of a third is not rounded up."""
    return _rounded(exact_points, 6).quantize(Decimal("0.01"), ROUND_CEILING, EXACT)


def _rounded(value: Decimal, decimals: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, EXACT)


def skilling_value(ruleset: State, amounts: Amounts) -> tuple[Decimal, Decimal]:
    """The individuals who count, and the points for the steps that the organization meets (Skilling steps)."""
    met, step_points = True, ZERO
    for step in ruleset["steps"]:
        if step["held_by"] == "organization":
            is_met = amounts[("step", str(step["step"]))] >= step["minimum_individuals"]
            met = met and is_met
            step_points += Decimal(step["points"]) if is_met else ZERO
    return (amounts[COMPLETE] if met else ZERO), step_points


def total(amounts: Amounts, *effects: Amounts) -> Amounts:
    """Amounts with effects added to them."""
    added = dict(amounts)
    for effect in effects:
        for key, value in effect.items():
            added[key] += value
    return added


def amounts_now(state: State, ruleset: State) -> Amounts:
    """The amounts of the month as it is."""
    amounts = {
        (metric["metric"], track["track"]): Decimal(track["current_value"])
        for metric in ruleset["metrics"]
        for track in metric["tracks"]
        if track["track"] != "skilling"
    }
    # the people are few, and a change of one may meet a step for all
    people = [_person_amounts(ruleset, certifications) for certifications in state["individuals"].values()]
    return total({**amounts, **_person_amounts(ruleset, ())}, *people)


def _person_amounts(ruleset: State, certifications: Iterable[str]) -> Amounts:
    held = {step for name in certifications for step in ruleset["certifications"].get(name, ())}
    amounts = {}
    required = []
    for step in ruleset["steps"]:
        if step["held_by"] == "organization":
            amounts[("step", str(step["step"]))] = Decimal(step["step"] in held)
        else:
            required.append(step["step"])
    amounts[COMPLETE] = Decimal(bool(required) and held.issuperset(required))
    return amounts


def effects_by_subject(state: State, ruleset: State, changes: Iterable[Change]) -> dict[Subject, Amounts]:
    """What changes add to the amounts, by tenant and track, and by person: changes of one subject are judged together.

    Returns:
        What each subject adds: ("azure" or "m365", tenant) or ("skilling", individual).
    """
    changed: dict[Subject, list[Change]] = {}
    for change in changes:
        for track in change.tracks:
            changed.setdefault((track, change.subject), []).append(change)
    return {subject: subject_effect(state, ruleset, subject, of_it) for subject, of_it in changed.items()}


def subject_effect(state: State, ruleset: State, subject: Subject, changes: list[Change]) -> Amounts:
    """What changes of one subject add to the amounts.

    Arguments:
        state: the partner.
        ruleset: a rule set of the state.
        subject: track and id of a tenant or individual, or a new name.
        changes: all of them of this subject.
    """
    track, name = subject
    if track == "skilling":
        before = set(state["individuals"].get(name, ()))
        after = set(before)
        for change in changes:
            # never held twice, and never less than not
            (after.add if change.amount > 0 else after.discard)(change.detail)
        return difference(_person_amounts(ruleset, after), _person_amounts(ruleset, before))
    tenant = state["tenants"].get(name, NEW_TENANT)
    values = changed_values(state, tenant, ruleset["lists"][track], track, changes)
    after, before = {}, {}
    for metric in ruleset["metrics"]:
        for criterion_id in (one["criterion_id"] for one in metric["tracks"] if one["track"] == track):
            criterion = state["criteria"][criterion_id]
            key = (metric["metric"], track)
            after[key] = counted_value(criterion, values, criterion_id in tenant["inside_before"])
            before[key] = Decimal(tenant["counted"].get(criterion_id, 0))
    return difference(after, before, max((change.times for change in changes), default=1))


NEW_TENANT: State = {"azure": {}, "m365": {}, "counted": {}, "inside_before": []}


def difference(after: Amounts, before: Amounts, times: int = 1) -> Amounts:
    """What is more in each amount, so many times."""
    return {key: (value - before[key]) * times for key, value in after.items()}


Values = list[tuple[Decimal, Decimal]]


def changed_values(state: State, tenant: State, list_id: str, track: str, changes: Iterable[Change]) -> Values:
    """A tenant's values against the bands after changes: its trailing revenue, or the seats of each workload.

    Returns:
        Pairs of a value and its active part; none when nothing of the tenant is eligible.
    """
    changes = list(changes)
    is_lost = any(change.kind == LOST for change in changes)
    if track == "azure":
        revenue = None if is_lost else tenant["azure"].get(list_id)
        added = [change.amount for change in changes if change.kind == AZURE]
        if revenue is None and not added:
            return []
        value = Decimal(revenue or 0) + sum(added, ZERO)
        return [(value, value)]
    seats = {} if is_lost else {one["workload"]: one for one in tenant["m365"].get(list_id, ())}
    workloads = {name: (Decimal(one["paid_seats"]), Decimal(one["active_users"])) for name, one in seats.items()}
    for change in changes:
        name = state["workloads"].get(list_id, {}).get(normalized(change.detail)) if change.kind == SEATS else None
        # a workload that the rule set does not list counts for nothing
        if name is not None:
            paid, active = workloads.get(name, (ZERO, ZERO))
            workloads[name] = (paid + change.amount, active + change.active_amount)
    # there are no fewer seats and users than none
    return [(max(paid, ZERO), max(min(paid, active), ZERO)) for paid, active in workloads.values()]


def counted_value(criterion: State, values: Values, was_inside: bool) -> Decimal:
    """What a tenant adds to a criterion (docs/rules.md, Bands, Active share, Carry-over).

    Arguments:
        criterion: a criterion of the state.
        values: the tenant's values and their active parts.
        was_inside: whether a value of it was inside the band in the month of comparison.
    """
    standings = [band_standing(criterion, value, active) for value, active in values]
    is_inside = any(standing.startswith("inside") for standing in standings)
    has_outgrown = not is_inside and "above" in standings and was_inside
    if not ("inside" in standings or (criterion["keeps_outgrown_tenants"] and has_outgrown)):
        return ZERO
    if criterion["measure"] == "count":
        return Decimal(1)
    return sum((active for _, active in values), ZERO)


def band_standing(criterion: Mapping, value: Decimal, active: Decimal) -> str:
    """Where a value stands against the band, as the macro of this name has it."""
    minimum, maximum, share = (
        None if criterion[name] is None else Decimal(criterion[name])
        for name in ("minimum_value", "maximum_value", "minimum_active_share")
    )
    if minimum is not None and (value < minimum or (not criterion["is_minimum_included"] and value == minimum)):
        return "below"
    is_above = maximum is not None and (value > maximum or (not criterion["is_maximum_included"] and value == maximum))
    is_idle = share is not None and active < share * value
    return ("above" if is_above else "inside") + (" idle" if is_idle else "")
