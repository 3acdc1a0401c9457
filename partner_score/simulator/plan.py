"""The shortest way: the fewest recommended actions that together reach the designation, found exactly.

A subject is a tenant's Azure, its Microsoft 365, or a person. What it adds to the amounts that a score depends on, it
adds by itself (engine.py). So every set of its own actions is an *option*, judged by the engine, and to choose actions
is to choose one option per subject. The search goes through the subjects of a track one by one and keeps, of all
choices so far, those that no other choice equals or beats: with as few actions and as much in every amount. It is
exhaustive. What it leaves out cannot be needed:

- A choice with as many actions or more and with no amount larger than another's. Whatever options follow are open to
  both, the amounts add up, and points never fall when an amount rises (engine.py): the other choice ends no worse.
- What an amount has above the value at which its track alone earns all units of its metric, or above the people that a
  step asks for, and above what options may still take away from it. More of it earns nothing.
- Where at most k actions are asked for: a subject for which k others of its track are *better*, each with an option for
  every one of its options: the same number of actions, no amount smaller, and the earlier name. A set of k actions that
  uses the subject leaves one of the k others unused. To use that one in its place keeps the number, loses no point, and
  makes the name earlier. So the set that is looked for does not use it.

Tracks share no amount, so each is searched by itself; then the units that they bring are added up, metric by metric.

Among equals the set with the most points counts, and of these the one with the earliest name: of two sets, the one that
has the first action that they do not share.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, compress, islice
from operator import add, ge

from partner_score.simulator.actions import Action, joint_changes
from partner_score.simulator.engine import (
    COMPLETE,
    TRACKS,
    Amounts,
    Designation,
    Metric,
    State,
    amounts_now,
    judge_amounts,
    judge_metrics,
    judge_ruleset,
    metric_of_units,
    metric_units,
    subject_effect,
    total,
)

ZERO = Decimal(0)
# Amounts of a track as a choice has them, in the order of Block.keys.
Vector = tuple[Decimal, ...]
# Units and points for steps by metric, in the order of the rule set.
Earned = tuple[tuple[int, Decimal], ...]


@dataclass(frozen=True)
class Option:
    """A set of actions of one subject, and what they add together."""

    actions: frozenset[Action]
    names: tuple[Action, ...]
    adds: Vector


@dataclass(frozen=True)
class Block:
    """A track: its amounts, what they are now, the most of each that can earn anything, and options by subject.

    Attributes:
        counted: whether the amount is a number of tenants or people, and not a sum of money or seats.
        subjects: the options of each subject, no action first and all of them last; subjects by their first action.
    """

    track: str
    keys: tuple[tuple[str, str], ...]
    counted: tuple[bool, ...]
    now: Vector
    most: Vector
    subjects: tuple[tuple[Option, ...], ...]


@dataclass(frozen=True)
class Step:
    """An action in its place: the published points that it brings there, and the designation after it."""

    action: Action
    points: Decimal
    then: Designation


def shortest_way(state: State, ruleset: State, actions: Iterable[Action]) -> list[Step] | None:
    """Find the fewest actions that together reach the designation, and their order.

    Arguments:
        state: the partner, with the tenants of the actions.
        ruleset: the rule set of the state to judge by.
        actions: recommended actions, no two of one name.

    Returns:
        The actions, at each step the one that then brings most points, of equal ones the earliest by name. None when
        no set of them reaches the designation.
    """
    chosen = fewest(state, ruleset, actions)
    return None if chosen is None else in_order(state, ruleset, chosen)


def fewest(state: State, ruleset: State, actions: Iterable[Action]) -> list[Action] | None:
    """Find the fewest actions that together reach the designation; of several such sets see the module's text.

    Returns:
        The actions by name; none of them when the partner has it already. None when no set reaches it.
    """
    actions = sorted(actions)
    search = _Search(state, ruleset, actions)
    if not search.may_reach():
        return None
    limit = 1
    found = search.best(limit)
    while found is None and limit < len(actions):
        limit = min(2 * limit, len(actions))
        found = search.best(limit)
    if found is None:
        return None
    count, points = found
    chosen: list[Action] = []
    left_out: set[Action] = set()
    for action in search.candidates(count):
        if len(chosen) == count:
            break
        with_it = search.best(count, {*chosen, action}, left_out)
        if with_it == (count, points):
            chosen.append(action)
        else:
            left_out.add(action)
    judged = judge_ruleset(state, ruleset, joint_changes(chosen))
    # what the search added up, the engine judges as a whole
    assert judged.is_qualified and (len(chosen), judged.exact_total) == (count, points)
    return chosen


def in_order(state: State, ruleset: State, actions: Sequence[Action]) -> list[Step]:
    """Put actions into the order in which each step brings the most points, and say what each brings there."""
    done: list[Action] = []
    steps: list[Step] = []
    before = judge_ruleset(state, ruleset)
    left = sorted(actions)
    while left:
        outcomes = [(judge_ruleset(state, ruleset, joint_changes([*done, action])), action) for action in left]
        # of equal ones max takes the first
        then, action = max(outcomes, key=lambda outcome: outcome[0].exact_total)
        steps.append(Step(action, then.total_points - before.total_points, then))
        done.append(action)
        left.remove(action)
        before = then
    return steps


class _Search:
    """Finds the fewest actions, and among as many the most points, under conditions on which actions they are."""

    def __init__(self, state: State, ruleset: State, actions: Sequence[Action]) -> None:
        self.ruleset = ruleset
        self.amounts = amounts_now(state, ruleset)
        self.blocks = [
            _block(state, ruleset, self.amounts, [action for action in actions if action.track == track])
            for track in sorted({action.track for action in actions})
        ]
        self.kept: dict[int, list[Sequence[tuple[Option, ...]]]] = {}

    def subjects(self, limit: int) -> list[Sequence[tuple[Option, ...]]]:
        """The subjects of each block that a set of no more actions than the limit may need."""
        if limit not in self.kept:
            self.kept[limit] = [_without_beaten(block.subjects, limit) for block in self.blocks]
        return self.kept[limit]

    def candidates(self, limit: int) -> list[Action]:
        """The actions of these subjects, by name."""
        return sorted(
            action for subjects in self.subjects(limit) for options in subjects for action in options[-1].names
        )

    def may_reach(self) -> bool:
        """Whether the designation is reached if every amount had the most that any options give it, each by itself.

        No choice has more in any amount. Where this is not enough, nothing is.
        """
        most: Amounts = {}
        for block in self.blocks:
            for place, key in enumerate(block.keys):
                # no action at all is an option, and adds 0
                most[key] = sum((max(option.adds[place] for option in options) for options in block.subjects), ZERO)
        return judge_amounts(self.ruleset, total(self.amounts, most)).is_qualified

    def best(
        self, limit: int, required: Iterable[Action] = (), left_out: Iterable[Action] = ()
    ) -> tuple[int, Decimal] | None:
        """Find the fewest actions, no more than a limit, that reach the designation, and the most points of so many.

        Arguments:
            limit: actions at most.
            required: candidates that have to be among them.
            left_out: candidates that must not be.

        Returns:
            Their number, and the exact total; None when no set of candidates reaches the designation.
        """
        required, left_out = frozenset(required), frozenset(left_out)
        searched = {block.track for block in self.blocks}
        ends = {(0, self._earned(self.amounts, set(TRACKS) - searched))}
        for block, kept in zip(self.blocks, self.subjects(limit), strict=True):
            subjects = [
                [
                    option
                    for option in options
                    if required & options[-1].actions <= option.actions and not left_out & option.actions
                ]
                for options in kept
            ]
            earned = {
                (cost, self._earned({**self.amounts, **dict(zip(block.keys, vector, strict=True))}, {block.track}))
                for cost, vector in _choices(block, subjects, limit)
            }
            ends = _undominated(
                (cost + more, self._together(one, other))
                for cost, one in ends
                for more, other in earned
                if cost + more <= limit
            )
        judged = [(cost, judge_metrics(self.ruleset, self._metrics(earned))) for cost, earned in ends]
        reached = [(cost, -designation.exact_total) for cost, designation in judged if designation.is_qualified]
        cost, points = min(reached, default=(None, None))
        return None if cost is None else (cost, -points)

    def _earned(self, amounts: Amounts, tracks: Container[str]) -> Earned:
        return tuple(metric_units(self.ruleset, metric, amounts, tracks) for metric in self.ruleset["metrics"])

    def _together(self, one: Earned, other: Earned) -> Earned:
        return tuple(
            (min(units + more_units, metric["units_for_max"]), points + more_points)
            for metric, (units, points), (more_units, more_points) in zip(
                self.ruleset["metrics"], one, other, strict=True
            )
        )

    def _metrics(self, earned: Earned) -> list[Metric]:
        return [
            metric_of_units(self.ruleset, metric, units, step_points)
            for metric, (units, step_points) in zip(self.ruleset["metrics"], earned, strict=True)
        ]


def _block(state: State, ruleset: State, amounts: Amounts, actions: Sequence[Action]) -> Block:
    track = actions[0].track
    by_subject: dict[str, list[Action]] = {}
    for action in actions:
        by_subject.setdefault(action.subject, []).append(action)
    effects = [
        {
            names: subject_effect(state, ruleset, (track, subject), joint_changes(names))
            for count in range(len(of_it) + 1)
            for names in combinations(of_it, count)
        }
        for subject, of_it in by_subject.items()
    ]
    keys = tuple(effects[0][()])
    subjects = tuple(
        tuple(Option(frozenset(names), names, tuple(adds[key] for key in keys)) for names, adds in options.items())
        for options in effects
    )
    # what later options may take away has to be had
    losses = [
        sum((-min(option.adds[place] for option in options) for options in subjects), ZERO)
        for place in range(len(keys))
    ]
    most = tuple(_enough(ruleset, track, key) + loss for key, loss in zip(keys, losses, strict=True))
    now = tuple(min(amounts[key], enough) for key, enough in zip(keys, most, strict=True))
    counted = tuple(track == "skilling" or _is_count(state, ruleset, key) for key in keys)
    return Block(track, keys, counted, now, most, subjects)


def _enough(ruleset: State, track: str, key: tuple[str, str]) -> Decimal:
    """The amount beyond which no more is earned."""
    if key[0] == "step":
        (minimum,) = (step["minimum_individuals"] for step in ruleset["steps"] if str(step["step"]) == key[1])
        return Decimal(minimum)
    return max(
        Decimal(one["prior_value"] or 0) + Decimal(one["unit_size"]) * metric["units_for_max"]
        for metric in ruleset["metrics"]
        for one in metric["tracks"]
        if one["track"] == track and (key == COMPLETE or key[0] == metric["metric"])
    )


def _is_count(state: State, ruleset: State, key: tuple[str, str]) -> bool:
    (criterion_id,) = (
        track["criterion_id"]
        for metric in ruleset["metrics"]
        for track in metric["tracks"]
        if (metric["metric"], track["track"]) == key
    )
    return state["criteria"][criterion_id]["measure"] == "count"


def _without_beaten(subjects: Sequence[tuple[Option, ...]], limit: int) -> list[tuple[Option, ...]]:
    """Leave out the subjects for which as many others as the limit are better (see the module's text).

    Who is better comes earlier, and to be better is transitive. So of the others that are better than a subject the
    first ones are kept, as many as the limit, and it is enough to compare a subject with those that are kept.
    """
    kept: list[tuple[Option, ...]] = []
    for options in subjects:
        better = (one for one in kept if _is_better(one, options))
        if sum(1 for _ in islice(better, limit)) < limit:
            kept.append(options)
    return kept


def _is_better(one: tuple[Option, ...], other: tuple[Option, ...]) -> bool:
    return all(
        any(
            len(own.names) == len(option.names) and own.names < option.names and _covers(own.adds, option.adds)
            for own in one
        )
        for option in other
        if option.names
    )


def _choices(block: Block, subjects: Iterable[Sequence[Option]], limit: int) -> set[tuple[int, Vector]]:
    """All choices of one option per subject that no other equals or beats: number of actions, and the amounts then."""
    choices = {(0, block.now)}
    for options in subjects:
        # of as many tenants or people a choice is beaten by one with fewer actions and as much money or seats
        kept: dict[Vector, list[tuple[int, Vector]]] = {}
        for cost, amounts in choices:
            for option in options:
                count = cost + len(option.names)
                if count > limit:
                    continue
                vector = tuple(map(min, block.most, map(add, amounts, option.adds)))
                alike = kept.setdefault(tuple(compress(vector, block.counted)), [])
                if not any(other <= count and _covers(held, vector) for other, held in alike):
                    alike[:] = [one for one in alike if one[0] < count or not _covers(vector, one[1])]
                    alike.append((count, vector))
        choices = {choice for alike in kept.values() for choice in alike}
    return choices


def _undominated(ends: Iterable[tuple[int, Earned]]) -> set[tuple[int, Earned]]:
    """The ends that no other equals or beats: with as few actions, and as many units and points in every metric."""
    kept: list[tuple[int, Earned]] = []
    for cost, earned in sorted(set(ends), key=lambda end: (end[0], [(-units, -points) for units, points in end[1]])):
        # what beats an end comes before it in this order
        if not any(all(map(_covers, held, earned)) for _, held in kept):
            kept.append((cost, earned))
    return set(kept)


def _covers(one: Sequence[Decimal | int], other: Sequence[Decimal | int]) -> bool:
    return all(map(ge, one, other))
