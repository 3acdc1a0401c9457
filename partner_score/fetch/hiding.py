"""Keeps tokens, signatures of links and e-mail addresses out of whatever is printed or logged."""

from __future__ import annotations

import logging
import re

MASK = "[hidden]"
# What these libraries log holds whole addresses of links, and answers of the sign-in.
TALKATIVE = ("httpx", "httpcore", "msal", "msal_extensions", "urllib3")
# A shorter text may be a word of any sentence.
SHORTEST_SECRET = 8

_PATTERNS = (
    # What stands behind the path of an address: a link is signed there.
    (re.compile(r"(https?://[^\s?'\"<>]+)\?[^\s'\"<>]*", re.IGNORECASE), rf"\1?{MASK}"),
    (
        re.compile(r"\b(sig|signature|code|token|\w+_token|password|client_secret)=[^\s&'\"(),;]+", re.IGNORECASE),
        rf"\1={MASK}",
    ),
    (re.compile(r"\b(Bearer)\s+\S+", re.IGNORECASE), rf"\1 {MASK}"),
    (re.compile(r"\beyJ[\w-]{8,}(\.[\w-]*)*"), MASK),
    (re.compile(r"[\w.+%-]+@[\w-]+(\.[\w-]+)+"), MASK),
)
_secrets: set[str] = set()


def remember(secret: object) -> None:
    """Hide a text from now on, wherever it stands."""
    if isinstance(secret, str) and len(secret) >= SHORTEST_SECRET:
        _secrets.add(secret)


def hidden(text: object) -> str:
    """A text without what nobody may read: what was remembered, and whatever looks like it."""
    shown = str(text)
    for secret in sorted(_secrets, key=len, reverse=True):
        shown = shown.replace(secret, MASK)
    for pattern, mask in _PATTERNS:
        shown = pattern.sub(mask, shown)
    return shown


def quieten_libraries() -> None:
    """Keep the libraries below from logging, whatever level the rest of the process logs."""
    for name in list(logging.root.manager.loggerDict):
        if name.split(".")[0] in TALKATIVE:
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
