"""Mail that a provider brings to our door over HTTP. django-anymail knows their forms and proofs; what we keep is the mail itself."""

import base64
import io
import re
import warnings
from importlib import import_module
from typing import Any

import orjson
import structlog
from anymail.exceptions import AnymailError, AnymailNotSupportedWarning, AnymailWebhookValidationFailure
from anymail.webhooks.base import AnymailBaseWebhookView
from django.core.exceptions import ImproperlyConfigured, SuspiciousOperation
from django.core.handlers.wsgi import WSGIRequest

from ahlan.channels.contract import Answered, Brought, Forged, Knock
from ahlan.channels.email.bringers import BRINGERS, USER, Bringer
from ahlan.channels.models import Inbox

log = structlog.get_logger(__name__)

ODD = (ValueError, KeyError, TypeError, AttributeError, IndexError)
_AMAZON = re.compile(r"https://sns\.[a-z0-9-]+\.amazonaws\.com/")


def hear(inbox: Inbox, knock: Knock) -> Answered:
    """Prove where it comes from and take the mail out of it. Raises Forged."""
    settings = inbox.for_its_wire
    key, secrets = settings.get("hook", ""), settings["secrets"]
    if (
        key not in BRINGERS
        or not secrets.get("hook_secret")
        or (BRINGERS[key].key and not secrets.get("hook_key"))
    ):
        raise Forged("no provider brings mail here")
    if "authorization" not in knock.headers:
        raise Forged("no password", asks=True)
    view, request = _view(BRINGERS[key], key, secrets), request_of(knock)
    try:
        view.run_validators(request)
        if knock.method != "POST":
            return Answered()
        found = _of_amazon(knock) if key == "amazon_ses" else _mails(view, BRINGERS[key], knock, request)
    except (AnymailWebhookValidationFailure, SuspiciousOperation) as error:
        raise Forged(type(error).__name__) from error
    except (AnymailError, ImproperlyConfigured) as error:  # not mail, but something else of the provider's
        log.warning(
            "a provider brought something else than mail",
            inbox=inbox.pk,
            provider=key,
            why=type(error).__name__,
        )
        return Answered(text="This address takes inbound mail only.", status=422)
    return Answered(tuple(Brought(mail, {"rcpt_tos": to} if to else {}) for mail, to in found))


class Password(AnymailBaseWebhookView):  # type: ignore[misc]
    """The proof by the password of our address alone."""

    esp_name = "Ahlan"


def _view(bringer: Bringer, key: str, secrets: dict[str, str]) -> Any:
    given: dict[str, Any] = {"webhook_secret": [f"{USER}:{secrets['hook_secret']}"]}
    if bringer.key:
        given[bringer.key] = secrets["hook_key"]
    if not bringer.view:
        return Password(**given)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AnymailNotSupportedWarning)
        return getattr(import_module(f"anymail.webhooks.{key}"), bringer.view)(**given)


def request_of(knock: Knock) -> WSGIRequest:
    """The same knock as anymail reads it."""
    names = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in knock.headers.items()}
    request = WSGIRequest(
        {
            **names, "REQUEST_METHOD": knock.method, "CONTENT_TYPE": knock.headers.get("content-type", ""),
            "CONTENT_LENGTH": str(len(knock.body)), "SERVER_NAME": "localhost", "SERVER_PORT": "80", "wsgi.input": io.BytesIO(knock.body),
        }
    )  # fmt: skip
    request._body = knock.body  # its own reading stops at the size of a form
    return request


def _mails(view: Any, bringer: Bringer, knock: Knock, request: WSGIRequest) -> list[tuple[bytes, list[str]]]:
    """Each mail and whom it was for. What cannot be made out is kept as it came, to be filed as unreadable."""
    try:
        messages = [event.message for event in view.parse_events(request)]
        raw = bringer.raw(orjson.loads(knock.body)) if messages and knock.body[:1] == b"{" else None
        if isinstance(raw, str) and raw:
            return [(_octets(raw), _to(messages[0]))]
        return [(message.as_bytes(), _to(message)) for message in messages]
    except (*ODD, LookupError, UnicodeError):
        log.exception("a mail could not be made out of what a provider brought")
        return [(knock.body, [])]


def _octets(raw: str) -> bytes:
    return raw.encode("utf-8", "surrogateescape")


def _to(message: Any) -> list[str]:
    return [str(message.envelope_recipient)] if message.envelope_recipient else []


def _of_amazon(knock: Knock) -> list[tuple[bytes, list[str]]]:
    """SES by SNS, the mail within the notification. Raises AnymailError for anything else but a subscription, which is confirmed."""
    try:
        said = orjson.loads(knock.body)
        if said["Type"] == "SubscriptionConfirmation":
            confirm(str(said["SubscribeURL"]))
            return []
        if said["Type"] != "Notification":
            return []
        told = orjson.loads(said["Message"])
        action, content = told["receipt"]["action"], told["content"]
        mail = base64.b64decode(content) if action.get("encoding") == "BASE64" else _octets(content)
        return [(mail, [str(one) for one in told["receipt"].get("recipients", [])[:1]])]
    except ODD as error:
        raise AnymailError("no mail is in it: choose the action SNS, encoded as Base64") from error


def confirm(url: str) -> None:
    """Amazon's own page alone. Raises AnymailError."""
    import httpx  # noqa: PLC0415 -- slow to start

    if not _AMAZON.match(url):
        raise AnymailError("not Amazon's")
    try:
        httpx.get(url, timeout=8, trust_env=False)
    except httpx.HTTPError as error:
        raise AnymailError("Amazon could not be reached") from error
