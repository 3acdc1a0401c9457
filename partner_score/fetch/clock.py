"""The clock and the pauses of a run, so that a test need not wait."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


class Clock:
    """This machine's clock."""

    def now(self) -> datetime:
        """The time, in UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Pause."""
        time.sleep(seconds)


def read_time(text: object) -> datetime | None:
    """A time of the service, such as 2030-01-02T06:41:10Z; without a zone it is UTC. None for what is no time."""
    if not isinstance(text, str):
        return None
    # Python reads six decimal places of a second at most; .NET writes seven.
    text = re.sub(r"(\.\d{6})\d+", r"\1", text.strip())
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


def read_header_time(text: str | None) -> datetime | None:
    """The time of a header, such as Date; None for what is none."""
    try:
        read = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
