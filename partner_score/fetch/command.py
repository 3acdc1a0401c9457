"""`partner-score fetch`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from partner_score.fetch.client import Client
from partner_score.fetch.clock import Clock
from partner_score.fetch.errors import FetchError, unforeseen
from partner_score.fetch.hiding import hidden, quieten_libraries
from partner_score.fetch.keeping import Folder
from partner_score.fetch.queries import REPORTS, Report
from partner_score.fetch.run import Outcome, Run
from partner_score.fetch.settings import settings_of
from partner_score.fetch.sign_in import SignIn
from partner_score.fetch.token_cache import token_cache

MINUTES, SECONDS = 60.0, 100.0


@dataclass(frozen=True)
class FetchOptions:
    """Options of the command.

    Attributes:
        folder: where exports go.
        datasets: names of datasets, of the API or of the folder; none for all of them.
        wait: minutes to wait for a report.
        timeout: seconds that a request may take to connect, or without a byte.
        is_dry_run: say what would be asked for, and write nothing.
        signs_in: sign in, and fetch nothing.
    """

    folder: Path
    datasets: tuple[str, ...] = ()
    wait: float = MINUTES
    timeout: float = SECONDS
    is_dry_run: bool = False
    signs_in: bool = False


def fetch(options: FetchOptions, clock: Clock | None = None) -> int:
    """Fetch the exports, and say what became of each.

    Arguments:
        options: what to fetch, and where to.
        clock: the time and the pauses; this machine's when it is left out.

    Returns:
        The exit status: 0 when every report is there; 1 when one is not.
    """
    quieten_libraries()
    try:
        return _fetch(options, clock or Clock())
    except FetchError as error:
        print(error, file=sys.stderr)
    except Exception as error:  # noqa: BLE001
        print(unforeseen(error), file=sys.stderr)
    return 1


def _fetch(options: FetchOptions, clock: Clock) -> int:
    wanted = chosen(options.datasets)
    settings = settings_of(os.environ)
    cache = token_cache(settings.cache, options.folder)
    sign_in = SignIn(settings, cache, clock, options.timeout)
    if options.signs_in or (sys.stdin and sys.stdin.isatty() and not sign_in.is_known()):
        sign_in.with_code(_say)
        _say("Signed in.")
        if options.signs_in:
            return 0
    client = Client(settings, sign_in, clock, options.timeout, options.wait * 60)
    try:
        outcomes = Run(client, Folder(options.folder), options.wait * 60, _say).fetch(wanted, options.is_dry_run)
    finally:
        client.close()
    _say(f"\n{summary(outcomes)}")
    if options.is_dry_run:
        _say("\nNothing is asked for or written.")
    return int(any(outcome.is_failed for outcome in outcomes))


def chosen(names: Iterable[str]) -> list[Report]:
    """The reports of some names, all of them without any.

    Raises:
        FetchError: there is no report of such a name.
    """
    known = {name.casefold(): report for report in REPORTS for name in (report.name, report.dataset)}
    wrong = [name for name in names if name.casefold() not in known]
    if wrong:
        there = ", ".join(report.name for report in REPORTS)
        raise FetchError(f"There is no dataset {', '.join(wrong)}. There are {there}.")
    asked = {known[name.casefold()] for name in names}
    return [report for report in REPORTS if report in asked or not asked]


def summary(outcomes: list[Outcome]) -> str:
    """A line per report."""
    width = max(len(outcome.report.name) for outcome in outcomes)
    return "\n".join(f"{outcome.report.name:<{width}}  {outcome.text}" for outcome in outcomes)


def _say(text: str) -> None:
    print(hidden(text), flush=True)
