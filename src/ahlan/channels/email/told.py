"""What a provider tells became of a mail of ours: taken by the other side, come back, called spam. django-anymail knows their forms and proofs."""

import base64
import hashlib
import hmac
import re
import time
import warnings
from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any

import orjson
import structlog
from anymail.exceptions import AnymailError, AnymailNotSupportedWarning, AnymailWebhookValidationFailure
from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.core.exceptions import ImproperlyConfigured, SuspiciousOperation

from ahlan.channels.contract import (
    Answered,
    Arrival,
    Brought,
    Failure,
    Forged,
    Heard,
    Knock,
    Progress,
    Returned,
    Unspoken,
)
from ahlan.channels.email.bringers import TELLERS, USER
from ahlan.channels.email.brought import ODD, Password, confirm, request_of
from ahlan.channels.models import Inbox

log = structlog.get_logger(__name__)

FRESH = 300  # seconds for which a signature of Resend's is taken
MOST = 2_000  # events of one knock
REASONS = {
    RejectReason.INVALID: "userunknown",
    RejectReason.BOUNCED: "undefined",
    RejectReason.TIMED_OUT: "expired",
    RejectReason.BLOCKED: "blocked",
    RejectReason.SPAM: "spamdetected",
    RejectReason.UNSUBSCRIBED: "filtered",
}
# How each says that it may yet arrive, where anymail knows but one kind of coming back.
_SOFT = re.compile(rb'soft_?bounce|"transient"|"undetermined"|"hard_bounce":false', re.IGNORECASE)
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_CODE = re.compile(r"\b([45]\d\d)\b")


def hear(inbox: Inbox, knock: Knock) -> Answered:
    """Prove where it comes from, and keep it as it came. Raises Forged."""
    key, secrets = inbox.settings.get("events", ""), inbox.for_its_wire["secrets"]
    teller, password = TELLERS.get(key), secrets.get("hook_secret")
    if teller is None or not password or (teller.needs_key and not secrets.get("events_key")):
        raise Forged("nobody tells here")
    if "authorization" not in knock.headers:
        raise Forged("no password", asks=True)
    try:
        _prover(key, password, secrets.get("events_key", "")).run_validators(request_of(knock))
    except (AnymailWebhookValidationFailure, SuspiciousOperation, ImproperlyConfigured, *ODD) as error:
        raise Forged(type(error).__name__) from error
    if key == "resend" and secrets.get("events_key") and not _is_of_svix(secrets["events_key"], knock):
        raise Forged("not signed")
    if knock.method != "POST":
        return Answered()
    if key == "amazon_ses" and b'"SubscriptionConfirmation"' in knock.body[:400]:
        confirm(str(orjson.loads(knock.body)["SubscribeURL"]))
        return Answered()
    kept = {
        "events": key,
        "type": knock.headers.get("content-type", ""),
        "id": knock.headers.get("svix-id", ""),
    }
    return Answered((Brought(knock.body, kept),))


def _prover(key: str, password: str, signs: str) -> Any:
    """Anymail's view, with what it proves a knock by: the password of our address always, its own signature where there is one."""
    teller = TELLERS[key]
    given: dict[str, Any] = {"webhook_secret": [f"{USER}:{password}"]}
    if teller.key and signs:
        given[teller.key] = signs
    if key in ("amazon_ses", "resend"):  # each wants a package of its own for more; the password is proof
        return Password(**given)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AnymailNotSupportedWarning)
        return _view(key)(**given)


def _view(key: str) -> Any:
    return getattr(import_module(f"anymail.webhooks.{key}"), TELLERS[key].view)


