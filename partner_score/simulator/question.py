"""Reads a what-if question: the changes behind the options of `partner-score what-if`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches

from partner_score.simulator.changes import AZURE, CERTIFICATION, LOST, SEATS, Change, normalized
from partner_score.simulator.engine import State
from partner_score.simulator.state import Query

CUSTOMERS = """
    select customer_tenant_id, customer_name from marts.dim_customer where pga_mpn_id = $partner
    order by customer_name, customer_tenant_id
"""
# Every name of a certification that a training report may have (docs/rules.md, Certifications), and its id.
CERTIFICATIONS = """
    with named as (
        select certification_id, title from rulebook.certifications
        union
        select certification_id, alias from rulebook.certification_aliases
    )
    select certification_id, prefix || title from named
    cross join (select prefix || ' ' as prefix from rulebook.certification_title_prefixes union select '')
    union
    select certification_id, certification_id from rulebook.certifications
"""
# So many names are listed where there are more.
SHOWN_NAMES = 8


class Unanswerable(Exception):
    """The question names something that is not there, or says nothing. The message is one sentence."""


@dataclass
class Question:
    """What somebody asks, as written behind the options of the command.

    Attributes:
        partner: pga_mpn_id; None for the only one.
        azure: `TENANT:USD`.
        azure_customers: `N:USD`.
        seats: `TENANT:WORKLOAD:SEATS:ACTIVE`.
        seat_customers: `N:WORKLOAD:SEATS:ACTIVE`.
        lose: `TENANT`.
        certify: `N:CERTIFICATION` or `PERSON:CERTIFICATION`.
        expire: `PERSON:CERTIFICATION`.
        ruleset: rule set or version to judge by; None for the one in force.
    """

    partner: str | None
    azure: Sequence[str] = ()
    azure_customers: Sequence[str] = ()
    seats: Sequence[str] = ()
    seat_customers: Sequence[str] = ()
    lose: Sequence[str] = ()
    certify: Sequence[str] = ()
    expire: Sequence[str] = ()
    ruleset: str | None = None


class Reader:
    """Reads what stands behind the options as changes, and says each in words."""

    def __init__(self, query: Query, partner: str) -> None:
        self.query = query
        self.partner = partner
        self.customers: list[tuple[str, str | None]] = query(CUSTOMERS, {"partner": partner})
        self.certifications = {normalized(name): certification for certification, name in query(CERTIFICATIONS, {})}
        self.new_people = 0
        self.new_customers = 0

    def read(self, question: Question) -> tuple[list[Change], list[str]]:
        """Return the changes, and a line in words for each option."""
        readers: list[tuple[Sequence[str], Callable[[str], tuple[list[Change], str]]]] = [
            (question.azure, self.azure),
            (question.azure_customers, self.azure_customers),
            (question.seats, self.seats),
            (question.seat_customers, self.seat_customers),
            (question.lose, self.lose),
            (question.certify, self.certify),
            (question.expire, self.expire),
        ]
        read = [reader(text) for texts, reader in readers for text in texts]
        if not read:
            raise Unanswerable("Nothing changes; name a change, such as --certify 2:sc-200.")
        return [change for changes, _ in read for change in changes], [said for _, said in read]

    def azure(self, text: str) -> tuple[list[Change], str]:
        tenant, amount = _parts(text, "--azure TENANT:USD", 2)
        subject, name = self.tenant(tenant)
        usd = _number(amount, text)
        return [Change(AZURE, subject, amount=usd)], f"{name}: {usd:+,.2f} USD of Azure in the trailing year"

    def azure_customers(self, text: str) -> tuple[list[Change], str]:
        count, amount = _parts(text, "--azure-customers N:USD", 2)
        times, usd = _count(count, text), _number(amount, text)
        change = Change(AZURE, self.new_customer(), amount=usd, times=times)
        return [change], f"{_new(times, 'customer')} with {usd:,.2f} USD of Azure{_each(times)} in the trailing year"

    def seats(self, text: str) -> tuple[list[Change], str]:
        tenant, workload, paid, active = _parts(text, "--seats TENANT:WORKLOAD:SEATS:ACTIVE", 4)
        subject, name = self.tenant(tenant)
        seats, users = _number(paid, text), _number(active, text)
        change = Change(SEATS, subject, self.workload(workload), seats, users)
        return [change], f"{name}: {seats:+,f} paid seats and {users:+,f} active users of {workload}"

    def seat_customers(self, text: str) -> tuple[list[Change], str]:
        count, workload, paid, active = _parts(text, "--seat-customers N:WORKLOAD:SEATS:ACTIVE", 4)
        times, seats, users = _count(count, text), _number(paid, text), _number(active, text)
        change = Change(SEATS, self.new_customer(), self.workload(workload), seats, users, times)
        with_what = f"{seats:,f} paid seats and {users:,f} active users of {workload}{_each(times)}"
        said = f"{_new(times, 'customer')} with {with_what}"
        return [change], said

    def lose(self, text: str) -> tuple[list[Change], str]:
        subject, name = self.tenant(text)
        return [Change(LOST, subject)], f"{name}: lost"

    def certify(self, text: str) -> tuple[list[Change], str]:
        who, title = _parts(text, "--certify N:CERTIFICATION or --certify PERSON:CERTIFICATION", 2)
        certification = self.certification(title)
        # a pseudonym is no count, even one of digits alone
        if not (who.isascii() and who.isdigit() and len(who) < 10):
            return [Change(CERTIFICATION, who, certification, Decimal(1))], f"{certification} passed by {who}"
        times = _count(who, text)
        people = [f"new person {number}" for number in range(self.new_people + 1, self.new_people + times + 1)]
        self.new_people += times
        said = f"{certification} passed by {_new(times, 'person', 'people')}"
        return [Change(CERTIFICATION, person, certification, Decimal(1)) for person in people], said

    def expire(self, text: str) -> tuple[list[Change], str]:
        person, title = _parts(text, "--expire PERSON:CERTIFICATION", 2)
        certification = self.certification(title)
        return [Change(CERTIFICATION, person, certification, Decimal(-1))], f"{certification} of {person} expired"

    def new_customer(self) -> str:
        """A name that no other option has, so that the same option given twice brings other customers."""
        self.new_customers += 1
        return f"new customer {self.new_customers}"

    def tenant(self, text: str) -> tuple[str, str]:
        """The tenant of an id or of a customer's name, and the name."""
        wanted = normalized(text)
        found = [(tenant, name) for tenant, name in self.customers if tenant == wanted]
        found = found or [(tenant, name) for tenant, name in self.customers if name and normalized(name) == wanted]
        if len(found) > 1:
            tenants = ", ".join(tenant for tenant, _ in found)
            raise Unanswerable(f"Several tenants of {self.partner} are called {text}; name one of them: {tenants}.")
        if not found:
            names = [name or tenant for tenant, name in self.customers]
            near = get_close_matches(text, names, SHOWN_NAMES, 0.5) or names
            raise Unanswerable(f"{self.partner} has no customer {text}; it has {some(near, len(names))}.")
        ((tenant, name),) = found
        return tenant, name or tenant

    def workload(self, text: str) -> str:
        """The name of a workload that some rule set lists."""
        listed = self.query(
            "select known_name, listed_name from intermediate.int_listed_names where kind = 'workload'", {}
        )
        if normalized(text) not in {known for known, _ in listed}:
            names = sorted({name for _, name in listed})
            raise Unanswerable(f"No rule set lists the workload {text}; they list {some(names, shown=len(names))}.")
        return text

    def certification(self, text: str) -> str:
        """The id of a certification, from it or from a title."""
        found = self.certifications.get(normalized(text))
        if found is None:
            names = sorted(set(self.certifications.values()))
            raise Unanswerable(f"No rule set knows the certification {text}; they know {', '.join(names)}.")
        return found

    def check(self, state: State, changes: Sequence[Change]) -> None:
        """Refuse what cannot be: to lose who is not there, to take away what is not held."""
        names = dict(self.customers)
        for change in changes:
            if change.kind == LOST and not state["tenants"][change.subject]["is_there"]:
                name = names[change.subject] or change.subject
                raise Unanswerable(f"{name} has nothing in {month_in_words(state)} that could be lost.")
            held = state["individuals"].get(change.subject, [])
            if change.kind == CERTIFICATION and change.amount < 0 and change.detail not in held:
                what = f"it holds {', '.join(held)}" if held else "it holds none that earns points"
                raise Unanswerable(
                    f"{change.subject} does not hold {change.detail} in {month_in_words(state)}; {what}."
                )
        for list_id, workloads in state["workloads"].items():
            for subject, workload in _overdrawn(state, changes, list_id, workloads):
                name = names.get(subject) or subject
                raise Unanswerable(f"{name} does not have so many seats or users of {workload} to take away.")


