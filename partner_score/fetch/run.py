"""A run: what is asked for, waited for, downloaded, looked at and put into the folder."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from partner_score.fetch.client import Client
from partner_score.fetch.download import download
from partner_score.fetch.errors import FetchError, LinkExpired, NotWhole, RoleError, unforeseen
from partner_score.fetch.keeping import Folder
from partner_score.fetch.queries import Offered, Query, Report, offered, query_of
from partner_score.fetch.reports import Ready, Reports
from partner_score.fetch.table import Table, whole_table

# Of a link that has expired, and of a download that is no whole table.
DOWNLOADS = 3
PAUSE = 10.0


@dataclass
class Outcome:
    """What became of a report.

    Attributes:
        report: the report.
        text: what is said of it in the summary.
        is_failed: whether it could not be fetched.
    """

    report: Report
    text: str
    is_failed: bool = False


@dataclass(frozen=True)
class Order:
    """A report that was asked for."""

    report: Report
    query: Query
    query_id: str
    report_id: str


class Run:
    """Fetches reports, each by itself: one that fails does not stop the others."""

    def __init__(self, client: Client, folder: Folder, patience: float, say: Callable[[str], None]) -> None:
        """Prepare.

        Arguments:
            client: the service.
            folder: where exports go.
            patience: seconds to wait for a report.
            say: prints a line.
        """
        self._client, self._folder, self._patience, self._say = client, folder, patience, say
        self._reports = Reports(client)
        self._outcomes: dict[Report, Outcome] = {}

    def fetch(self, wanted: list[Report], is_dry_run: bool = False) -> list[Outcome]:
        """Fetch reports.

        Arguments:
            wanted: the reports.
            is_dry_run: say what would be asked for; nothing is made at the service, or written here.

        Returns:
            What became of each, in their order.

        Raises:
            FetchError: nothing can be asked at all.
        """
        with nullcontext() if is_dry_run else self._folder.locked():
            there = offered(self._client.get("ScheduledDataset"))
            if self._client.skew:
                minutes = abs(self._client.skew.total_seconds()) / 60
                self._say(
                    f"The clock of this machine differs from the service's by {minutes:.0f} minutes; that counts."
                )
            today = self._client.now.date()
            orders = []
            for report in wanted:
                order = self._safely(report, lambda one=report: self._order(one, there, today, is_dry_run))
                orders += [order] if order else []
            # The service makes them side by side, so that waiting for one is waiting for all.
            for order in orders:
                self._safely(order.report, lambda one=order: self._collect(one))
            if orders:
                # Housekeeping: the exports are there, and what is not removed now is removed next time.
                with suppress(Exception):
                    self._reports.remove_old()
        return [self._outcomes[report] for report in wanted]

    def _safely(self, report: Report, call: Callable):
        try:
            return call()
        except FetchError as error:
            problem = error
        except Exception as error:  # noqa: BLE001
            problem = unforeseen(error)
        text = str(problem).rstrip(".")
        self._outcomes[report] = Outcome(report, f"failed: {text[:1].upper()}{text[1:]}.", is_failed=True)
        self._say(f"{report.name}: failed")
        return None

    def _order(self, report: Report, there: dict[str, Offered], today: date, is_dry_run: bool) -> Order | None:
        before = [day for day in self._folder.fetched_days(report.dataset, report.name) if day < today]
        query = query_of(report, there.get(report.name), max(before, default=None), today)
        if today in self._folder.days(report.dataset):
            self._done(report, f"there already, export of {today}")
        elif is_dry_run:
            self._done(report, f"would be asked for: {len(query.columns)} columns, {query.span}")
        else:
            query_id = self._reports.query_id(report.name, query)
            report_id = self._reports.asked_lately(query_id)
            said = "asked for before, waited for again"
            if report_id is None:
                report_id, said = self._reports.ask(report.name, query_id, self._patience), "asked for"
            self._say(f"{report.name}: {said} ({query.span})")
            return Order(report, query, query_id, report_id)
        return None

    def _collect(self, order: Order) -> None:
        report = order.report
        temporary = self._folder.temporary(report.name)
        try:
            ready, table = self._downloaded(order, temporary)
            if table.empty:
                raise RoleError(f"The column {', '.join(table.empty)} comes back empty in all of {table.rows:,} rows")
        except (RoleError, NotWhole):
            # The next run asks again, and does not wait for this one.
            with suppress(Exception):
                self._reports.remove(order.report_id)
            raise
        day = (ready.generated or self._client.now).date()
        put = self._folder.put(temporary, report.dataset, day, report.name, table)
        self._done(report, f"fetched: {table.rows:,} rows, {put}")

    def _downloaded(self, order: Order, temporary: Path) -> tuple[Ready, Table]:
        """Download until the table is whole: a link that has expired is asked for again."""
        name, report_id, expired = order.report.name, order.report_id, None
        for attempt in range(DOWNLOADS):
            ready = self._reports.wait_for(report_id, self._patience, lambda said: self._say(f"{name}: {said}"))
            if ready.link == expired:
                # The service has no other link to this report.
                report_id, expired = self._reports.ask(name, order.query_id, self._patience), None
                ready = self._reports.wait_for(report_id, self._patience, lambda said: self._say(f"{name}: {said}"))
            try:
                is_complete = download(self._client, ready, temporary)
                return ready, whole_table(temporary, order.query.columns, order.query.metrics, is_complete)
            except (LinkExpired, NotWhole) as error:
                problem = error
                expired = ready.link if isinstance(error, LinkExpired) else None
            if attempt + 1 < DOWNLOADS:
                self._say(f"{name}: {problem}; once more")
                self._client.clock.sleep(PAUSE)
        raise type(problem)(f"{problem}, {DOWNLOADS} times in a row")

    def _done(self, report: Report, text: str) -> None:
        self._outcomes[report] = Outcome(report, text)
        self._say(f"{report.name}: {text}")
