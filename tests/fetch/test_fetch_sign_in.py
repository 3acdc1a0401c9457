"""Signing in, where tokens are kept, and that nobody else reads them."""

import json
import logging
import os
import stat
import sys
from pathlib import Path

import httpx
import msal_extensions
import pytest
from conftest import PROJECT
from fake_partner_center import PERSON
from fetching import everything_logged, fetching, unsigned  # noqa: F401

from partner_score import cli
from partner_score.fetch import command, hiding, token_cache
from partner_score.fetch.hiding import hidden, remember


def refresh_token(cache: Path) -> str:
    """The refresh token in a cache file."""
    (entry,) = json.loads(cache.read_text())["RefreshToken"].values()
    return entry["secret"]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_code_is_entered_once_and_then_the_refresh_token_rotates(unsigned):
    unsigned.service.pending_sign_ins = 1
    signed = unsigned.sign_in()
    assert signed.status == 0
    assert "Open https://login.example/device in any browser and enter the code HX7PQ2LMN." in signed.output
    assert "Signed in." in signed.output
    assert not unsigned.service.asked("datasets")
    seen = [refresh_token(unsigned.cache)]
    for _ in range(3):
        # An hour later the token is refused. Each refresh token works once: only who keeps the new one gets on.
        unsigned.service.access.clear()
        assert unsigned.run(is_dry_run=True).status == 0
        seen.append(refresh_token(unsigned.cache))
        assert mode(unsigned.cache) == 0o600
    assert len(set(seen)) == 4
    assert len(unsigned.service.asked("device", "POST")) == 1


def test_only_the_owner_reads_the_cache_whatever_mode_it_had(unsigned):
    unsigned.cache.parent.mkdir()
    unsigned.cache.write_text("{}")
    unsigned.cache.chmod(0o644)
    before = os.umask(0)
    try:
        assert unsigned.sign_in().status == 0
    finally:
        os.umask(before)
    assert mode(unsigned.cache) == 0o600


def test_the_cache_is_replaced_whole_or_not_at_all(unsigned, monkeypatch):
    unsigned.said.append("nothing is printed here")
    kept = token_cache.OwnersFile(str(unsigned.cache))
    kept.save("before")

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space"):
        kept.save("after")
    assert kept.load() == "before"
    assert [path.name for path in unsigned.cache.parent.iterdir()] == ["tokens.json"]


def test_a_cache_that_cannot_be_written_is_said(unsigned):
    unsigned.cache.parent.mkdir()
    unsigned.cache.mkdir()
    told = unsigned.sign_in()
    assert told.status == 1 and "token cache" in told.output


@pytest.mark.parametrize("place", ["the project", "a repository", "the exports"])
def test_no_token_lies_where_others_get_it(unsigned, place, tmp_path, monkeypatch):
    (tmp_path / "clone" / ".git").mkdir(parents=True)
    places = {"the project": PROJECT, "a repository": tmp_path / "clone", "the exports": unsigned.folder}
    cache = places[place] / "private" / "tokens.json"
    monkeypatch.setenv("PARTNER_SCORE_TOKEN_CACHE", str(cache))
    told = unsigned.sign_in()
    assert told.status == 1 and "Set PARTNER_SCORE_TOKEN_CACHE to a file outside" in told.output
    assert not cache.parent.exists()
    assert not unsigned.service.requests


class KeyStore(msal_extensions.FilePersistence):
    """A key store that works."""

    is_encrypted = True


def test_the_key_store_of_the_system_is_used_where_no_file_is_named(unsigned, tmp_path, monkeypatch):
    monkeypatch.delenv("PARTNER_SCORE_TOKEN_CACHE")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    asked = []
    monkeypatch.setattr(
        msal_extensions, "build_encrypted_persistence", lambda place: asked.append(place) or KeyStore(place)
    )
    assert unsigned.sign_in().status == 0
    assert asked == [str(tmp_path / "state" / "partner-score" / "tokens.json")]
    # Whoever names a file gets a file.
    monkeypatch.setenv("PARTNER_SCORE_TOKEN_CACHE", str(unsigned.cache))
    assert unsigned.sign_in().status == 0
    assert len(asked) == 1 and mode(unsigned.cache) == 0o600


