"""Signing in at Google's and Microsoft's mail servers: consent once by an administrator, then tokens by themselves."""

import base64
import hashlib
import secrets
import threading
import time
from typing import Any
from urllib.parse import urlencode

from django.conf import settings as site
from django.db import transaction

from ahlan.channels.models import Inbox

SECONDS = 15.0
EARLY = 60.0  # seconds before its end at which a token is renewed
NAMES = {"google": "Google", "microsoft": "Microsoft"}
REFUSALS = {
    "invalid_grant": "consent_ended",
    "invalid_client": "consent_client",
    "unauthorized_client": "consent_client",
}

_tokens: dict[tuple[str, str], tuple[str, float]] = {}
_lock = threading.Lock()


class SignInRefused(OSError):
    """The provider gave no token. `word` is one of `plain_words.SENTENCES`; its text is what the other side said."""

    def __init__(self, word: str, said: str) -> None:
        super().__init__(said)
        self.word = word


def access_token(settings: dict[str, Any]) -> str:
    """A token for the inbox of these (unsealed) settings, kept in memory until it ends. Raises SignInRefused."""
    provider, kept = str(settings["oauth"]), settings["secrets"]
    refresh = kept.get("oauth_refresh_token", "")
    if not refresh:
        raise SignInRefused("consent_missing", NAMES[provider])
    key = (provider, hashlib.sha256(refresh.encode()).hexdigest())
    with _lock:
        token, ends = _tokens.get(key, ("", 0.0))
    if time.monotonic() < ends - EARLY:
        return token
    given = _ask(
        provider,
        grant_type="refresh_token",
        refresh_token=refresh,
        client_id=settings.get("oauth_client_id", ""),
        client_secret=kept.get("oauth_client_secret", ""),
    )
    with _lock:
        _tokens[key] = (given["access_token"], time.monotonic() + _lasts(given))
    if given.get("refresh_token", refresh) != refresh:
        keep_refresh_token(int(settings["inbox"]), given["refresh_token"])
    return str(given["access_token"])


def keep_refresh_token(inbox_id: int, token: str) -> None:
    """Seal it with the inbox. Microsoft gives a new one with every answer."""
    with transaction.atomic():
        inbox = Inbox.objects.select_for_update().get(pk=inbox_id)
        inbox.set_secret("oauth_refresh_token", token)
        inbox.save(update_fields=["sealed"])


def consent_url(inbox: Inbox, *, state: str, verifier: str, callback: str) -> str:
    """Where an administrator lets us into the mailbox (authorization code with PKCE, RFC 7636)."""
    provider = site.MAIL_OAUTH[inbox.settings["oauth"]]
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "client_id": inbox.settings.get("oauth_client_id", ""),
        "response_type": "code",
        "redirect_uri": callback,
        "scope": provider["scope"],
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "access_type": "offline",
        "prompt": "consent",
        "login_hint": inbox.settings.get("imap_user") or inbox.address,
    }
    return f"{provider['authorize']}?{urlencode(asked)}"


def new_verifier() -> str:
    return secrets.token_urlsafe(48)


def redeem(inbox: Inbox, *, code: str, verifier: str, callback: str) -> None:
    """Trade the code from the provider's page for a refresh token and seal it. Raises SignInRefused."""
    given = _ask(
        inbox.settings["oauth"],
        grant_type="authorization_code",
        code=code,
        code_verifier=verifier,
        redirect_uri=callback,
        client_id=inbox.settings.get("oauth_client_id", ""),
        client_secret=inbox.secret("oauth_client_secret"),
    )
    if not given.get("refresh_token"):
        raise SignInRefused("consent_passing", NAMES[inbox.settings["oauth"]])
    keep_refresh_token(inbox.pk, given["refresh_token"])


def _ask(provider: str, **asked: str) -> dict[str, Any]:
    import httpx  # noqa: PLC0415 -- slow to start

    name = NAMES[provider]
    try:
        answer = httpx.post(site.MAIL_OAUTH[provider]["token"], data=asked, timeout=SECONDS, trust_env=False)
    except httpx.HTTPError as error:
        raise SignInRefused("consent_away", f"{name}: {type(error).__name__}") from error
    try:
        given = answer.json()
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise SignInRefused("consent_odd", f"{name}: {answer.status_code}")
    if answer.status_code != 200 or not given.get("access_token"):
        refusal = str(given.get("error", "no token"))[:80]
        raise SignInRefused(REFUSALS.get(refusal, "consent"), f"{name}: {refusal}")
    return given


def _lasts(given: dict[str, Any]) -> float:
    try:
        return float(given.get("expires_in", 0))
    except (TypeError, ValueError):
        return 0.0
