"""Downloads a report to a temporary file."""

from __future__ import annotations

import os
from pathlib import Path

from partner_score.fetch.client import SERVER_ERROR, TOO_MANY, Client, busy
from partner_score.fetch.errors import FetchError, LinkExpired
from partner_score.fetch.reports import Ready

# How storage says that a signature is no longer valid, or that the file is gone.
EXPIRED = (401, 403, 404, 410)
BYTES = 1 << 20


def download(client: Client, ready: Ready, target: Path) -> bool:
    """Download a report.

    Arguments:
        client: opens the link.
        ready: the report.
        target: the temporary file; what is there is written over.

    Returns:
        Whether the transfer itself says that it is complete: its length was announced, and is right.

    Raises:
        LinkExpired: the link opens no more.
        FetchError: it cannot be downloaded, or not be written.
    """
    return client.repeating(lambda: _once(client, ready, target))


def _once(client: Client, ready: Ready, target: Path) -> bool:
    with client.opened(ready.link) as response:
        if response.status_code in EXPIRED:
            raise LinkExpired(f"The link to the report opens no more ({response.status_code})")
        if response.status_code == TOO_MANY or response.status_code >= SERVER_ERROR:
            raise busy(response)
        if response.status_code != 200:
            raise FetchError(f"The link to the report answers with status {response.status_code}")
        try:
            with target.open("wb") as file:
                # As it comes: whether it is packed is seen from its first bytes.
                for block in response.iter_raw(BYTES):
                    file.write(block)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise disk_error(target.parent, error) from None
        # httpx raises an error where the length is announced and wrong.
        return "Content-Length" in response.headers or "chunked" in response.headers.get("Transfer-Encoding", "")


def disk_error(folder: Path, error: OSError) -> FetchError:
    """Say that a file cannot be written."""
    return FetchError(
        f"The download cannot be written to {folder} ({error.strerror}). Make room, or name another folder"
    )