def _overdrawn(
    state: State, changes: Sequence[Change], list_id: str, workloads: dict[str, str]
) -> list[tuple[str, str]]:
    """The tenants and workloads of a list of which less than nothing would be left."""
    seats: dict[tuple[str, str], list[Decimal]] = {}
    for change in (change for change in changes if change.kind == SEATS):
        if normalized(change.detail) in workloads:
            workload = workloads[normalized(change.detail)]
            tenant = state["tenants"].get(change.subject, {"m365": {}})
            held = [one for one in tenant["m365"].get(list_id, ()) if one["workload"] == workload]
            start = [Decimal(one[name]) for one in held for name in ("paid_seats", "active_users")]
            left = seats.setdefault((change.subject, workload), start or [Decimal(0), Decimal(0)])
            left[0] += change.amount
            left[1] += change.active_amount
    return [place for place, left in seats.items() if min(left) < 0]


def _parts(text: str, form: str, count: int) -> list[str]:
    parts = [part.strip() for part in text.rsplit(":", count - 1)]
    if len(parts) < count or not all(parts):
        raise Unanswerable(f"{text} is not of the form {form}.")
    return parts


def _number(text: str, whole: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("nan")
    if not number.is_finite():
        raise Unanswerable(f"{text} in {whole} is not a number such as 12000 or -40.")
    return number


def _count(text: str, whole: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise Unanswerable(f"{text} in {whole} is not how many there are, such as 2.")
    return int(text)


def _new(count: int, one: str, many: str | None = None) -> str:
    return f"1 new {one}" if count == 1 else f"{count} new {many or one + 's'}"


def _each(count: int) -> str:
    return " each" if count > 1 else ""


def some(names: Sequence[str], count: int | None = None, shown: int = SHOWN_NAMES) -> str:
    count = len(names) if count is None else count
    listed = ", ".join(names[:shown])
    return listed if count <= len(names[:shown]) else f"{count}, such as {listed}"


def month_in_words(state: State) -> str:
    return f"{date.fromisoformat(state['as_of_month']):%B %Y}"
