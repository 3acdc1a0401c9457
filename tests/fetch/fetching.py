"""What the tests of fetching share: the fake service with rows of a golden case, and the command run against it."""

from __future__ import annotations

import csv
import io
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from conftest import PROJECT
from fake_partner_center import CLIENT, TENANT, FakeClock, FakePartnerCenter, api_month, certificate, serving

from partner_score.fetch.command import FetchOptions, fetch

CLEAN = PROJECT / "tests" / "golden" / "clean"
DATASETS = {
    "AzureUsage": "azure_usage",
    "CPORM365Usage": "cpor_m365_usage",
    "TrainingCompletions": "training_completions",
    "Profile": "partner_profile",
}
# Names of the API for columns of a download.
RENAMED = {
    "AzureUsage": {"PGAMpnID": "PGAMpnId", "MPNID": "MPNId"},
    "TrainingCompletions": {"MpnId": "MPNId"},
    "Profile": {"PGA_MPNID": "PGAMpnId"},
}
FIRST_DAY = datetime(2024, 3, 1, 6, 0, tzinfo=UTC)


def golden_days(dataset: str) -> list[date]:
    """The days of the exports of a report in the golden case."""
    return sorted(date.fromisoformat(path.name.removeprefix("export_date=")) for path in (CLEAN / dataset).iterdir())


def golden_rows(dataset: str, day: date) -> list[dict]:
    """The rows of an export of the golden case."""
    path = CLEAN / dataset / f"export_date={day}" / "part-0.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def api_rows(name: str, day: date) -> list[dict]:
    """What the API has of a dataset on a day: the newest export of the golden case till then, in the API's own form."""
    days = [one for one in golden_days(DATASETS[name]) if one <= day]
    if name == "Profile":
        days = days or golden_days("partner_profile")
    rows = golden_rows(DATASETS[name], days[-1]) if days else []
    names = RENAMED.get(name, {})
    rows = [{names.get(column, column): value for column, value in row.items()} for row in rows]
    if name == "Profile":
        rows = [row | {"HierarchyLevel": "Location"} for row in rows]
    if name == "AzureUsage":
        (listed,) = golden_days("azure_subscription_offers")
        offers = {row["SubscriptionId"]: row["OfferName"] for row in golden_rows("azure_subscription_offers", listed)}
        for row in rows:
            row["Month"] = api_month(row["Month"])
            row["AI_OfferType"] = offers.get(row["SubscriptionId"], "")
    return rows


@dataclass
class Told:
    """What a run of the command came to."""

    status: int
    output: str


@dataclass
class Fetching:
    """A folder of exports, the service that it is filled from, and the command."""

    service: FakePartnerCenter
    clock: FakeClock
    folder: Path
    cache: Path
    capture: pytest.CaptureFixture
    said: list[str] = field(default_factory=list)

    def sign_in(self) -> Told:
        return self._run(FetchOptions(self.folder, signs_in=True))

    def run(self, *datasets: str, **options) -> Told:
        """Run `partner-score fetch` in this process, by the fake clock."""
        return self._run(FetchOptions(self.folder, datasets=datasets, **options))

    def _run(self, options: FetchOptions) -> Told:
        self.capture.readouterr()
        status = fetch(options, self.clock)
        captured = self.capture.readouterr()
        self.said.append(captured.out + captured.err)
        return Told(status, self.said[-1])

    def command(self, *arguments: str, **options) -> subprocess.Popen:
        """Start `partner-score fetch` as a process of its own, by the real clock."""
        call = [sys.executable, "-m", "partner_score", "fetch", str(self.folder), *arguments]
        environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "stdin": subprocess.DEVNULL}
        return subprocess.Popen(call, env=environment, text=True, start_new_session=True, **pipes, **options)

    def ended(self, process: subprocess.Popen) -> Told:
        """Wait for a process."""
        output, _ = process.communicate(timeout=60)
        self.said.append(output)
        return Told(process.returncode, output)

    def at(self, day: date) -> None:
        """Go on to six o'clock of a day, on which the service has what the golden case has."""
        self.clock.time = datetime(day.year, day.month, day.day, 6, tzinfo=UTC)
        for name in DATASETS:
            self.service.rows[name] = api_rows(name, day)

    def exports(self) -> dict[str, bytes]:
        """Every file that the intake would read, with its content."""
        return {
            path.relative_to(self.folder).as_posix(): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and not any(part.startswith(".") for part in path.relative_to(self.folder).parts)
        }

    def hidden_files(self) -> list[str]:
        """Every other file but the lock."""
        paths = (path.relative_to(self.folder) for path in sorted(self.folder.rglob("*")) if path.is_file())
        return [
            path.as_posix()
            for path in paths
            if any(part.startswith(".") for part in path.parts) and path.name != "lock"
        ]


@contextmanager
def everything_logged() -> Iterator[io.StringIO]:
    """Log all that any library has to say, as somebody may do who looks for an error."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    for name in ("httpx", "httpcore", "msal", "urllib3"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    try:
        yield text
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


@pytest.fixture
def unsigned(tmp_path, tmp_path_factory, monkeypatch, capsys):
    """An empty folder and the fake service on the first of March 2024; nobody is signed in."""
    clock = FakeClock(FIRST_DAY)
    certificate_file = certificate(tmp_path_factory.getbasetemp())
    with serving(FakePartnerCenter(clock), certificate_file) as service:
        fetching = Fetching(service, clock, tmp_path / "exports", tmp_path / "private" / "tokens.json", capsys)
        fetching.folder.mkdir()
        settings = {
            "PARTNER_SCORE_CLIENT_ID": CLIENT,
            "PARTNER_SCORE_TENANT_ID": TENANT,
            "PARTNER_SCORE_TOKEN_CACHE": fetching.cache,
            "PARTNER_SCORE_API": f"{service.address}/insights/v1/mpn",
            "PARTNER_SCORE_LOGIN": service.address,
            "SSL_CERT_FILE": certificate_file,
            "REQUESTS_CA_BUNDLE": certificate_file,
            "NO_PROXY": "127.0.0.1",
            "DBT_LOG_PATH": tmp_path / "logs",
        }
        for name, value in settings.items():
            monkeypatch.setenv(name, str(value))
        fetching.at(FIRST_DAY.date())
        with everything_logged() as logged:
            yield fetching
        # Whatever went wrong: nobody reads a token, the signature of a link or an address in what was said and logged.
        logs = [path.read_text(encoding="utf-8") for path in (tmp_path / "logs").glob("*")]
        said = "\n".join((*fetching.said, *logs, logged.getvalue(), "".join(capsys.readouterr())))
        assert fetching.said and not [secret for secret in service.secrets if secret in said]
        assert "sig=" not in said.replace("sig=[hidden]", "")


@pytest.fixture
def fetching(unsigned):
    """The same, and somebody is signed in."""
    signed = unsigned.sign_in()
    assert signed.status == 0, signed.output
    unsigned.service.requests.clear()
    return unsigned
