"""What goes wrong while exports are fetched. No message holds a token, the signature of a link or an e-mail address."""

from __future__ import annotations

import traceback

from partner_score.fetch.hiding import hidden
from partner_score.places import log_folder

ROLE = "Executive report viewer"


class FetchError(Exception):
    """An export cannot be fetched. The message says why and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(hidden(message))


class SignInError(FetchError):
    """Nobody is signed in, or the sign-in is refused: no report can be fetched."""


class RoleError(FetchError):
    """Whoever signed in lacks the role that shows revenue and people."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what}. Whoever signs in needs the role {ROLE} in Partner Center (Account settings, User management); "
            "Report viewer is not enough. Assign it, then run partner-score fetch again."
        )


class NotFound(FetchError):
    """The service has no such item, or not yet."""


class Transient(FetchError):
    """Something that may be over soon.

    Attributes:
        retry_after: seconds that the service asks to wait; None when it asks for nothing.
        is_refused: whether the service certainly did nothing, so that a repeated order is no second one.
    """

    def __init__(self, message: str, retry_after: float | None = None, is_refused: bool = False) -> None:
        super().__init__(message)
        self.retry_after, self.is_refused = retry_after, is_refused


class LinkExpired(FetchError):
    """The link to a report opens no more."""


class NotWhole(FetchError):
    """What was downloaded is not a whole table."""


def unforeseen(error: Exception) -> FetchError:
    """An error that has no words of its own; its trace goes to the logs, without secrets."""
    said = f"unexpected {type(error).__name__}: {' '.join(str(error).split())}"
    log = log_folder() / "error.txt"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(hidden("".join(traceback.format_exception(error))), encoding="utf-8")
    except OSError:
        return FetchError(said)
    return FetchError(f"{said}. Where it happened stands in {log}")