def test_without_a_key_store_the_tokens_lie_in_the_users_own_folder(unsigned, tmp_path, monkeypatch):
    def fail(_: str):
        raise ImportError("no key store here")

    monkeypatch.delenv("PARTNER_SCORE_TOKEN_CACHE")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(msal_extensions, "build_encrypted_persistence", fail)
    assert unsigned.sign_in().status == 0
    cache = tmp_path / "state" / "partner-score" / "tokens.json"
    assert refresh_token(cache) and mode(cache) == 0o600
    assert unsigned.run(is_dry_run=True).status == 0


def test_nobody_signed_in_is_said_and_nothing_is_asked(unsigned):
    told = unsigned.run()
    assert told.status == 1
    assert told.output == "Nobody is signed in. Run `partner-score fetch --sign-in` at a terminal once.\n"
    assert not unsigned.service.asked("datasets") and not unsigned.exports()


def test_at_a_terminal_the_first_run_signs_in_by_itself(unsigned, monkeypatch):
    monkeypatch.setattr(type(sys.stdin), "isatty", lambda _: True, raising=False)
    told = unsigned.run("Profile")
    assert told.status == 0 and "HX7PQ2LMN" in told.output and unsigned.exports()
    assert "HX7PQ2LMN" not in unsigned.run("Profile").output


def test_a_sign_in_that_has_ended_is_said_without_a_name(fetching):
    fetching.service.access.clear()
    fetching.service.is_revoked = True
    told = fetching.run("Profile", "AzureUsage")
    assert told.status == 1
    assert "The sign-in is no longer valid" in told.output and "AADSTS700082" in told.output
    assert "--sign-in` at a terminal again" in told.output


def test_a_sign_in_that_ends_in_the_middle_fails_the_rest_and_keeps_what_is_there(fetching):
    def end(request) -> None:
        if request.route == "blob":
            fetching.service.is_revoked = True
            fetching.service.access.clear()

    fetching.service.watch = end
    told = fetching.run("AzureUsage", "Profile")
    assert told.status == 1
    assert [line.split()[:2] for line in told.output.split("\n\n")[-1].splitlines()] == [
        ["AzureUsage", "fetched:"],
        ["Profile", "failed:"],
    ]


@pytest.mark.parametrize(
    ("status", "word"),
    [(0, "cannot be reached to sign in"), (500, "cannot be reached"), (400, "does not answer as it does for a tenant")],
)
def test_a_sign_in_that_cannot_be_reached_is_said(unsigned, status, word):
    unsigned.service.fail("openid", status, times=99, body=b"{}")
    told = unsigned.sign_in()
    assert told.status == 1 and word in told.output and len(told.output.splitlines()) == 1
    assert len(unsigned.clock.pauses) == (0 if status == 400 else 3)


def test_a_sign_in_that_breaks_off_once_goes_on(unsigned):
    unsigned.service.fail("openid", 0)
    assert unsigned.sign_in().status == 0


@pytest.mark.parametrize("name", ["PARTNER_SCORE_CLIENT_ID", "PARTNER_SCORE_TENANT_ID"])
def test_what_is_not_set_is_named(unsigned, name, monkeypatch):
    monkeypatch.delenv(name)
    told = unsigned.run()
    assert told.status == 1 and told.output.startswith(f"Set {name}: ")


@pytest.mark.parametrize("name", ["PARTNER_SCORE_API", "PARTNER_SCORE_LOGIN"])
def test_no_token_goes_over_a_line_that_is_not_encrypted(fetching, name, monkeypatch):
    monkeypatch.setenv(name, os.environ[name].replace("https:", "http:"))
    told = fetching.run()
    assert told.status == 1 and f"{name} is not an address that begins with https://" in told.output
    assert not fetching.service.requests


