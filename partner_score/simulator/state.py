"""Loads what the scores of a month are made of, as plain data that fits into JSON: of the last one, or of the outlook.

The state of a partner holds the sums of its tracks, so it needs those tenants alone that a change may name. Numbers
that may have decimals are texts ("12000.5"), so that no reader makes floats of them; counts are integers.

    {"pga_mpn_id": ..., "as_of_month": "2024-06-01",
     "rulesets": [{"ruleset_id": ..., "ruleset_name": ..., "version": ..., "area": ..., "path_priority": ...,
                   "is_in_force": ..., "is_best_path": ..., "is_headline": ..., "is_history_complete": ...,
                   "minimum_total_points": ..., "minimum_metric_points": ..., "lists": {track: list id},
                   "metrics": [{"metric": ..., "max_points": ..., "units_for_max": ..., "points_per_unit": ...,
                                "tracks": [{"track": ..., "criterion_id": ..., "unit_size": ..., "units_cap": ...,
                                            "current_value": ..., "prior_value": ...}]}],
                   "steps": [{"step": ..., "held_by": ..., "minimum_individuals": ..., "points": ...}],
                   "certifications": {certification that earns points in the month: [steps]}}],
     "criteria": {criterion_id: {"measure": ..., "minimum_value": ..., "is_minimum_included": ..., ...}},
     "individuals": {individual_id: [certifications held at the end of the month]},
     "workloads": {list id: {known name: listed name}},
     "tenants": {tenant id: {"is_there": whether it reports anything in the month,
                             "azure": {list id: eligible revenue of the trailing year},
                             "m365": {list id: [{"workload": ..., "paid_seats": ..., "active_users": ...}]},
                             "counted": {criterion_id: what it adds now},
                             "inside_before": [criteria in whose band it was in the month of comparison]}}}
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

State = dict[str, Any]
# Runs SQL with named parameters and returns the rows.
Query = Callable[[str, dict[str, Any]], list[tuple]]

# Partners are asked for as JSON, too; all of them by null.
OF_LOADED = """($loaded is null or pga_mpn_id in (select unnest(from_json($loaded, '["varchar"]'))))"""

MONTH = """
    select as_of_month, month_number, month_end_date from intermediate.int_scored_months
    where case when $month_number is null then is_last_scored_month else month_number = $month_number end
"""
DESIGNATIONS = f"""
    select pga_mpn_id, ruleset_id, is_in_force, is_best_path, is_headline, is_history_complete
    from intermediate.int_scored_designations
    where month_number = $month_number and {OF_LOADED}
    order by ruleset_id
"""
RULESET_COLUMNS = ("ruleset_id", "ruleset_name", "area", "version", "path_priority")
RULESET_COLUMNS += ("minimum_total_points", "minimum_metric_points")
RULESETS = """
    select
        int_rulesets.ruleset_id, named.ruleset_name, int_rulesets.area, int_rulesets.version,
        int_rulesets.path_priority, int_rulesets.minimum_total_points, int_rulesets.minimum_metric_points
    from intermediate.int_rulesets
    inner join rulebook.rulesets as named using (ruleset_id)
"""
METRICS = """
    select ruleset_id, metric, max_points, units_for_max, points_per_unit from rulebook.ruleset_metrics order by metric
"""
TRACKS = f"""
    select pga_mpn_id, ruleset_id, metric, track, current_value, prior_value
    from intermediate.int_scored_tracks
    where month_number = $month_number and {OF_LOADED}
    order by track
"""
TRACK_CRITERIA = """
    select ruleset_id, metric, track, criterion_id, eligibility_id, unit_size, units_cap
    from intermediate.int_track_criteria
"""
CRITERIA = """
    select
        criterion_id, measure, minimum_value, is_minimum_included, maximum_value, is_maximum_included,
        minimum_active_share, keeps_outgrown_tenants
    from intermediate.int_track_criteria
    where is_first_of_criterion
"""
STEPS = "select ruleset_id, step, held_by, minimum_individuals, points from rulebook.skilling_steps order by step"
STEP_CERTIFICATIONS = """
    select ruleset_id, certification_id, step from rulebook.skilling_step_certifications
    where coalesce(points_eligible_until >= $month_end_date, true)
    order by certification_id, step
"""
# A certification that ends under one rule set may be held under another: engine.py asks whether it earns a step.
INDIVIDUALS = f"""
    select distinct pga_mpn_id, individual_id, certification_id
    from intermediate.int_step_certifications
    where
        completion_date <= $month_end_date and coalesce(end_date > $month_end_date, true)
        and {OF_LOADED}
    order by individual_id, certification_id
