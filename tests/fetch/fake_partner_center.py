"""A fake of the insights API and of the sign-in, on loopback, over TLS.

It answers as Microsoft's reference of 2021-07-14 and one recorded answer say, and is stricter than the service may be:
a refresh token works once, a link that carries a token is refused, and no column is guessed. Whatever can go wrong is
put in its way by `fail`.
"""

from __future__ import annotations

import base64
import csv
import gzip
import io
import ipaddress
import json
import re
import socket
import ssl
import struct
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

TENANT, CLIENT = "11111111-2222-4333-8444-555555555555", "66666666-7777-4888-8999-aaaaaaaaaaaa"
PERSON = "morgan.reader@alder-shield.example"
BASE = "/insights/v1/mpn"
SCOPE = "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd/.default fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd/user_impersonation"

# Columns, metrics and date ranges of the recorded answer of 2023-02-27.
CATALOGUE = {
    "AzureUsage": (
        "PGAMpnId SubscriptionId SubscriptionStartDate SubscriptionEndDate FirstUseDate SubscriptionState "
        "Month ServiceLevel1 ServiceLevel2 ServiceLevel3 ServiceLevel4 ServiceInfluencer ServiceGroup2 "
        "ServiceGroup3 ComputeOS ComputeOSAttribute ComputeCoreSoftware UsageUnits UsageQuantity CustomerName "
        "CustomerTenantId CustomerTenantName CustomerTpid CustomerSegment CustomerMarket MPNId PartnerName "
        "PartnerLocation PartnerAttributionType SalesChannel EnrollmentNumber IsACRDuplicateAtPGALevel "
        "ResellerID ResellerName IndustryName VerticalName AdminType MonthlySubscriptionLevelACR "
        "PartnerOneSubID PartnerOneSubCountry ParticipantPublicCustomerNumber PCNSubsidiaryName "
        "PCNPartnerName IsDuplicateAtMpnLevel IsDuplicateAtPgaAttributionTypeLevel AI_OfferType EOU",
        "SubscriptionCount ACR_USD CustomerCount CustomerTenantCount",
        "LAST_MONTH LAST_3_MONTHS LAST_6_MONTHS LAST_1_YEAR LAST_2_YEARS",
    ),
    "CPORM365Usage": (
        "CustomerTenantId CustomerName WorkloadName MonthlyActiveUsers PaidAvailableUnits ClaimId MpnId "
        "DateAssociated PartnerAttributionType Date",
        "",
        "LAST_MONTH LAST_3_MONTHS LAST_6_MONTHS LAST_1_YEAR",
    ),
    "TrainingCompletions": (
        "PGAMpnId TrainingActivityId TrainingTitle TrainingType IndividualFirstName IndividualLastName Email "
        "CorpEmail TrainingCompletionDate ExpirationDate ActivationStatus Month IcMCP MCPID MPNId PartnerName "
        "PartnerCityLocation PartnerCountryLocation AADUserId",
        "UserCount",
        "LAST_MONTH LAST_1_YEAR LIFETIME",
    ),
    "Profile": ("MPNId PartnerName PGAMpnId PGA_PartnerName City Country HierarchyLevel", "", "LIFETIME"),
    "OfficeUsage": ("PGAMpnId CustomerTenantId WorkloadName", "", "LAST_1_YEAR"),
}
MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
SPANS = {"LAST_MONTH": 1, "LAST_3_MONTHS": 3, "LAST_6_MONTHS": 6, "LAST_1_YEAR": 12, "LAST_2_YEARS": 24}


class FakeClock:
    """A clock that a pause moves on. It stands in for the clock of the machine, and the service's follows it."""

    def __init__(self, now: datetime) -> None:
        self.time, self.pauses = now, []

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.time += timedelta(seconds=seconds)


@dataclass
class Fault:
    """An answer in place of the right one.

    Attributes:
        status: its status; 0 breaks the connection off.
        body: what it says.
        headers: headers of it.
        happens_late: whether the service does what it was asked for before it answers so.
    """

    status: int
    body: bytes = b""
    headers: dict = field(default_factory=dict)
    happens_late: bool = False


@dataclass
class Request:
    """A request that came in."""

    route: str
    method: str
    path: str
    query: dict
    headers: dict
    body: dict


