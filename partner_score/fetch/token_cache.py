"""Where tokens are kept between runs: the key store of the system, or a file that only its owner reads."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import msal_extensions

from partner_score.fetch.errors import SignInError
from partner_score.fetch.settings import CACHE_VARIABLE
from partner_score.places import PROJECT

OWNER_ONLY = 0o600


class OwnersFile(msal_extensions.FilePersistence):
    """A file of mode 0600. It is replaced whole, so that no crash leaves half of a token."""

    def save(self, content: str) -> None:
        """Write the tokens beside the file, and rename."""
        target = Path(self.get_location())
        # mkstemp makes a file of mode 0600.
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, target)
        except BaseException:
            with suppress(OSError):
                os.unlink(name)
            raise


def token_cache(asked: Path | None, exports: Path) -> msal_extensions.PersistedTokenCache:
    """Open the place of the tokens.

    Arguments:
        asked: the file that the environment names. None takes the key store of the system where it has one that works,
            else a file in the user's own folder.
        exports: the folder of exports, in which no token may lie.

    Raises:
        SignInError: the file would lie in a repository or among the exports, or cannot be written.
    """
    path = asked or default_file()
    _see_that_it_is_private(path, exports)
    try:
        return msal_extensions.PersistedTokenCache(_persistence(path, asked is not None))
    except OSError as error:
        raise SignInError(f"The folder of the token cache {path} cannot be written ({error.strerror}).") from None


def default_file() -> Path:
    """The file of tokens in the user's own folder."""
    if sys.platform.startswith("win"):
        home = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    else:
        home = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(home) / "partner-score" / "tokens.json"


def _persistence(path: Path, is_file: bool) -> msal_extensions.persistence.BasePersistence:
    if not is_file:
        # A key store that is missing, locked or without a session says so in many ways.
        with suppress(Exception):
            return msal_extensions.build_encrypted_persistence(str(path))
    return OwnersFile(str(path))


def _see_that_it_is_private(path: Path, exports: Path) -> None:
    real = Path(os.path.realpath(path))
    shared = {Path(os.path.realpath(exports)), Path(os.path.realpath(PROJECT))}
    shared |= {parent for parent in real.parents if (parent / ".git").exists()}
    if shared & set(real.parents):
        raise SignInError(
            f"The token cache {path} would lie in a repository or among the exports, from where others may get it. "
            f"Set {CACHE_VARIABLE} to a file outside."
        )