def _is_of_svix(secret: str, knock: Knock) -> bool:
    """Whether it bears a fresh signature as Resend signs: HMAC-SHA256 over id, time and body."""
    named, moment = knock.headers.get("svix-id", ""), knock.headers.get("svix-timestamp", "")
    if not moment.isdecimal() or len(moment) > 12 or abs(time.time() - int(moment)) > FRESH:
        return False
    try:
        own = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except ValueError:
        return False
    signed = hmac.digest(own, f"{named}.{moment}.".encode() + knock.body, "sha256")
    expected = f"v1,{base64.b64encode(signed).decode()}".encode()
    given = knock.headers.get("svix-signature", "").split(" ")[:10]
    return any(hmac.compare_digest(one.encode(), expected) for one in given)


def happened(raw: bytes, provider: str, envelope: Mapping[str, Any]) -> Iterable[Heard]:
    """What a knock that was kept tells. What cannot be understood says nothing: it is no mail that somebody waits for."""
    try:
        events = _events(raw, provider, envelope)[:MOST]
    except (AnymailError, ImproperlyConfigured, LookupError, UnicodeError, *ODD) as error:
        log.warning("a provider's report could not be read", provider=provider, why=type(error).__name__)
        return [Unspoken("unreadable")]
    return [_heard(provider, event) for event in events] or [Unspoken("nothing")]


def _events(raw: bytes, provider: str, envelope: Mapping[str, Any]) -> list[AnymailTrackingEvent]:
    view = _view(provider).__new__(
        _view(provider)
    )  # it was proved at the door: its keys are not asked for again
    if provider == "amazon_ses":
        notified = orjson.loads(raw)
        told = orjson.loads(notified["Message"]) if "Message" in notified else notified
        return list(view.esp_to_anymail_events(told, notified))
    headers = {"content-type": str(envelope.get("type", "")), "svix-id": str(envelope.get("id", ""))}
    return list(view.parse_events(request_of(Knock("POST", "", headers, {}, raw))))


def _heard(provider: str, event: AnymailTrackingEvent) -> Heard:
    about = _own_id(event) or str(event.message_id or "")
    kind = event.event_type
    if not about:
        return Unspoken("about nothing")
    if kind == EventType.DELIVERED:
        return Progress(about, Arrival.DELIVERED)
    if kind == EventType.FAILED:
        return Progress(about, Arrival.FAILED, _words(event)[:300])
    if kind in (EventType.BOUNCED, EventType.REJECTED, EventType.COMPLAINED):
        return Returned(_failure(about, event), _mark(provider, event))
    return Unspoken(str(kind))


def _failure(about: str, event: AnymailTrackingEvent) -> Failure:
    words, complained = _words(event), event.event_type == EventType.COMPLAINED
    status, code = _STATUS.search(words), _CODE.search(words)
    passing = (status and status[1][0] == "4") or (not status and code and code[1][0] == "4")
    soft = bool(passing) or bool(_SOFT.search(orjson.dumps(_plain(event.esp_event), default=str)))
    return Failure(
        recipient=str(event.recipient or "").strip().casefold(),
        status=status[1] if status else "",
        smtp_code=code[1] if code else "",
        reason="feedback" if complained else REASONS.get(event.reject_reason, "undefined"),
        permanent=not complained and not soft,
        message_id=about,
        text=words[:500],
    )


def _own_id(event: AnymailTrackingEvent) -> str:
    """Our own Message-ID, where a provider tells the headers of the mail (Amazon does)."""
    said = event.esp_event
    headers = said.get("mail", {}).get("headers", []) if isinstance(said, dict) else []
    return next((str(one["value"]) for one in headers if str(one.get("name")).casefold() == "message-id"), "")


def _mark(provider: str, event: AnymailTrackingEvent) -> str:
    parts = (provider, event.event_type, event.message_id, event.recipient, event.event_id or event.timestamp)
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:16]


def _words(event: AnymailTrackingEvent) -> str:
    return " ".join(f"{event.mta_response or ''} {event.description or ''}".split())


def _plain(said: Any) -> Any:
    """A form's fields as JSON takes them."""
    return said.dict() if hasattr(said, "dict") else said
