"""What may change in a month of a partner: the parts of a scenario."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

AZURE = "azure_revenue"
SEATS = "m365_seats"
LOST = "customer_lost"
CERTIFICATION = "certification"
TRACKS = {AZURE: ("azure",), SEATS: ("m365",), LOST: ("azure", "m365"), CERTIFICATION: ("skilling",)}


@dataclass(frozen=True)
class Change:
    """One change. Several of one subject add up.

    Attributes:
        kind: `azure_revenue`, `m365_seats`, `customer_lost` or `certification`.
        subject: a tenant of the partner, or a new name; for a certification an individual, or a new name.
        detail: name of the workload, as reports write it, or id of the certification.
        amount: US dollars of eligible, linked revenue added to the trailing year; paid seats added; 1 for a
            certification that is held at the end of the month, -1 for one that is not held any more.
        active_amount: active users added.
        times: how many tenants of this kind there are; more than 1 only with a new name.
    """

    kind: str
    subject: str
    detail: str = ""
    amount: Decimal = Decimal(0)
    active_amount: Decimal = Decimal(0)
    times: int = 1

    @property
    def tracks(self) -> tuple[str, ...]:
        """The tracks that it can touch."""
        return TRACKS[self.kind]


def normalized(text: str) -> str:
    """A text as names are matched (docs/rules.md, Matching of text)."""
    return " ".join(text.split()).lower()
