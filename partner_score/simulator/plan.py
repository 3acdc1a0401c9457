"""The shortest way: the fewest recommended actions that together reach the designation, found exactly.

A subject is a tenant's Azure, its Microsoft 365, or a person. What it adds to the amounts that a score depends on, it
adds by itself (engine.py). So every set of its own actions is an *option*, judged by the engine, and to choose actions
is to choose one option per subject. The search goes through the subjects of a track one by one and keeps, of all
choices so far, those that no other choice equals or beats: with as few actions and as much in every amount. It is
exhaustive. What it leaves out cannot be needed:

- A choice with as many actions or more and with no amount larger than another's. Whatever options follow are open to
  both, the amounts add up, and points never fall when an amount rises (engine.py): the other choice ends no worse.
- What an amount has above the value at which its track earns all units of its metric that the other tracks do not earn
  in any case, or above the people that a step asks for, and above what options may still take away from it. More of it
  earns nothing.
- Where at most k actions are asked for: an option for which k other subjects of its track have a *better* one, which
  comes earlier in an order, with as few actions and no amount smaller. A set of k actions that uses the option leaves
  one of the k subjects unused. To use that one in its place takes no more actions, loses no point, and makes the set
  come earlier. So the set that is looked for, the first of its points, does not use the option. For the number of
  actions and the points any order will do: what adds more comes first, which leaves fewest.

Tracks share no amount, so each is searched by itself; then the units that they bring are added up, metric by metric.

Among equals the set with the most points counts, and of these the one with the earliest name: of two sets, the one that
has the first action that they do not share. The actions of a subject follow each other in the order of names, so it is
found by going through the subjects once more, each taking its earliest option with which such a set is still there.
Where a subject took nothing, no later option is taken that one of its options is better than: with that one in its
place the set would be as good and earlier.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, islice
from operator import add, ge

from partner_score.simulator.actions import Action, joint_changes
from partner_score.simulator.engine import (
    COMPLETE,
    TRACKS,
    Amounts,
    Designation,
    State,
    amounts_now,
    difference,
    judge_amounts,
    judge_metrics,
    judge_ruleset,
    metric_of_units,
    metric_units,
    subject_effect,
    total,
)

ZERO = Decimal(0)
LESS_THAN_ANY = Decimal("-inf")
# Amounts of a track as a choice has them, in the order of Block.keys.
Vector = tuple[Decimal, ...]
# Units and points for steps by metric, in the order of the rule set.
Earned = tuple[tuple[int, Decimal], ...]
# Number of actions and what they add to every amount of a track but the last; the most that so many add to the last.
Choices = dict[tuple[int, Vector], Decimal]
# Number of actions, and what is earned with them.
Ends = set[tuple[int, Earned]]


@dataclass(frozen=True)
class Option:
    """Some actions of one subject, by name, and what they add together."""

    names: tuple[Action, ...]
    adds: Vector


Subjects = tuple[tuple[Option, ...], ...]


@dataclass(frozen=True)
class Block:
    """A track: its amounts, what they are now, the most of each that can earn anything, and options by subject.

    Attributes:
        room: how far an amount can be below the most, when all is taken away that options take away.
        subjects: the options of each subject, the one that makes a set's name the earliest first; subjects by name.
    """

    track: str
    keys: tuple[tuple[str, str], ...]
    now: Vector
    most: Vector
    room: Vector
    subjects: Subjects


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
    chosen = search.earliest(count, points)
    judged = judge_ruleset(state, ruleset, joint_changes(chosen))
    # what the search added up, the engine judges as a whole
    assert judged.is_qualified and (len(chosen), judged.exact_total) == (count, points)
    return chosen


def in_order(state: State, ruleset: State, actions: Iterable[Action]) -> list[Step]:
    """Put actions into the order in which each step brings the most points, and say what each brings there."""
    amounts = amounts_now(state, ruleset)
    left = {action: _effect(state, ruleset, [action]) for action in sorted(actions)}
    done: list[Action] = []
    steps: list[Step] = []
    before = judge_amounts(ruleset, amounts)
    while left:
        outcomes = [(judge_amounts(ruleset, total(amounts, adds)), action) for action, adds in left.items()]
        # of equal ones max takes the first
        then, action = max(outcomes, key=lambda outcome: outcome[0].exact_total)
        steps.append(Step(action, then.total_points - before.total_points, then))
        before = then
        amounts = total(amounts, left.pop(action))
        done.append(action)
        of_subject = [one for one in done if _subject(one) == _subject(action)]
        added = _effect(state, ruleset, of_subject)
        for other in left:
            # together with what its subject has done already
            if _subject(other) == _subject(action):
                together = _effect(state, ruleset, [*of_subject, other])
                left[other] = difference(together, added)
    return steps


def _subject(action: Action) -> tuple[str, str]:
    return (action.track, action.subject)


def _effect(state: State, ruleset: State, actions: Sequence[Action]) -> Amounts:
    """What actions of one subject add together."""
    return subject_effect(state, ruleset, _subject(actions[0]), joint_changes(actions))


class _Search:
    """Finds the fewest actions, among as many the most points, and among these the earliest name."""

    def __init__(self, state: State, ruleset: State, actions: Sequence[Action]) -> None:
        self.ruleset = ruleset
        self.amounts = amounts_now(state, ruleset)
        options = {
            track: _options(state, ruleset, [action for action in actions if action.track == track])
            for track in sorted({action.track for action in actions})
        }
        losses: Amounts = {}
        for keys, subjects in options.values():
            losses |= _losses(keys, subjects)
        least = {key: amount - losses.get(key, ZERO) for key, amount in self.amounts.items()}
        self.blocks = []
        for track, (keys, subjects) in options.items():
            enough = {key: _enough(ruleset, track, key, least) for key in keys}
            # the next track cannot count on what this one has above it
            least |= {key: min(least[key], enough[key]) for key in keys}
            # what later options may take away has to be had
            most = tuple(enough[key] + losses[key] for key in keys)
            now = tuple(min(self.amounts[key], limit) for key, limit in zip(keys, most, strict=True))
            room = tuple(limit - held + losses[key] for limit, held, key in zip(most, now, keys, strict=True))
            self.blocks.append(Block(track, keys, now, most, room, subjects))
        self.most_first = [
            sorted(_by_subject(block), key=lambda subject_and_option: subject_and_option[1].adds, reverse=True)
            for block in self.blocks
        ]
        untouched = set(TRACKS) - set(options)
        self.start: Ends = {(0, self._earned(self.amounts, untouched))}
        self.judged: dict[Earned, Designation] = {}

    def may_reach(self) -> bool:
        """Whether the designation is reached if every amount had the most that any options give it, each by itself.

        No choice has more in any amount. Where this is not enough, nothing is.
        """
        most: Amounts = {}
        for block in self.blocks:
            for place, key in enumerate(block.keys):
                most[key] = sum(
                    (max(ZERO, *(option.adds[place] for option in options)) for options in block.subjects), ZERO
                )
        return judge_amounts(self.ruleset, total(self.amounts, most)).is_qualified

    def best(self, limit: int) -> tuple[int, Decimal] | None:
        """Find the fewest actions, no more than a limit, that reach the designation, and the most points of so many.

        Returns:
            Their number and the exact total; None when no set of so many reaches the designation.
        """
        ends = self.start
        for block, most_first in zip(self.blocks, self.most_first, strict=True):
            *_, choices = _choices(block, _without_beaten(most_first, limit), limit)
            ends = self._together(ends, self._ends(block, 0, block.now, choices, limit), limit)
        return self._best_end(ends)

    def earliest(self, count: int, points: Decimal) -> list[Action]:
        """Find the set with the earliest name among those that `best` found with this limit.

        One subject after the other takes its earliest option with which a set of as many actions and points is still
        there: what the subjects before it took is settled, and the choices of those behind it are known.
        """
        wanted = (count, points)
        chosen: list[Action] = []
        kept = [_without_beaten(_by_subject(block), count) for block in self.blocks]
        tables = [list(_choices(block, reversed(own), count)) for block, own in zip(self.blocks, kept, strict=True)]
        ends = [
            self._ends(block, 0, block.now, choices, count)
            for block, (*_, choices) in zip(self.blocks, tables, strict=True)
        ]
        settled = self.start
        for place, block in enumerate(self.blocks):
            others = settled
            for later in ends[place + 1 :]:
                others = self._together(others, later, count)
            taken, amounts = self._earliest_of_track(block, kept[place], tables[place], others, wanted)
            chosen += taken
            if len(chosen) == count:
                break
            settled = self._together(settled, self._ends(block, len(taken), amounts, tables[place][0], count), count)
        return chosen

    def _earliest_of_track(
        self,
        block: Block,
        subjects: Sequence[tuple[Option, ...]],
        tables: Sequence[Choices],
        others: Ends,
        wanted: tuple[int, Decimal],
    ) -> tuple[list[Action], Vector]:
        """The actions of a track in the set with the earliest name, and the amounts with them.

        Arguments:
            block: the track.
            subjects: the options that are left of it.
            tables: the choices of no subject, of the last one, of the last two, and so on.
            others: what the tracks before it earn with what they took, and those behind it with any choice.
            wanted: number of actions and points of the set.
        """
        taken: list[Action] = []
        amounts = block.now
        not_taken: list[Option] = []
        for options, behind in zip(subjects, reversed(tables[:-1]), strict=True):
            for option in options:
                if any(_is_better(one, option) for one in not_taken):
                    continue
                then = _added(block.most, amounts, option.adds)
                own = self._ends(block, len(taken) + len(option.names), then, behind, wanted[0])
                if self._best_end(self._together(others, own, wanted[0])) == wanted:
                    taken += option.names
                    amounts = then
                    break
            else:
                not_taken += options
        return taken, amounts

    def _ends(self, block: Block, cost: int, amounts: Vector, choices: Choices, limit: int) -> Ends:
        """What a track earns when choices are added to amounts that cost so many actions."""
        ends = set()
        for (more, others), last in choices.items():
            if cost + more <= limit:
                vector = _added(block.most, amounts, (*others, last))
                with_them = {**self.amounts, **dict(zip(block.keys, vector, strict=True))}
                ends.add((cost + more, self._earned(with_them, {block.track})))
        return _undominated(ends)

    def _together(self, ends: Ends, others: Ends, limit: int) -> Ends:
        most = [metric["units_for_max"] for metric in self.ruleset["metrics"]]
        return _undominated(
            {
                (
                    cost + more,
                    tuple(
                        (min(units + more_units, enough), points + more_points)
                        for enough, (units, points), (more_units, more_points) in zip(most, one, other, strict=True)
                    ),
                )
                for cost, one in ends
                for more, other in others
                if cost + more <= limit
            }
        )

    def _best_end(self, ends: Ends) -> tuple[int, Decimal] | None:
        """The fewest actions that reach the designation, and the most points of so many."""
        judged = [(cost, self._judge(earned)) for cost, earned in ends]
        reached = [(cost, -designation.exact_total) for cost, designation in judged if designation.is_qualified]
        return (min(reached)[0], -min(reached)[1]) if reached else None

    def _judge(self, earned: Earned) -> Designation:
        if earned not in self.judged:
            metrics = [
                metric_of_units(self.ruleset, metric, units, step_points)
                for metric, (units, step_points) in zip(self.ruleset["metrics"], earned, strict=True)
            ]
            self.judged[earned] = judge_metrics(self.ruleset, metrics)
        return self.judged[earned]

    def _earned(self, amounts: Amounts, tracks: Container[str]) -> Earned:
        return tuple(metric_units(self.ruleset, metric, amounts, tracks) for metric in self.ruleset["metrics"])


def _options(state: State, ruleset: State, actions: Sequence[Action]) -> tuple[tuple[tuple[str, str], ...], Subjects]:
    """The amounts of a track, and the options of its subjects."""
    by_subject: dict[str, list[Action]] = {}
    for action in actions:
        by_subject.setdefault(action.subject, []).append(action)
    effects = [
        {
            names: _effect(state, ruleset, names)
            for count in range(1, len(of_it) + 1)
            for names in combinations(of_it, count)
        }
        for of_it in by_subject.values()
    ]
    # tenants and people add up to few different numbers, money and seats to many: a sum is best the last amount
    keys = tuple(sorted(next(iter(effects[0].values())), key=lambda key: not _is_count(state, ruleset, key)))
    subjects = tuple(
        _by_name([Option(names, tuple(adds[key] for key in keys)) for names, adds in options.items()])
        for options in effects
    )
    return keys, subjects


def _by_name(options: Sequence[Option]) -> tuple[Option, ...]:
    """The options of a subject, the one first that makes a set's name the earliest."""
    every = options[-1].names
    return tuple(sorted(options, key=lambda option: [action not in option.names for action in every]))


