"""Handing a composed mail to a sending provider's HTTP interface, by django-anymail."""

from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.encoders import encode_base64
from email.message import EmailMessage
from email.mime.base import MIMEBase
from importlib import import_module
from typing import Any

import requests
from anymail.exceptions import AnymailError, AnymailRecipientsRefused, AnymailRequestsAPIError
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMultiAlternatives

from ahlan.channels.contract import NotSent, Outbound, Unsure

SECONDS = 60
CARRIED = [
    "Message-ID", "In-Reply-To", "References", "Date", "Auto-Submitted", "X-Auto-Response-Suppress",
    "List-Unsubscribe", "List-Unsubscribe-Post",
]  # fmt: skip


@dataclass(frozen=True)
class Provider:
    """`key`, `second`: what anymail calls the secrets; `domain`: whether it wants the sender's domain."""

    name: str
    key: str = "api_key"
    second: str = ""
    domain: bool = False


PROVIDERS = {
    "mailgun": Provider("Mailgun", domain=True),
    "postmark": Provider("Postmark", key="server_token"),
    "brevo": Provider("Brevo"),
    "resend": Provider("Resend"),
    "mailjet": Provider("Mailjet", second="secret_key"),
    "sparkpost": Provider("SparkPost"),
    "mailersend": Provider("MailerSend", key="api_token"),
}


def hand_to_provider(mail: bytes, message: Outbound, *, committing: Callable[[], None]) -> list[str]:
    """Send by the provider named in the inbox's settings; returns what it calls the mail. Raises NotSent, Unsure."""
    letter = as_django(mail, message)
    try:
        backend = _backend(message.settings)
        backend.open()
    except (AnymailError, ImproperlyConfigured, LookupError) as error:
        raise NotSent(f"provider: {error}") from error
    try:
        committing()
        backend.send_messages([letter])
    except AnymailRecipientsRefused as error:
        raise NotSent("provider_recipients", permanent=True) from error
    except (AnymailError, requests.RequestException) as error:
        raise _verdict(error) from error
    finally:
        backend.close()
    taken = letter.anymail_status.recipients.values()  # type: ignore[attr-defined]
    return sorted({str(one.message_id) for one in taken if one.message_id})


def _backend(settings: dict[str, Any]) -> Any:
    key = settings["provider"]
    provider, kept = PROVIDERS[key], settings.get("secrets", {})
    given = {provider.key: kept.get("provider_key", ""), "timeout": SECONDS, "fail_silently": False}
    if provider.second:
        given[provider.second] = kept.get("provider_second_key", "")
    if provider.domain and settings.get("provider_domain"):
        given["sender_domain"] = settings["provider_domain"]
    if settings.get("provider_url"):
        given["api_url"] = settings["provider_url"]
    return import_module(f"anymail.backends.{key}").EmailBackend(**given)


def as_django(mail: bytes, message: Outbound) -> EmailMultiAlternatives:
    """The composed mail as Django's, with the same words, files and identity."""
    tree: EmailMessage = message_from_bytes(mail, policy=policy.default)
    headers = {name: " ".join(str(tree[name]).split()) for name in CARRIED if tree[name]}
    if message.settings.get("provider") == "postmark":
        headers["X-PM-KeepID"] = "true"
    letter = EmailMultiAlternatives(
        subject=str(tree["Subject"] or ""),
        body=_words(tree, "plain"),
        from_email=str(tree["From"]),
        to=_list(tree["To"]),
        cc=_list(tree["Cc"]),
        bcc=[one.value for one in message.bcc],
        reply_to=_list(tree["Reply-To"]),
        headers=headers,
    )
    if html := _words(tree, "html"):
        letter.attach_alternative(html, "text/html")
    for part in tree.walk():
        if part.get_content_disposition() in ("attachment", "inline"):
            letter.attach(_file(part))
    return letter


def _words(tree: EmailMessage, kind: str) -> str:
    part = tree.get_body((kind,))
    return str(part.get_content()) if part is not None else ""


def _list(header: Any) -> list[str]:
    return [str(one) for one in header.addresses] if header else []


def _file(part: Any) -> MIMEBase:
    made = MIMEBase(part.get_content_maintype(), part.get_content_subtype())
    made.set_payload(part.get_payload(decode=True) or b"")
    encode_base64(made)
    made.add_header(
        "Content-Disposition", part.get_content_disposition(), filename=part.get_filename() or "file"
    )
    if part["Content-ID"]:
        made["Content-ID"] = str(part["Content-ID"])
    return made


def _verdict(error: Exception) -> NotSent | Unsure:
    """Refused for good, refused for now, or nobody knows: what broke after it was asked may have been done."""
    if isinstance(error, AnymailRequestsAPIError) and error.response is not None:
        return _of_status(error)
    if isinstance(error, requests.RequestException):
        if _never_reached(error):
            return NotSent(f"consent_away: {type(error.__cause__ or error).__name__}")
        return Unsure("the connection broke before the provider answered")
    return NotSent(f"provider_mail: {_short(error)}", permanent=True)


def _never_reached(error: Exception) -> bool:
    cause = error.__cause__ or error
    early = (requests.exceptions.ConnectTimeout, requests.exceptions.SSLError, requests.exceptions.ProxyError)
    return isinstance(cause, early) or "NewConnectionError" in repr(cause) or "NameResolution" in repr(cause)


def _of_status(error: AnymailRequestsAPIError) -> NotSent | Unsure:
    status = int(error.response.status_code)
    if status in (401, 403):
        return NotSent("provider_key")
    if status in (408, 425, 429, 503):
        return NotSent(f"provider_busy: {status}")
    if 400 <= status < 500:
        return NotSent(f"provider_mail: {status} {_short(error)}", permanent=True)
    return Unsure(f"the provider answered {status}, which tells nothing")


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