class FakePartnerCenter:
    """The service. Tests set what it has, what goes wrong, and read what it was asked."""

    def __init__(self, clock) -> None:
        self.clock = clock
        self.skew = timedelta(0)
        self.rows: dict[str, list[dict]] = {name: [] for name in CATALOGUE}
        self.catalogue = {
            name: [columns.split(), metrics.split(), spans.split()]
            for name, (columns, metrics, spans) in CATALOGUE.items()
        }
        self.faults: dict[str, deque[Fault]] = defaultdict(deque)
        self.requests: list[Request] = []
        self.queries: dict[str, dict] = {}
        self.reports: dict[str, dict] = {}
        self.executions: dict[str, dict] = {}
        self.tables: dict[str, bytes] = {}
        self.secrets: set[str] = {PERSON}
        # Behaviour.
        self.seconds_to_make = 30.0
        self.shows_pending = False
        self.never_completes: set[str] = set()
        self.is_packed = True
        self.is_redacted = False
        self.has_pascal_case = False
        self.page_size = 100
        self.link_lives: timedelta | None = None
        self.renews_links = True
        self.watch: Callable[[Request], None] = lambda _: None
        self.change_table: Callable[[str, bytes], bytes] = lambda _, table: table
        self.announces_length = True
        self.seconds_between_blocks = 0.0
        self.is_revoked = False
        self.pending_sign_ins = 0
        # State of the sign-in.
        self.access: set[str] = set()
        self.refresh: set[str] = set()
        self._number = 0
        self._lock = threading.RLock()
        self.port = 0

    @property
    def address(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    @property
    def now(self) -> datetime:
        return self.clock.now() + self.skew

    def fail(
        self, route: str, status: int = 0, times: int = 1, body: bytes = b"", late: bool = False, **headers
    ) -> None:
        """Answer the next requests to a route so; a status of 0 breaks the connection off."""
        fault = Fault(status, body, {name.replace("_", "-"): value for name, value in headers.items()}, late)
        self.faults[route].extend([fault] * times)

    def asked(self, route: str, method: str = "GET") -> list[Request]:
        """The requests to a route."""
        return [one for one in self.requests if (one.route, one.method) == (route, method)]

    def secret(self, what: str) -> str:
        """A text that nobody may print."""
        with self._lock:
            self._number += 1
            text = f"{what}.{self._number:04d}.Zk3tS9wQ7LmX2vB8"
        self.secrets.add(text)
        return text

    def id(self) -> str:
        with self._lock:
            self._number += 1
            return f"00000000-0000-4000-8000-{self._number:012d}"

    # --- the sign-in ----------------------------------------------------------------------------------------------

    def openid_configuration(self) -> dict:
        place = f"{self.address}/{TENANT}"
        return {
            "issuer": f"{place}/v2.0",
            "authorization_endpoint": f"{place}/oauth2/v2.0/authorize",
            "token_endpoint": f"{place}/oauth2/v2.0/token",
            "device_authorization_endpoint": f"{place}/oauth2/v2.0/devicecode",
        }

    def device_code(self, _: dict) -> tuple[int, dict]:
        return 200, {
            "user_code": "HX7PQ2LMN",
            "device_code": self.secret("device"),
            "verification_uri": "https://login.example/device",
            "expires_in": 900,
            "interval": 1,
            "message": "To sign in, open the page and enter the code.",
        }

    def token(self, form: dict) -> tuple[int, dict]:
        if form["grant_type"] == "refresh_token":
            if self.is_revoked or form["refresh_token"] not in self.refresh:
                description = f"AADSTS700082: The refresh token of {PERSON} has expired: {form['refresh_token']}"
                return 400, {"error": "invalid_grant", "error_description": description}
            # It works once: whoever does not keep the new one is locked out.
            self.refresh.discard(form["refresh_token"])
        elif self.pending_sign_ins:
            self.pending_sign_ins -= 1
            return 400, {"error": "authorization_pending", "error_description": "waiting"}
        access, refresh = self.secret("access"), self.secret("refresh")
        self.access, self.refresh = {access}, self.refresh | {refresh}
        now = int(time.time())
        claims = {
            "iss": f"{self.address}/{TENANT}/v2.0",
            "aud": CLIENT,
            "sub": "subject",
            "oid": "person",
            "tid": TENANT,
            "iat": now,
            "exp": now + 3600,
            "preferred_username": PERSON,
            "name": "Morgan Reader",
        }
        id_token = ".".join((_base64({"alg": "none"}), _base64(claims), "c2lnbmF0dXJl"))
        self.secrets |= {id_token}
        return 200, {
            "token_type": "Bearer",
            "scope": SCOPE,
            "expires_in": 3599,
            "ext_expires_in": 3599,
            "access_token": access,
            "refresh_token": refresh,
            "id_token": id_token,
            "client_info": _base64({"uid": "person", "utid": TENANT}),
        }

    # --- the API --------------------------------------------------------------------------------------------------

    def datasets(self, _: Request) -> tuple[int, list]:
        names = ("datasetName", "selectableColumns", "availableMetrics", "availableDateRanges")
        items = [dict(zip(names, (name, *has), strict=True)) for name, has in self.catalogue.items()]
        return 200, [item | {"minimumRecurrenceInterval": 24} for item in items]

    def scheduled_queries(self, request: Request) -> tuple[int, list | str]:
        if request.method == "GET":
            wanted = request.query.get("queryName")
            found = [one for one in self.queries.values() if wanted in (None, one["name"])]
            return (200, found) if found else (404, "No queries found with given filters")
        query_id, text = self.id(), request.body["Query"]
        problem = self._problem(text)
        if problem:
            return 400, problem
        self.queries[query_id] = {
            "queryId": query_id,
            "name": request.body["Name"],
            "description": request.body.get("Description"),
            "query": text,
            "type": "userDefined",
            "user": PERSON,
            "createdTime": _text(self.now),
        }
        return 200, [self.queries[query_id]]

    def scheduled_reports(self, request: Request) -> tuple[int, list | str]:
        if request.method == "GET":
            filters = {"reportId": "reportId", "reportName": "reportName", "queryId": "queryId"}
            found = [
                one
                for one in self.reports.values()
                if all(request.query.get(name, one[key]) == one[key] for name, key in filters.items())
            ]
            return (200, found) if found else (404, "No reports found with given filters")
        body = request.body
        start = datetime.strptime(body["StartTime"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        lately = [one for one in self.reports.values() if self.now - one["made"] < timedelta(hours=1)]
        refusals = {
            "Invalid QueryId": body["QueryId"] not in self.queries,
            "Recurrence interval should be between 4 and 2160": not 4 <= body["RecurrenceInterval"] <= 2160,
            "Start time should be at least 4 hours ahead": start < self.now + timedelta(hours=4),
            "The quota of 5 reports an hour is used up": len(lately) >= 5,
            "Invalid report name": ";" in body["ReportName"] or len(body["ReportName"]) > 256,
        }
        for message, is_refused in refusals.items():
            if is_refused:
                return 400, message
        report_id = self.id()
        self.reports[report_id] = {
            "reportId": report_id,
            "reportName": body["ReportName"],
            "description": body.get("Description"),
            "queryId": body["QueryId"],
            "query": self.queries[body["QueryId"]]["query"],
            "user": PERSON,
            "createdTime": _text(self.now),
            "executeNow": body["ExecuteNow"],
            "startTime": body["StartTime"],
            "reportStatus": "Active",
            "format": body["Format"],
            "made": self.now,
        }
        return 200, [self.reports[report_id]]

    def delete_report(self, request: Request) -> tuple[int, list | str]:
        report = self.reports.pop(request.path.split("/")[-1], None)
        return (200, [report]) if report else (404, "No report")

    def execution(self, request: Request) -> tuple[int, list | str]:
        report = self.reports.get(request.path.split("/")[-1])
        if report is None:
            return 404, "No report"
        name = _dataset(report["query"])
        is_ready = self.now - report["made"] >= timedelta(seconds=self.seconds_to_make)
        if name in self.never_completes or not is_ready:
            if not self.shows_pending:
                return 404, "No executions found"
            return 200, [self._execution(report, "Pending", None)]
        one = self.executions.get(report["reportId"])
        if one is None:
            generated = report["made"] + timedelta(seconds=self.seconds_to_make)
            one = self.executions[report["reportId"]] = self._execution(report, "Completed", generated)
            self.tables[one["executionId"]] = self._table(report["query"])
        if one["reportAccessSecureLink"] is None or (self.renews_links and self._has_expired(one)):
            signature = self.secret("sig")
            one["signature"], one["signed"] = signature, self.now
            one["reportAccessSecureLink"] = f"{self.address}/blob/{one['executionId']}.csv?sv=2030&sig={signature}"
        return 200, [one]

    def _has_expired(self, execution: dict) -> bool:
        return bool(self.link_lives) and self.now - execution["signed"] >= self.link_lives

    @staticmethod
    def _execution(report: dict, status: str, generated: datetime | None) -> dict:
        return {
            "executionId": report["reportId"].replace("8000", "9000"),
            "reportId": report["reportId"],
            "format": "csv",
            "executionStatus": status,
            "reportLocation": None,
            "reportAccessSecureLink": None,
            "reportExpiryTime": None,
            "reportGeneratedTime": _text(generated) if generated else None,
        }

    def blob(self, request: Request) -> tuple[int, bytes]:
        if "authorization" in request.headers:
            return 400, b"<Error><Code>InvalidAuthenticationInfo</Code></Error>"
        execution_id = request.path.split("/")[-1].removesuffix(".csv")
        one = next((one for one in self.executions.values() if one["executionId"] == execution_id), None)
        if one is None or request.query.get("sig") != one["signature"] or self._has_expired(one):
            return 403, b"<Error><Code>AuthenticationFailed</Code></Error>"
        return 200, self.tables[execution_id]

    # --- the query language ---------------------------------------------------------------------------------------

    def _problem(self, text: str) -> str | None:
        match = re.fullmatch(r"SELECT (\S+) FROM (\w+) TIMESPAN (\w+)", text)
        if not match or match.group(2) not in self.catalogue:
            return "Invalid table name"
        columns, metrics, spans = self.catalogue[match.group(2)]
        wrong = set(match.group(1).split(",")) - {*columns, *metrics}
        if wrong:
            return f"Incorrect column name {sorted(wrong)[0]}"
        return None if match.group(3) in spans else "Invalid TIMESPAN"

    def _table(self, text: str) -> bytes:
        """Run a query: metrics are summed over the columns that are selected."""
        selected, name, span = re.fullmatch(r"SELECT (\S+) FROM (\w+) TIMESPAN (\w+)", text).groups()
        header = selected.split(",")
        metrics = [column for column in header if column in self.catalogue[name][1]]
        keys = [column for column in header if column not in metrics]
        first = self._first_month(span)
        groups: dict[tuple, list] = {}
        for row in self.rows[name]:
            if name in ("AzureUsage", "CPORM365Usage") and _month(row.get("Month") or row["Date"]) < first:
                continue
            values = groups.setdefault(tuple(row.get(key, "") for key in keys), [None] * len(metrics))
            for number, metric in enumerate(metrics):
                if row.get(metric):
                    values[number] = (values[number] or 0) + Decimal(row[metric])
        written = io.StringIO()
        writer = csv.writer(written)
        writer.writerow(header)
        for key, values in groups.items():
            row = dict(
                zip((*keys, *metrics), (*key, *("" if value is None else value for value in values)), strict=True)
            )
            writer.writerow([row[column] for column in header])
        table = self.change_table(name, written.getvalue().encode())
        return gzip.compress(table, mtime=0) if self.is_packed else table

    def _first_month(self, span: str) -> date:
        months = SPANS.get(span)
        if months is None:
            return date.min
        number = self.now.year * 12 + self.now.month - 1 - months
        return date(number // 12, number % 12 + 1, 1)


def api_month(day: str) -> str:
    """2023-04-01 as the API writes a month: APR-2023."""
    return f"{MONTHS[int(day[5:7]) - 1]}-{day[:4]}"


def _month(text: str) -> date:
    if "-" in text and text[:3] in MONTHS:
        return date(int(text[4:]), MONTHS.index(text[:3]) + 1, 1)
    return date.fromisoformat(text)


def _dataset(text: str) -> str:
    return re.search(r" FROM (\w+)", text).group(1)


def _text(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _base64(value: dict) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Or every answer waits for the other side to acknowledge its header.
    disable_nagle_algorithm = True
    service: FakePartnerCenter

    def log_message(self, *_) -> None:
        pass

    def date_time_string(self, timestamp=None) -> str:
        return format_datetime(self.service.now.replace(microsecond=0), usegmt=True)

    def do_GET(self) -> None:
        self._answer()

    do_POST = do_DELETE = do_GET

    def _answer(self) -> None:
        service, parts = self.service, urlsplit(self.path)
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        is_form = "form" in (self.headers.get("Content-Type") or "")
        body = {name: values[0] for name, values in parse_qs(content.decode()).items()} if is_form else {}
        if content and not is_form:
            body = json.loads(content)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        headers = {name.lower(): value for name, value in self.headers.items()}
        route, call = self._route(parts.path)
        request = Request(route, self.command, parts.path, query, headers, body)
        service.requests.append(request)
        service.watch(request)
        fault = service.faults[f"{route} {self.command}"] or service.faults[route]
        fault = fault.popleft() if fault else None
        if fault and not fault.happens_late:
            self._fail(fault)
        elif route in ("openid", "device", "token"):
            status, answer = call(body) if route != "openid" else (200, call())
            self._fail(fault) if fault else self._send(status, json.dumps(answer).encode())
        elif route == "blob":
            self._send_blob(*call(request))
        elif headers.get("authorization", "").removeprefix("Bearer ") not in service.access:
            self._send(401, self._envelope("Unauthorized", 401))
        else:
            status, answer = call(request)
            self._fail(fault) if fault else self._send(status, self._envelope(answer, status, query, parts.path))

    def _route(self, path: str) -> tuple[str, Callable]:
        service = self.service
        routes = (
            (f"/{TENANT}/v2.0/.well-known/openid-configuration", "openid", service.openid_configuration),
            (f"/{TENANT}/oauth2/v2.0/devicecode", "device", service.device_code),
            (f"/{TENANT}/oauth2/v2.0/token", "token", service.token),
            (f"{BASE}/ScheduledDataset", "datasets", service.datasets),
            (f"{BASE}/ScheduledQueries", "queries", service.scheduled_queries),
            (f"{BASE}/ScheduledReport/execution/", "execution", service.execution),
            (f"{BASE}/ScheduledReport/", "report", service.delete_report),
            (f"{BASE}/ScheduledReport", "reports", service.scheduled_reports),
            ("/blob/", "blob", service.blob),
        )
        for start, route, call in routes:
            if path == start or (start.endswith("/") and path.startswith(start)):
                return route, call
        return "nowhere", lambda _: (404, "No such place")

    def _envelope(self, answer: list | str, status: int, query: dict | None = None, path: str = "") -> bytes:
        items = answer if isinstance(answer, list) else []
        start = int((query or {}).get("page", 0)) * self.service.page_size
        page = items[start : start + self.service.page_size]
        rest = len(items) > start + len(page)
        following = start // self.service.page_size + 1
        envelope = {
            "value": [{name: value for name, value in one.items() if name not in ("made", "signed")} for one in page],
            "nextLink": f"{self.service.address}{path}?page={following}" if rest else None,
            "totalCount": len(items),
            "message": answer if isinstance(answer, str) else "OK",
            "statusCode": status,
            "dataRedacted": self.service.is_redacted,
        }
        if self.service.has_pascal_case:
            envelope = _in_pascal_case(envelope)
        return json.dumps(envelope).encode()

    def _fail(self, fault: Fault) -> None:
        if fault.status == 0:
            self._break_off()
        else:
            self._send(fault.status, fault.body, **fault.headers)

    def _break_off(self) -> None:
        """Reset the connection, so that the other side sees it at once."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def _send(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", headers.pop("Content-Type", "application/json"))
        length = headers.pop("Content-Length", str(len(body)))
        self.send_header("Content-Length", length)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection |= length != str(len(body))

    def _send_blob(self, status: int, body: bytes) -> None:
        service = self.service
        if service.announces_length and not service.seconds_between_blocks:
            self._send(status, body, **{"Content-Type": "application/octet-stream"})
            return
        self.send_response(status)
        self.send_header("Content-Type", "application/octet-stream")
        if service.announces_length:
            self.send_header("Content-Length", str(len(body)))
        else:
            # Its end is that of the connection: nothing says that it is complete.
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        for start in range(0, len(body), 1000):
            self.wfile.write(body[start : start + 1000])
            self.wfile.flush()
            time.sleep(service.seconds_between_blocks)


def _in_pascal_case(value: object) -> object:
    if isinstance(value, dict):
        return {name[:1].upper() + name[1:]: _in_pascal_case(inner) for name, inner in value.items()}
    return [_in_pascal_case(inner) for inner in value] if isinstance(value, list) else value


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # No thread is waited for: a test may end while a connection is open.
    block_on_close = False

    def handle_error(self, *_) -> None:
        # A client that was killed, or a connection that was broken off on purpose.
        pass


@cache
def certificate(folder: Path) -> Path:
    """Write a certificate of 127.0.0.1, with its key, for one run of the tests."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "fake partner center")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@contextmanager
def serving(service: FakePartnerCenter, certificate_file: Path) -> Iterator[FakePartnerCenter]:
    """Run the service on a free port of loopback."""
    handler = type("Handler", (_Handler,), {"service": service})
    server = _Server(("127.0.0.1", 0), handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate_file)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    service.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        with suppress(OSError):
            server.server_close()
