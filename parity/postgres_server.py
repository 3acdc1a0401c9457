"""A throw-away Postgres server on loopback, for the time of a test."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# A superuser may not run the server: Debian's package makes this user for it.
SERVER_USER = "postgres"
# Nothing here outlives the test, so nothing needs to reach the disk.
SETTINGS = "-c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off -c synchronous_commit=off"
MISSING = "Postgres is not installed. On Debian: apt-get install postgresql"


class MissingProgram(Exception):
    """A program that is not installed. The message says how to install it."""


def binaries() -> Path:
    """The folder of the newest Postgres server's programs. Raises MissingProgram when there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    if initdb := shutil.which("initdb"):
        return Path(initdb).resolve().parent
    raise MissingProgram(MISSING)


@contextmanager
def postgres_server() -> Iterator[dict[str, str]]:
    """Start a server with an empty database, and stop and remove it afterwards.

    Yields:
        The environment variables by which every Postgres client finds it; its superuser needs no password.
    """
    # A run that is ended must still end its server.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    programs = binaries()
    user = SERVER_USER if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    if user:
        shutil.chown(folder, user)
    data, port = folder / "data", _free_port()

    def run(program: str, *arguments: str) -> None:
        call = [str(programs / program), *arguments]
        done = subprocess.run(call, user=user, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            log = (folder / "log").read_text() if (folder / "log").exists() else ""
            raise RuntimeError(f"{program} failed: {done.stdout}{done.stderr}{log}")

    try:
        # Names compare byte by byte, as in DuckDB and Spark, and lower() knows all letters.
        locale = ["--encoding=UTF8", "--lc-collate=C", "--lc-ctype=C.UTF-8"]
        run("initdb", f"--pgdata={data}", "--username=postgres", "--auth=trust", "--no-sync", *locale)
        options = f"{SETTINGS} -k {folder} -p {port}"
        try:
            run("pg_ctl", "start", "--wait", f"--pgdata={data}", f"--log={folder / 'log'}", f"--options={options}")
            run("createdb", "--host=127.0.0.1", f"--port={port}", "--username=postgres", "partner_score")
            yield {"PGHOST": "127.0.0.1", "PGPORT": str(port), "PGUSER": "postgres", "PGDATABASE": "partner_score"}
        finally:
            run("pg_ctl", "stop", "--wait", "--mode=immediate", f"--pgdata={data}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
