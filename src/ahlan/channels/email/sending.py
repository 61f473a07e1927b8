"""Handing a composed mail to a mail server or a provider, and telling what kind of "no" an answer is."""

import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings as site

from ahlan.channels.contract import NotSent, Outbound, Unsure
from ahlan.channels.email.oauth import SignInRefused, access_token
from ahlan.channels.email.plain_words import trouble_of

SECONDS = 60.0


def hand_over(mail: bytes, message: Outbound, *, committing: Callable[[], None]) -> list[str]:
    """Send by the inbox's own server, else the installation's; what a provider calls it. Raises NotSent, Unsure."""
    settings = message.settings
    if settings.get("provider"):
        from ahlan.channels.email.providers import hand_to_provider  # noqa: PLC0415 -- slow import, rarely used

        return hand_to_provider(mail, message, committing=committing)
    try:
        server = connect(settings)
    except (OSError, smtplib.SMTPException) as error:
        raise _not_sent(error) from error
    try:
        _speak(server, mail, message, committing)
    finally:
        server.close()
    return []


@dataclass(frozen=True)
class Server:
    """A mail server to send by. `security`: "tls", "starttls" or "none"."""

    host: str
    port: int
    security: str
    user: str
    password: str = field(repr=False)


def server_of(settings: dict[str, Any]) -> Server:
    """The inbox's own server, else the installation's; the sign-in of one is never shown to the other."""
    if not settings.get("smtp_host"):
        return Server(site.SMTP_HOST, site.SMTP_PORT, site.SMTP_SECURITY, site.SMTP_USER, site.SMTP_PASSWORD)
    security = settings.get("smtp_security") or "starttls"
    return Server(
        host=settings["smtp_host"],
        port=int(settings.get("smtp_port") or (465 if security == "tls" else 587)),
        security=security,
        user=settings.get("smtp_user", ""),
        password=settings.get("secrets", {}).get("smtp_password", ""),
    )


def connect(settings: dict[str, Any], seconds: float = SECONDS) -> smtplib.SMTP:
    """A greeted, secured and signed-in connection. Raises OSError, SMTPException, NotSent."""
    at = server_of(settings)
    if not at.host:
        raise NotSent("no_server")
    context = ssl.create_default_context()
    if at.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(at.host, at.port, timeout=seconds, context=context)
    else:
        server = smtplib.SMTP(at.host, at.port, timeout=seconds)
    try:
        server.ehlo_or_helo_if_needed()
        if at.security == "starttls":
            server.starttls(context=context)
            server.ehlo()
        _sign_in(server, at, settings)
    except BaseException:
        server.close()
        raise
    return server


def _sign_in(server: smtplib.SMTP, at: Server, settings: dict[str, Any]) -> None:
    if settings.get("smtp_host") and settings.get("smtp_consent"):
        token = access_token(settings)
        server.auth("XOAUTH2", lambda challenge=None: f"user={at.user}\x01auth=Bearer {token}\x01\x01")
    elif at.user:
        server.login(at.user, at.password)


def _speak(server: smtplib.SMTP, mail: bytes, message: Outbound, committing: Callable[[], None]) -> None:
    """The dialogue, with the point of no return (the final dot) on its own."""
    recipients = [one.value for one in (*message.to, *message.cc, *message.bcc)]
    try:
        _envelope(server, message.settings.get("bounces_to") or message.sender.value, recipients)
        code, said = server.docmd("DATA")
        if code != 354:
            raise smtplib.SMTPResponseException(code, said)
        server.send(_stuffed(mail))
    except (OSError, smtplib.SMTPException) as error:
        raise _not_sent(error) from error
    committing()
    _dot(server, ends_line=mail.endswith(b"\r\n"))


def _stuffed(mail: bytes) -> bytes:
    """RFC 5321 4.5.2: a line that begins with a dot gets another, so that only the end looks like the end."""
    return (b"." if mail.startswith(b".") else b"") + mail.replace(b"\r\n.", b"\r\n..")


def _dot(server: smtplib.SMTP, *, ends_line: bool) -> None:
    try:
        server.send(b".\r\n" if ends_line else b"\r\n.\r\n")
        code, said = server.getreply()
    except (OSError, smtplib.SMTPException) as error:
        raise Unsure(f"the connection broke before the server answered ({type(error).__name__})") from error
    if code != 250:
        raise _not_sent(smtplib.SMTPResponseException(code, said))
    with suppress(OSError, smtplib.SMTPException):  # it has the mail; how it says good-bye changes nothing
        server.quit()


def _envelope(server: smtplib.SMTP, sender: str, recipients: list[str]) -> None:
    """All or none: a server that refuses one recipient gets nothing, so that no repetition doubles the others."""
    code, said = server.mail(sender)
    if code != 250:
        raise smtplib.SMTPSenderRefused(code, said, sender)
    for recipient in recipients:
        code, said = server.rcpt(recipient)
        if code not in (250, 251):
            raise smtplib.SMTPRecipientsRefused({recipient: (code, said)})


def _not_sent(error: Exception) -> NotSent:
    """5xx is final, except where it is about us and not about this mail; everything else may pass."""
    if isinstance(error, NotSent):
        return error
    if isinstance(error, SignInRefused):
        return NotSent(f"{error.word}: {error}")
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return NotSent(f"sign_in: {_said(error.smtp_error)}")
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        (recipient, (code, said)), *_others = error.recipients.items()
        return NotSent(f"recipient: {recipient}: {code} {_said(said)}", permanent=500 <= code < 600)
    if isinstance(error, smtplib.SMTPResponseException):
        code = int(error.smtp_code)
        return NotSent(f"mail: {code} {_said(error.smtp_error)}", permanent=500 <= code < 600)
    return NotSent(trouble_of(error))


def _said(reply: object) -> str:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else str(reply)
    return " ".join(text.split())[:300]
