"""Signs in: with a code once, and afterwards with the refresh token, which msal rotates and keeps."""

from __future__ import annotations

import re
from collections.abc import Callable

import msal
import requests
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from partner_score.fetch.clock import Clock
from partner_score.fetch.errors import SignInError
from partner_score.fetch.hiding import remember
from partner_score.fetch.settings import CLIENT_VARIABLE, TENANT_VARIABLE, Settings

# The application id of the Partner Center API; "/.default" asks for what the application was granted.
SCOPE = "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd/.default"
ATTEMPTS = 4
HOW_TO_SIGN_IN = "Run `partner-score fetch --sign-in` at a terminal"
_KINDS = (msal.TokenCache.CredentialType.REFRESH_TOKEN, msal.TokenCache.CredentialType.ID_TOKEN)


class SignIn:
    """Tokens of the person who signed in."""

    def __init__(self, settings: Settings, cache: msal.TokenCache, clock: Clock, timeout: float) -> None:
        """Prepare to sign in. Nothing is sent yet.

        Arguments:
            settings: the application, the tenant, and where to sign in.
            cache: where tokens are kept.
            clock: pauses between attempts.
            timeout: seconds that a request may take.
        """
        self._settings, self._cache, self._timeout = settings, cache, timeout
        self._retrying = Retrying(
            retry=retry_if_exception_type((requests.RequestException, msal.exceptions.MsalServiceError)),
            stop=stop_after_attempt(ATTEMPTS),
            wait=wait_exponential(max=30),
            sleep=clock.sleep,
            reraise=True,
        )
        self._made: msal.PublicClientApplication | None = None

    def token(self, is_refused: bool = False) -> str:
        """A token that is valid now.

        Arguments:
            is_refused: whether the service refused the last one, so that a new one is asked for.

        Raises:
            SignInError: nobody is signed in, or no more.
        """
        accounts = self._safely(lambda: self._application().get_accounts())
        if not accounts:
            raise SignInError(f"Nobody is signed in. {HOW_TO_SIGN_IN} once.")
        answer = self._safely(
            lambda: self._application().acquire_token_silent_with_error([SCOPE], accounts[0], force_refresh=is_refused)
        )
        return self._token_in(answer, f"The sign-in is no longer valid. {HOW_TO_SIGN_IN} again")

    def is_known(self) -> bool:
        """Whether somebody signed in before."""
        return bool(self._safely(lambda: self._application().get_accounts()))

    def with_code(self, say: Callable[[str], None]) -> None:
        """Sign in with a code that a person enters in a browser, on this machine or another one.

        Arguments:
            say: prints where to go, and the code.

        Raises:
            SignInError: it was not entered in time, or is refused.
        """
        flow = self._safely(lambda: self._application().initiate_device_flow([SCOPE]))
        remember(flow.get("device_code"))
        if "user_code" not in flow:
            raise SignInError(_reason(flow, "No code to sign in with was given"))
        say(f"Open {flow['verification_uri']} in any browser and enter the code {flow['user_code']}.")
        answer = self._safely(lambda: self._application().acquire_token_by_device_flow(flow))
        self._token_in(answer, "Signing in failed")
        username = (answer.get("id_token_claims") or {}).get("preferred_username")
        for account in self._application().get_accounts():
            # There is one person whose tokens are used: who signed in last.
            if account.get("username") != username:
                self._application().remove_account(account)

    def _application(self) -> msal.PublicClientApplication:
        if self._made is None:
            self._made = msal.PublicClientApplication(
                self._settings.client_id,
                authority=f"{self._settings.login}/{self._settings.tenant}",
                token_cache=self._cache,
                # Whether a host is Microsoft's is asked of Microsoft. A fake is not, and says nothing to anybody else.
                instance_discovery=None if self._settings.is_microsoft else False,
                timeout=self._timeout,
            )
        return self._made

    def _safely(self, call: Callable):
        """Do something that msal does, and let no error of its own through: it may name people and tokens."""
        try:
            answer = self._retrying(call)
            self._hide(answer)
            return answer
        except (requests.RequestException, msal.exceptions.MsalServiceError) as error:
            raise SignInError(
                f"{self._settings.login} cannot be reached to sign in ({type(error).__name__}). Try again later."
            ) from None
        except ValueError:
            raise SignInError(
                f"{self._settings.login} does not answer as it does for a tenant and an application that it knows. "
                f"Look at {TENANT_VARIABLE} and {CLIENT_VARIABLE}."
            ) from None
        except OSError as error:
            raise SignInError(f"The token cache cannot be read or written ({error.strerror or error}).") from None

    def _hide(self, answer: object) -> None:
        for kind in _KINDS:
            for entry in self._cache.search(kind):
                remember(entry.get("secret"))
        for entry in self._cache.search(msal.TokenCache.CredentialType.ACCOUNT):
            remember(entry.get("username"))
        if isinstance(answer, dict):
            for name in ("access_token", "refresh_token", "id_token"):
                remember(answer.get(name))

    @staticmethod
    def _token_in(answer: dict | None, problem: str) -> str:
        if not answer or "access_token" not in answer:
            raise SignInError(_reason(answer or {}, problem))
        return answer["access_token"]


def _reason(answer: dict, problem: str) -> str:
    """A problem with the codes of an answer. Its description is left out: it may name a person."""
    codes = re.findall(r"AADSTS\d+", str(answer.get("error_description", "")))[:1]
    said = ", ".join(filter(None, [str(answer.get("error") or ""), *codes]))
    return f"{problem}{f' ({said})' if said else ''}."
