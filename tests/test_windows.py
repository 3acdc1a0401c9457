"""A build asks for nothing that Windows lacks. It was not run there: this reads the modules that a build imports."""

import ast
from pathlib import Path

import duckdb
import pytest
from conftest import PROJECT

from partner_score.warehouse import swap
from partner_score.warehouse.swap import SwapError, drafted

PACKAGE = PROJECT / "partner_score"
# The command, what it builds with, and the plugin, which dbt imports by its name in profiles.yml.
ENTRIES = ("partner_score.cli", "partner_score.__main__", "partner_score.warehouse.dbt_plugin")
# Reached from the command, but by no build of a DuckDB warehouse.
NOT_BUILDING = ("partner_score.engines", "partner_score.outputs")

POSIX_MODULES = {"fcntl", "grp", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty"}
POSIX_NAMES = {
    "os": {"chown", "fork", "forkpty", "geteuid", "getloadavg", "getpgid", "getuid", "initgroups", "kill", "killpg"}
    | {"mkfifo", "mknod", "nice", "posix_fadvise", "pread", "pwrite", "sched_getaffinity", "sched_setaffinity"}
    | {"setpgid", "setsid", "statvfs", "sync", "uname", "wait", "waitpid", "rename"},
    "signal": {"SIGALRM", "SIGCHLD", "SIGHUP", "SIGKILL", "SIGUSR1", "SIGUSR2", "SIG_BLOCK", "SIG_UNBLOCK", "alarm"}
    | {"pause", "pthread_kill", "pthread_sigmask", "setitimer", "siginterrupt", "sigwait"},
    "time": {"tzset"},
}
POSIX_ARGUMENTS = {"pass_fds", "preexec_fn", "start_new_session", "shell"}
POSIX_TEXTS = ("/dev/", "/proc/", "/tmp/", "/bin/")
# They read or write text in the machine's own encoding when none is named.
TEXT_CALLS = {"open", "read_text", "write_text"}


def modules() -> list[Path]:
    """Every module of the project that a build imports, at once or when it needs it."""
    waiting, found = list(ENTRIES), {}
    while waiting:
        name = waiting.pop()
        path = PROJECT / (name.replace(".", "/") + ".py")
        if not path.exists():
            path = PROJECT / name.replace(".", "/") / "__init__.py"
        if name in found or not path.exists() or name.startswith(NOT_BUILDING):
            continue
        found[name] = path
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("partner_score"):
                waiting += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            elif isinstance(node, ast.Import):
                waiting += [alias.name for alias in node.names if alias.name.startswith("partner_score")]
    return sorted(found.values())


def test_the_modules_of_a_build_are_found():
    names = {path.relative_to(PACKAGE).as_posix() for path in modules()}
    assert {"cli.py", "warehouse/build.py", "warehouse/swap.py", "warehouse/dbt_plugin.py"} <= names
    assert {f"intake/{path.name}" for path in (PACKAGE / "intake").glob("*.py")} <= names


def posix_in(code: str) -> list[str]:
    """What a module's code asks for that Windows lacks, or has otherwise."""
    found = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if alias.name.split(".")[0] in POSIX_MODULES]
        elif isinstance(node, ast.ImportFrom):
            names = POSIX_NAMES.get(node.module, set())
            found += [node.module] if node.module in POSIX_MODULES else []
            found += [alias.name for alias in node.names if alias.name in names]
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.attr in POSIX_NAMES.get(node.value.id, ()):
                found.append(f"{node.value.id}.{node.attr}")
        elif isinstance(node, ast.Call):
            found += [keyword.arg for keyword in node.keywords if keyword.arg in POSIX_ARGUMENTS]
            found += _without_encoding(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found += [text for text in POSIX_TEXTS if text in node.value]
    return found


def _without_encoding(call: ast.Call) -> list[str]:
    is_method = isinstance(call.func, ast.Attribute)
    name = call.func.attr if is_method else getattr(call.func, "id", "")
    owner = getattr(getattr(call.func, "value", None), "id", "")
    if name not in TEXT_CALLS or owner in {"os", "gzip", "zipfile"} or (name != "open" and not is_method):
        return []
    texts = [argument.value for argument in call.args if isinstance(argument, ast.Constant)]
    is_binary = any(isinstance(text, str) and "b" in text and len(text) <= 3 for text in texts)
    # archive.open(member) reads bytes
    is_member = name == "open" and owner == "archive"
    has_encoding = any(keyword.arg == "encoding" for keyword in call.keywords)
    return [] if is_binary or is_member or has_encoding else [f"{name} without encoding, line {call.lineno}"]


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_module_asks_for_nothing_that_windows_lacks(path):
    assert posix_in(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "code",
    [
        "import fcntl",
        "from resource import getrlimit",
        "import os; os.fork()",
        "import signal; signal.pthread_sigmask(0, [])",
        "from signal import SIGKILL",
        "import subprocess; subprocess.run(['a'], pass_fds=[1])",
        "open('/dev/null', 'rb')",
        "open(path)",
        "path.read_text()",
    ],
)
def test_the_reading_finds_what_it_looks_for(code):
    assert posix_in(code)


@pytest.fixture
def live(tmp_path) -> Path:
    """A warehouse with a table `old`."""
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table old as select 1 as a")
    return path


def tables(path: Path) -> list[str]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return [name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()]


def draft_with_new_table(draft) -> None:
    with duckdb.connect(str(draft.path)) as connection:
        connection.execute("create table new as select 2 as a")


def test_where_open_files_cannot_be_replaced_our_own_is_closed_first(live, monkeypatch):
    """As on Windows: the rename must find the live file closed, by ourselves, too."""
    monkeypatch.setattr(swap, "IS_WINDOWS", True)
    with drafted(live, is_empty=True) as draft:
        draft_with_new_table(draft)
        draft.swap_in()
        assert draft.reader.execute("select count(*) from duckdb_databases() where path is not null").fetchone() == (0,)
    assert tables(live) == ["new"]


def test_a_program_that_has_the_warehouse_open_is_to_be_closed_and_the_draft_stays(live, monkeypatch):
    def refuse(*_) -> None:
        raise PermissionError(13, "The process cannot access the file because it is being used by another process")

    monkeypatch.setattr(swap, "IS_WINDOWS", True)
    monkeypatch.setattr(swap, "RENAME_PAUSE_SECONDS", 0)
    with drafted(live, is_empty=True) as draft:
        draft_with_new_table(draft)
        monkeypatch.setattr(swap.os, "replace", refuse)
        with pytest.raises(SwapError) as refused:
            draft.swap_in()
    said = str(refused.value)
    assert f"Another program has {live} open" in said and "Close the program" in said
    assert str(draft.path) in said and "\n" not in said
    assert tables(draft.path) == ["new"]
    assert tables(live) == ["old"]
