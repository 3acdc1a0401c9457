"""What the environment says of the application, the tenant and where tokens are kept."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from partner_score.fetch.errors import FetchError

CLIENT_VARIABLE = "PARTNER_SCORE_CLIENT_ID"
TENANT_VARIABLE = "PARTNER_SCORE_TENANT_ID"
CACHE_VARIABLE = "PARTNER_SCORE_TOKEN_CACHE"
API_VARIABLE = "PARTNER_SCORE_API"
LOGIN_VARIABLE = "PARTNER_SCORE_LOGIN"
TICKET_VARIABLE = "PARTNER_SCORE_USER_TICKET"

API = "https://api.partnercenter.microsoft.com/insights/v1/mpn"
LOGIN = "https://login.microsoftonline.com"


@dataclass(frozen=True)
class Settings:
    """Whom to ask, and as which application.

    Attributes:
        client_id: the application's id.
        tenant: the directory that people sign in to.
        cache: the file of tokens that the environment names; None for the key store, or the default file.
        api: address of the insights API.
        login: address that people sign in at.
        sends_ticket: whether the token is sent as X-AadUserTicket, too.
    """

    client_id: str
    tenant: str
    cache: Path | None = None
    api: str = API
    login: str = LOGIN
    sends_ticket: bool = False

    @property
    def is_microsoft(self) -> bool:
        """Whether people sign in at Microsoft's own address."""
        return self.login == LOGIN


def settings_of(environment: Mapping[str, str]) -> Settings:
    """Read the settings.

    Raises:
        FetchError: the application or the tenant is not named, or an address is not one of https.
    """
    missing = [name for name in (CLIENT_VARIABLE, TENANT_VARIABLE) if not environment.get(name)]
    if missing:
        raise FetchError(
            f"Set {' and '.join(missing)}: the ids of the application that you registered and of its directory. "
            "docs/fetch.md says how to register one."
        )
    settings = Settings(
        client_id=environment[CLIENT_VARIABLE],
        tenant=environment[TENANT_VARIABLE],
        cache=Path(os.path.abspath(environment[CACHE_VARIABLE])) if environment.get(CACHE_VARIABLE) else None,
        api=(environment.get(API_VARIABLE) or API).rstrip("/"),
        login=(environment.get(LOGIN_VARIABLE) or LOGIN).rstrip("/"),
        sends_ticket=environment.get(TICKET_VARIABLE, "") not in ("", "0"),
    )
    for name, address in ((API_VARIABLE, settings.api), (LOGIN_VARIABLE, settings.login)):
        if not is_safe(address):
            raise FetchError(f"{name} is not an address that begins with https://. No token goes anywhere else.")
    return settings


def is_safe(address: str) -> bool:
    """Whether what is sent to an address is encrypted on its way."""
    parts = urlsplit(address)
    return parts.scheme == "https" and bool(parts.hostname)