"""
WORKLOADS = """
    select eligibility_id, known_name, listed_name from intermediate.int_rulebook_names
    where kind = 'workload' and is_first_of_eligibility
"""
# Pairs of a partner and a tenant are asked for as JSON: DuckDB takes minutes for thousands of them as lists.
ASKED = """
    with asked as (
        select customers.pga_mpn_id, customers.customer_tenant_key, customers.customer_tenant_id
        from intermediate.int_customers as customers
        inner join (
            select pair[1] as pga_mpn_id, pair[2] as customer_tenant_id
            from (select unnest(from_json($pairs, '[["varchar"]]')) as pair)
        ) as pairs using (pga_mpn_id, customer_tenant_id)
    )
"""
TENANTS = f"{ASKED} select pga_mpn_id, customer_tenant_id from asked order by all"
MEASURES = f"""
    {ASKED},
    workloads as (
        select distinct listed_number as workload_number, listed_name from intermediate.int_rulebook_names
        where kind = 'workload'
    )
    select
        pga_mpn_id, customer_tenant_id, track, eligibility_id, listed_name, threshold_value, active_users
    from intermediate.int_tenant_measures as measures
    inner join asked using (pga_mpn_id, customer_tenant_key)
    left join workloads using (workload_number)
    where measures.month_number = $month_number
    order by all
"""
COUNTED = f"""
    {ASKED}
    select pga_mpn_id, customer_tenant_id, criterion_id, current_counted_value
    from intermediate.int_tenant_comparisons as comparisons
    inner join asked using (pga_mpn_id, customer_tenant_key)
    where comparisons.month_number = $month_number and current_counted_value != 0
"""
INSIDE_BEFORE = f"""
    {ASKED}
    select pga_mpn_id, customer_tenant_id, criterion_id
    from intermediate.int_tenant_standings as standings
    inner join asked using (pga_mpn_id, customer_tenant_key)
    inner join intermediate.int_track_criteria as criteria using (criterion_id)
    where
        standings.month_number = $month_number - criteria.comparison_months and criteria.is_first_of_criterion
        and criteria.keeps_outgrown_tenants and standings.is_inside_band
    order by criterion_id