def _by_subject(block: Block) -> Iterator[tuple[int, Option]]:
    """The options of a track, each with the place of its subject."""
    return ((place, option) for place, options in enumerate(block.subjects) for option in options)


def _losses(keys: Sequence[tuple[str, str]], subjects: Subjects) -> Amounts:
    """What options may take away from each amount, all of them together."""
    return {
        key: sum((max(ZERO, *(-option.adds[place] for option in options)) for options in subjects), ZERO)
        for place, key in enumerate(keys)
    }


def _enough(ruleset: State, track: str, key: tuple[str, str], least: Amounts) -> Decimal:
    """The amount of a track beyond which no more is earned, as long as no other amount falls below its least."""
    if key[0] == "step":
        (minimum,) = (step["minimum_individuals"] for step in ruleset["steps"] if str(step["step"]) == key[1])
        return Decimal(minimum)
    others = set(TRACKS) - {track}
    return max(
        Decimal(one["prior_value"] or 0)
        + Decimal(one["unit_size"]) * (metric["units_for_max"] - metric_units(ruleset, metric, least, others)[0])
        for metric in ruleset["metrics"]
        for one in metric["tracks"]
        if one["track"] == track and (key == COMPLETE or key[0] == metric["metric"])
    )


def _is_count(state: State, ruleset: State, key: tuple[str, str]) -> bool:
    """Whether an amount is a number of tenants or people, and not a sum of money or seats."""
    criteria = [
        track["criterion_id"]
        for metric in ruleset["metrics"]
        for track in metric["tracks"]
        if (metric["metric"], track["track"]) == key
    ]
    return all(state["criteria"][criterion_id]["measure"] == "count" for criterion_id in criteria)


