"""Speaks to the insights API: tokens, repeated attempts, the envelope of its answers.

Facts of the interface are those of Microsoft's reference of 2021-07-14 and of one recorded answer (docs/fetch.md, What
is certain).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from partner_score.fetch.clock import Clock, read_header_time
from partner_score.fetch.errors import FetchError, NotFound, RoleError, SignInError, Transient
from partner_score.fetch.settings import Settings, is_safe
from partner_score.fetch.sign_in import SignIn

ATTEMPTS = 6
LONGEST_PAUSE = 60.0
# A clock that differs by more is said.
SKEW = timedelta(minutes=5)
# No answer has more pages.
MOST_PAGES = 200

UNAUTHORIZED, FORBIDDEN, NOT_FOUND, TOO_MANY, SERVER_ERROR = 401, 403, 404, 429, 500


class Client:
    """The insights API, as the person who signed in sees it."""

    def __init__(self, settings: Settings, sign_in: SignIn, clock: Clock, timeout: float, patience: float) -> None:
        """Prepare. Nothing is sent yet.

        Arguments:
            settings: whom to ask.
            sign_in: gives the tokens.
            clock: pauses between attempts.
            timeout: seconds that a request may take to connect, or without a byte.
            patience: seconds that the service may ask to wait; what is longer is an error.
        """
        self._settings, self._sign_in, self.clock, self._patience = settings, sign_in, clock, patience
        # Redirects are not followed: they would carry the token, or the signature of a link, elsewhere.
        tls = httpx.create_ssl_context()
        self._http = httpx.Client(timeout=timeout, follow_redirects=False, verify=tls)
        # Links are signed, and open without a token; this client has none.
        self._plain = httpx.Client(
            timeout=timeout, follow_redirects=False, verify=tls, headers={"Accept-Encoding": "identity"}
        )
        self._skew = timedelta(0)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()
        self._plain.close()

    @property
    def now(self) -> datetime:
        """The time by the service's clock: this machine's may be wrong."""
        return self.clock.now() + self._skew

    @property
    def skew(self) -> timedelta | None:
        """By how much the service's clock is ahead, where that is worth saying."""
        return self._skew if abs(self._skew) > SKEW else None

    def get(self, path: str, **parameters: str) -> list[dict]:
        """The items of an answer, of all its pages, with the names of their fields in lower case.

        Raises:
            FetchError: the service refuses, or does not answer.
        """
        items: list[dict] = []
        address = f"{self._settings.api}/{path}"
        for _ in range(MOST_PAGES):
            page = partial(self._once, "GET", address, params=parameters or None)
            envelope = self.repeating(page)
            items += envelope.get("value") or []
            address, parameters = envelope.get("nextlink"), {}
            if not address:
                return items
            if urlsplit(address)[:2] != urlsplit(self._settings.api)[:2]:
                raise FetchError("The service's answer goes on at another host, to which no token is sent")
        raise FetchError(f"The service's answer to {path} has no end.")

    def post(self, path: str, body: dict, made: Callable[[], dict | None]) -> dict:
        """Have something made, once.

        Arguments:
            path: where to.
            body: what.
            made: finds it when an attempt broke off, so that it is not made twice.

        Raises:
            FetchError: the service refuses, or does not answer.
        """
        is_open = False

        def attempt() -> dict:
            nonlocal is_open
            if is_open and (found := made()):
                return found
            try:
                values = self._once("POST", f"{self._settings.api}/{path}", json=body).get("value") or []
            except Transient as error:
                is_open = is_open or not error.is_refused
                raise
            if values:
                return values[0]
            raise FetchError(f"The service's answer to {path} is empty.")

        return self.repeating(attempt)

    def delete(self, path: str) -> None:
        """Remove something.

        Raises:
            FetchError: the service refuses, or does not answer.
        """
        self.repeating(lambda: self._once("DELETE", f"{self._settings.api}/{path}"))

    @contextmanager
    def opened(self, link: str) -> Iterator[httpx.Response]:
        """Open a link, without the token.

        Raises:
            FetchError: the link is not one of https.
            Transient: the connection is lost.
        """
        if not is_safe(link):
            raise FetchError("The link to the report is not one of https, so it is not opened.")
        try:
            with self._plain.stream("GET", link) as response:
                self._note_time(response)
                yield response
        except httpx.HTTPError as error:
            raise Transient(f"the connection was lost ({type(error).__name__})") from None

    def repeating(self, call: Callable):
        """Do something until it works: with growing pauses, or those that the service asks for, some times at most.

        Raises:
            FetchError: it did not work.
        """
        retrying = Retrying(
            retry=retry_if_exception_type(Transient),
            stop=self._is_over,
            wait=_pause,
            sleep=self.clock.sleep,
            reraise=True,
        )
        try:
            return retrying(call)
        except Transient as error:
            if error.retry_after and error.retry_after > self._patience:
                raise FetchError(
                    f"{error}; it asks to wait {error.retry_after / 60:.0f} minutes, longer than --wait allows"
                ) from None
            raise FetchError(f"{error}, {ATTEMPTS} times in a row") from None

    def _is_over(self, state: RetryCallState) -> bool:
        error = state.outcome.exception()
        is_too_long = bool(error.retry_after and error.retry_after > self._patience)
        return is_too_long or stop_after_attempt(ATTEMPTS)(state)

    def _once(self, method: str, address: str, **options) -> dict:
        """Send a request, with a new token when the first one is refused. The envelope, its names in lower case."""
        response = self._sent(method, address, self._sign_in.token(), options)
        if response.status_code == UNAUTHORIZED:
            response = self._sent(method, address, self._sign_in.token(is_refused=True), options)
        if response.status_code == UNAUTHORIZED:
            raise SignInError(
                "The service refuses a new token, too (401). See that the application has consent for the Partner "
                "Center API, and that who signed in belongs to the partner account"
            )
        return self._envelope(response)

    def _sent(self, method: str, address: str, token: str, options: dict) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        if self._settings.sends_ticket:
            headers["X-AadUserTicket"] = token
        try:
            response = self._http.request(method, address, headers=headers, **options)
        except httpx.HTTPError as error:
            is_refused = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
            raise Transient(f"the connection was lost ({type(error).__name__})", is_refused=is_refused) from None
        self._note_time(response)
        return response

    def _note_time(self, response: httpx.Response) -> None:
        sent = read_header_time(response.headers.get("Date"))
        if sent:
            self._skew = sent - self.clock.now()

    def _envelope(self, response: httpx.Response) -> dict:
        status = response.status_code
        if status == TOO_MANY or status >= SERVER_ERROR:
            raise busy(response)
        try:
            envelope = in_lower_case(response.json())
        except ValueError:
            envelope = None
        if not isinstance(envelope, dict):
            if status < 400:
                raise Transient("the service answered with something that is not JSON")
            envelope = {}
        said = " ".join(str(envelope.get("message") or "").split()).rstrip(".")
        if status == FORBIDDEN:
            raise RoleError(f"The service refuses access (403{f': {said}' if said else ''})")
        if status == NOT_FOUND:
            raise NotFound(f"The service finds nothing (404{f': {said}' if said else ''})")
        if status >= 400 or status in range(300, 400):
            raise FetchError(f"The service refuses the request ({status}{f': {said}' if said else ''})")
        if envelope.get("dataredacted") is True:
            raise RoleError("The service leaves data out (dataRedacted)")
        return envelope


def in_lower_case(value: object) -> object:
    """JSON with all names in lower case: the reference prints them in Pascal case, recorded answers in camel case."""
    if isinstance(value, dict):
        return {name.lower(): in_lower_case(inner) for name, inner in value.items()}
    return [in_lower_case(inner) for inner in value] if isinstance(value, list) else value


def busy(response: httpx.Response) -> Transient:
    """What an answer of 429 or 500 and above comes to."""
    status = response.status_code
    said = "asks for fewer requests" if status == TOO_MANY else "has an error of its own"
    return Transient(f"the service {said} ({status})", _retry_after(response), is_refused=status == TOO_MANY)


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds of a header Retry-After, which may also name a time."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isdigit():
        return float(text)
    until = read_header_time(text)
    if until is None:
        return None
    sent = read_header_time(response.headers.get("Date")) or datetime.now(UTC)
    return max((until - sent).total_seconds(), 0.0)


def _pause(state: RetryCallState) -> float:
    asked = state.outcome.exception().retry_after
    return asked if asked is not None else min(2.0**state.attempt_number, LONGEST_PAUSE)