"""


def load(
    query: Query,
    tenants: Mapping[str, Iterable[str]],
    partners: Sequence[str] | None = None,
    month_number: int | None = None,
) -> dict[str, State]:
    """Load the states of partners from a built warehouse.

    Arguments:
        query: runs SQL on the warehouse.
        tenants: tenants to load, by partner; one that the partner does not have is left out.
        partners: the partners to load; None for all.
        month_number: a scored month, or one of the outlook, as int_scored_months numbers them; None for the last
            scored one.

    Returns:
        The states by pga_mpn_id; empty when no month is scored.
    """
    months = query(MONTH, {"month_number": month_number})
    if not months:
        return {}
    as_of_month, month_number, month_end_date = months[0]
    loaded = None if partners is None else json.dumps(list(partners))
    scored = {"month_number": month_number, "loaded": loaded}
    held = {"month_end_date": month_end_date, "loaded": loaded}
    shared = {"as_of_month": _plain(as_of_month), "criteria": _criteria(query), "workloads": _workloads(query)}
    rulesets = _rulesets(query, month_end_date)
    states: dict[str, State] = {}
    for pga_mpn_id, ruleset_id, *flags in query(DESIGNATIONS, scored):
        state = states.setdefault(
            pga_mpn_id, {"pga_mpn_id": pga_mpn_id, **shared, "rulesets": [], "individuals": {}, "tenants": {}}
        )
        names = ("is_in_force", "is_best_path", "is_headline", "is_history_complete")
        ruleset = rulesets[ruleset_id]
        metrics = [{**metric, "tracks": []} for metric in ruleset["metrics"]]
        state["rulesets"].append({**ruleset, **dict(zip(names, flags, strict=True)), "metrics": metrics})
    _add_tracks(query, states, scored)
    for pga_mpn_id, individual_id, certification_id in query(INDIVIDUALS, held):
        states[pga_mpn_id]["individuals"].setdefault(individual_id, []).append(certification_id)
    pairs = [(pga, tenant) for pga, of_it in tenants.items() if pga in states for tenant in sorted(of_it)]
    if pairs:
        _add_tenants(query, states, {"pairs": json.dumps(pairs)}, month_number)
    return states


def _rulesets(query: Query, month_end_date: date) -> dict[str, State]:
    rulesets = {
        row[0]: {
            **{name: _plain(value) for name, value in zip(RULESET_COLUMNS, row, strict=True)},
            "lists": {},
            "metrics": [],
            "steps": [],
            "certifications": {},
        }
        for row in query(RULESETS, {})
    }
    columns = ("metric", "max_points", "units_for_max", "points_per_unit")
    for ruleset_id, metric, max_points, units_for_max, points_per_unit in query(METRICS, {}):
        if ruleset_id in rulesets:
            row = (metric, _text(max_points), int(units_for_max), _text(points_per_unit))
            rulesets[ruleset_id]["metrics"].append(dict(zip(columns, row, strict=True)))
    columns = ("step", "held_by", "minimum_individuals", "points")
    for ruleset_id, step, held_by, minimum_individuals, points in query(STEPS, {}):
        if ruleset_id in rulesets:
            row = (step, held_by, minimum_individuals, _text(points))
            rulesets[ruleset_id]["steps"].append(dict(zip(columns, row, strict=True)))
    for ruleset_id, certification_id, step in query(STEP_CERTIFICATIONS, {"month_end_date": month_end_date}):
        if ruleset_id in rulesets:
            rulesets[ruleset_id]["certifications"].setdefault(certification_id, []).append(step)
    return rulesets


def _criteria(query: Query) -> dict[str, State]:
    columns = ("measure", "minimum_value", "is_minimum_included", "maximum_value", "is_maximum_included")
    columns += ("minimum_active_share", "keeps_outgrown_tenants")
    return {
        str(criterion_id): {name: _plain(value) for name, value in zip(columns, row, strict=True)}
        for criterion_id, *row in query(CRITERIA, {})
    }


def _workloads(query: Query) -> dict[str, dict[str, str]]:
    workloads: dict[str, dict[str, str]] = defaultdict(dict)
    for eligibility_id, known_name, listed_name in sorted(query(WORKLOADS, {})):
        workloads[eligibility_id][known_name] = listed_name
    return dict(workloads)


def _add_tracks(query: Query, states: dict[str, State], scored: dict[str, Any]) -> None:
    criteria = {row[:3]: row[3:] for row in query(TRACK_CRITERIA, {})}
    places = {
        (pga_mpn_id, ruleset["ruleset_id"], metric["metric"]): (ruleset, metric)
        for pga_mpn_id, state in states.items()
        for ruleset in state["rulesets"]
        for metric in ruleset["metrics"]
    }
    for pga_mpn_id, ruleset_id, metric, track, current_value, prior_value in query(TRACKS, scored):
        criterion_id, eligibility_id, unit_size, units_cap = criteria[(ruleset_id, metric, track)]
        ruleset, place = places[(pga_mpn_id, ruleset_id, metric)]
        if eligibility_id is not None:
            ruleset["lists"] = {**ruleset["lists"], track: eligibility_id}
        place["tracks"].append(
            {
                "track": track,
                "criterion_id": str(criterion_id),
                "unit_size": _text(unit_size),
                "units_cap": None if units_cap is None else int(units_cap),
                "current_value": _text(current_value),
                "prior_value": _text(prior_value),
            }
        )


def _add_tenants(query: Query, states: dict[str, State], asked: dict[str, str], month_number: int) -> None:
    scored = {**asked, "month_number": month_number}
    for pga_mpn_id, tenant_id in query(TENANTS, asked):
        states[pga_mpn_id]["tenants"][tenant_id] = {
            "is_there": False,
            "azure": {},
            "m365": {},
            "counted": {},
            "inside_before": [],
        }
    for pga_mpn_id, tenant_id, track, eligibility_id, workload, value, active_users in query(MEASURES, scored):
        tenant = states[pga_mpn_id]["tenants"][tenant_id]
        tenant["is_there"] = True
        # without a value nothing of the row is eligible
        if value is not None and track == "azure":
            tenant["azure"][eligibility_id] = _text(value)
        elif value is not None:
            seats = {"workload": workload, "paid_seats": _text(value), "active_users": _text(active_users)}
            tenant["m365"].setdefault(eligibility_id, []).append(seats)
    for pga_mpn_id, tenant_id, criterion_id, value in query(COUNTED, scored):
        states[pga_mpn_id]["tenants"][tenant_id]["counted"][str(criterion_id)] = _text(value)
    for pga_mpn_id, tenant_id, criterion_id in query(INSIDE_BEFORE, scored):
        states[pga_mpn_id]["tenants"][tenant_id]["inside_before"].append(str(criterion_id))


def _text(value: Any) -> str | None:
    return None if value is None else format(Decimal(value).normalize(), "f")


def _plain(value: Any) -> Any:
    return _text(value) if isinstance(value, Decimal) else value.isoformat() if isinstance(value, date) else value