def _without_beaten(options: Iterable[tuple[int, Option]], limit: int) -> list[tuple[Option, ...]]:
    """Leave out the options for which as many other subjects as the limit have a better one (see the module's text).

    Arguments:
        options: those that are some actions, in an order, each with the place of its subject.

    Returns:
        What is left, by subject. To be better is transitive, so it is enough to compare an option with those that are
        left of the options before it.
    """
    kept: dict[int, list[Option]] = {}
    for place, option in options:
        better = (1 for other, own in kept.items() if other != place and any(_is_better(one, option) for one in own))
        if sum(islice(better, limit)) < limit:
            kept.setdefault(place, []).append(option)
    return [tuple(own) for own in kept.values()]


def _is_better(one: Option, other: Option) -> bool:
    return len(one.names) <= len(other.names) and _covers(one.adds, other.adds)


def _choices(block: Block, subjects: Iterable[Sequence[Option]], limit: int) -> Iterator[Choices]:
    """The choices of one option per subject, or none of its options, that no other equals or beats.

    Of two choices with as many actions that add as much to every amount but the last, one is no worse.

    Yields:
        Those of no subject, of the first one, of the first two, and so on to all of them.
    """
    *other_rooms, last_room = block.room
    choices: Choices = {(0, (ZERO,) * len(other_rooms)): ZERO}
    yield choices
    for options in subjects:
        longer = dict(choices)
        for (count, others), last in choices.items():
            for option in options:
                if count + len(option.names) <= limit:
                    *other_adds, last_adds = option.adds
                    then = (count + len(option.names), _added(other_rooms, others, other_adds))
                    longer[then] = max(longer.get(then, LESS_THAN_ANY), min(last_room, last + last_adds))
        choices = {}
        most: dict[Vector, Decimal] = {}
        # the keys are kept as they are: tables share most of them, and memory
        for key, last in sorted(longer.items(), key=lambda choice: choice[0][0]):
            _, others = key
            # fewer actions that add as much beat it
            if most.get(others, LESS_THAN_ANY) < last:
                choices[key] = most[others] = last
        yield choices


def _added(most: Iterable[Decimal], amounts: Iterable[Decimal], more: Iterable[Decimal]) -> Vector:
    return tuple(map(min, most, map(add, amounts, more)))


def _undominated(ends: Ends) -> Ends:
    """The ends that no other equals or beats: with as few actions, and as many units and points in every metric."""
    kept: list[tuple[int, Earned]] = []
    for cost, earned in sorted(ends, key=lambda end: (end[0], [(-units, -points) for units, points in end[1]])):
        # what beats an end comes before it in this order
        if not any(all(map(_covers, held, earned)) for _, held in kept):
            kept.append((cost, earned))
    return set(kept)


def _covers(one: Sequence[Decimal | int], other: Sequence[Decimal | int]) -> bool:
    return all(map(ge, one, other))