def test_the_search_for_secrets_finds_them_where_they_are(fetching, monkeypatch):
    """Every test here searches all that is said and logged. Where nothing is hidden, the search finds something."""
    monkeypatch.setattr(command, "quieten_libraries", lambda: None)
    for name in ("httpx", "httpcore", "msal", "urllib3"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    root = logging.getLogger()
    kept, root.handlers = root.handlers, []
    try:
        with everything_logged() as logged:
            assert fetching.run("Profile").status == 0
    finally:
        root.handlers = kept
    found = {secret.partition(".")[0] for secret in fetching.service.secrets if secret in logged.getvalue()}
    assert "sig" in found


def test_an_error_of_a_library_is_printed_without_what_it_holds(fetching, tmp_path, monkeypatch):
    """A message and a trace that hold a link, a token and an address."""

    def fail(client, ready, _):
        token = client._sign_in.token()
        raise httpx.InvalidURL(f"{ready.link} of {PERSON} with Bearer {token}, which is {token}")

    monkeypatch.setattr("partner_score.fetch.run.download", fail)
    told = fetching.run("Profile")
    assert told.status == 1 and "unexpected InvalidURL" in told.output.replace("Unexpected", "unexpected")
    log = (tmp_path / "logs" / "error.txt").read_text()
    assert "InvalidURL" in log and hiding.MASK in log


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("see https://store.example/a.csv?sv=1&sig=abc%3D now", "see https://store.example/a.csv?[hidden] now"),
        ("sig=abc&x=1", "sig=[hidden]&x=1"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer [hidden]"),
        ("token eyJ0eXAiOiJKV1Qi.eyJhdWQiOiJ4.c2ln!", "token [hidden]!"),
        ("by a.b+c@mail.contoso.example.", "by [hidden]."),
        ("refresh_token=0.AAA", "refresh_token=[hidden]"),
        ("a known SECRET-OF-TODAY here", "a known [hidden] here"),
        ("nothing to hide: 12 rows, azure_usage/export_date=2024-03-01", None),
    ],
)
def test_what_looks_like_a_secret_is_hidden(text, shown):
    remember("SECRET-OF-TODAY")
    remember("rows")
    assert hidden(text) == (shown or text)


def test_the_command_refuses_the_sample_and_a_file(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("WAREHOUSE_PATH", str(tmp_path / "warehouse.duckdb"))
    monkeypatch.delenv("PARTNER_CENTER_EXPORTS", raising=False)
    (tmp_path / "file").touch()
    for arguments, word in (
        ([], "Name the folder"),
        ([str(PROJECT / "sample" / "exports")], "The sample's partners are invented"),
        ([str(tmp_path / "file")], "is a file"),
    ):
        assert cli.main(["fetch", *arguments]) == 1
        assert word in capsys.readouterr().err


@pytest.mark.parametrize("value", ["0", "-1", "soon", "inf", "nan"])
def test_a_wait_that_is_no_time_is_one_line(value, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(["fetch", f"--wait={value}"])
    assert ended.value.code == 1
    assert "is not a number above 0" in capsys.readouterr().err


def test_the_command_says_which_packages_are_missing(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "partner_score.fetch.command", None)
    assert cli.main(["fetch", "anywhere"]) == 1
    assert 'pip install ".[fetch]"' in capsys.readouterr().err


def test_the_command_hands_its_options_on(unsigned, tmp_path):
    unsigned.sign_in()
    process = unsigned.command("--dataset", "Profile", "--dry-run", "--wait", "5", "--timeout", "20")
    told = unsigned.ended(process)
    assert told.status == 0, told.output
    assert "Profile: would be asked for" in told.output and "AzureUsage" not in told.output
