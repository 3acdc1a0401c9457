"""The service's side of a report: its query, the order for it, and the link when it is ready."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from partner_score.fetch.client import Client
from partner_score.fetch.clock import read_time
from partner_score.fetch.errors import FetchError, NotFound
from partner_score.fetch.hiding import remember
from partner_score.fetch.queries import Query

# Of the sibling API's FAQ; taken for this one, too.
MOST_PER_HOUR = 5
HOUR = timedelta(hours=1)
# Executions of older reports are of no use: their links have expired.
KEPT = timedelta(days=1)
OURS = "partner-score "
FIRST_PAUSE, GROWTH, LONGEST_PAUSE = 5.0, 1.5, 120.0


@dataclass(frozen=True)
class Ready:
    """A report that is ready.

    Attributes:
        link: where it lies. It is signed: never print it.
        generated: when it was made; None when the service does not say.
    """

    link: str
    generated: datetime | None


class Reports:
    """The queries and reports that the service keeps."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def query_id(self, name: str, query: Query) -> str:
        """The id of a query with just this text, which is made when there is none.

        Raises:
            FetchError: the service refuses.
        """

        def found() -> dict | None:
            queries = self._all("ScheduledQueries", includeSystemQueries="false")
            return next((one for one in queries if _same_text(one.get("query"), query.text)), None)

        digest = hashlib.sha256(query.text.encode()).hexdigest()[:8]
        body = {
            "Name": f"{OURS}{name} {digest}",
            "Description": "Made by partner-score fetch, which uses it again.",
            "Query": query.text,
        }
        return (found() or self._client.post("ScheduledQueries", body, found))["queryid"]

    def asked_lately(self, query_id: str) -> str | None:
        """The id of a report on a query that was asked for within the hour, as by a run that was stopped."""
        lately = [one for one in self._lately() if one.get("queryid") == query_id and _is_ours(one)]
        return max(lately, key=lambda one: read_time(one["createdtime"]))["reportid"] if lately else None

    def ask(self, name: str, query_id: str, patience: float) -> str:
        """Ask for a report now; the service gives five an hour.

        Arguments:
            name: the dataset.
            query_id: the query.
            patience: seconds to wait for a place among the five.

        Returns:
            The id of the report.

        Raises:
            FetchError: the service refuses, or the next place is too far off.
        """
        self._wait_for_place(patience)
        now = self._client.now
        report_name = f"{OURS}{name} {now:%Y%m%dT%H%M%S%f}"

        def made() -> dict | None:
            return next(iter(self._all("ScheduledReport", reportName=report_name)), None)

        body = {
            "ReportName": report_name,
            "Description": "Asked for by partner-score fetch.",
            "QueryId": query_id,
            # Required, and without effect on a report that is made now.
            "StartTime": f"{now + timedelta(hours=5):%Y-%m-%dT%H:%M:%SZ}",
            "RecurrenceInterval": 24,
            "RecurrenceCount": 1,
            "ExecuteNow": True,
            "Format": "CSV",
        }
        return self._client.post("ScheduledReport", body, made)["reportid"]

    def wait_for(self, report_id: str, patience: float, say: Callable[[str], None]) -> Ready:
        """Wait until a report is ready, with growing pauses.

        Arguments:
            report_id: the report.
            patience: seconds to wait at most.
            say: prints that the report is not ready yet.

        Raises:
            FetchError: it is not ready in time. No failed state is documented, so that nothing else ends the wait.
        """
        started, pause, state = self._client.clock.now(), FIRST_PAUSE, "none"
        while True:
            try:
                executions = self._client.get(f"ScheduledReport/execution/{report_id}")
            except NotFound:
                # Not an error: there is no finished execution yet.
                executions = []
            for one in executions:
                state = str(one.get("executionstatus") or state).lower()
                if state == "completed" and one.get("reportaccesssecurelink"):
                    link = one["reportaccesssecurelink"]
                    for secret in (link, urlsplit(link).query, *parse_qs(urlsplit(link).query).get("sig", ())):
                        remember(secret)
                    return Ready(link, read_time(one.get("reportgeneratedtime")))
            waited = (self._client.clock.now() - started).total_seconds()
            if waited >= patience:
                raise FetchError(
                    f"The service did not finish the report within {patience / 60:.0f} minutes (state: {state}). Run "
                    "partner-score fetch again later, or with a longer --wait"
                )
            if waited:
                say(f"not ready after {waited:.0f} s")
            self._client.clock.sleep(min(pause, patience - waited))
            pause = min(pause * GROWTH, LONGEST_PAUSE)

    def remove(self, report_id: str) -> None:
        """Remove a report."""
        self._client.delete(f"ScheduledReport/{report_id}")

    def remove_old(self) -> None:
        """Remove what earlier runs asked for: the service keeps 50 reports. Yesterday's links have expired."""
        for one in self._all("ScheduledReport"):
            created = read_time(one.get("createdtime"))
            if _is_ours(one) and created and self._client.now - created > KEPT:
                self.remove(one["reportid"])

    def _wait_for_place(self, patience: float) -> None:
        waited = 0.0
        while len(lately := self._lately()) >= MOST_PER_HOUR:
            first = sorted(read_time(one["createdtime"]) for one in lately)[-MOST_PER_HOUR]
            pause = max((first + HOUR - self._client.now).total_seconds(), 0.0) + 1
            if waited + pause > patience:
                raise FetchError(
                    f"The service makes {MOST_PER_HOUR} reports an hour, and that many were asked for. Run "
                    f"partner-score fetch again after {first + HOUR:%H:%M} UTC, or with a longer --wait"
                )
            self._client.clock.sleep(pause)
            waited += pause

    def _lately(self) -> list[dict]:
        """The reports that were asked for within the hour, by whomever."""
        now = self._client.now
        return [
            one
            for one in self._all("ScheduledReport")
            if one.get("executenow") and (created := read_time(one.get("createdtime"))) and now - created < HOUR
        ]

    def _all(self, path: str, **filters: str) -> list[dict]:
        try:
            return self._client.get(path, **filters)
        except NotFound:
            # So the service says that there is none.
            return []


def _is_ours(report: dict) -> bool:
    return str(report.get("reportname") or "").startswith(OURS)


def _same_text(one: object, other: str) -> bool:
    return " ".join(str(one).split()).casefold() == " ".join(other.split()).casefold()
