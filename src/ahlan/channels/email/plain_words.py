"""What is wrong with a connection, as a sentence that says what to do about it."""

import smtplib
import socket
import ssl

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from imapclient.exceptions import CapabilityError, IMAPClientError, LoginError

from ahlan.channels.email.oauth import SignInRefused

SENTENCES: dict[str, str | Promise] = {
    "name": _("There is no server of that name. Check the spelling of the server’s address."),
    "refused": _("The server is there, but nothing listens on that port. Check the port."),
    "silent": _("The server does not answer. Check the port, and whether a firewall is between us."),
    "certificate": _("The server’s certificate is not valid for that name, so the connection is not safe."),
    "encryption": _("The server does not speak this kind of encryption on that port. Try the other kind."),
    "sign_in": _("The server refused the user name or the password."),
    "consent": _("The provider refused our sign-in."),
    "consent_missing": _(
        "Nobody has signed in at the provider for this inbox yet. Press “Sign in at the provider”."
    ),
    "consent_passing": _(
        "The provider gave no lasting permission. Take our permission away in its own settings, then sign in again."
    ),
    "consent_away": _("The provider cannot be reached. We try again by ourselves."),
    "consent_odd": _("The provider answered something unexpected."),
    "consent_ended": _("The provider no longer accepts our permission. Sign in there again."),
    "consent_client": _("The provider does not accept the client id or its secret. Check both."),
    "no_server": _("No outgoing mail server is set up for this inbox. Set one up in its settings."),
    "no_id": _("The mail has no usable Message-ID."),
    "no_address": _("This is not an address mail can be sent to."),
    "recipient": _("The other side takes no mail for this address."),
    "mail": _("The mail server did not take the mail."),
    "provider": _("The provider is not set up rightly. Check its key and its name."),
    "provider_key": _("The provider refused our key. Check it in the inbox’s settings."),
    "provider_busy": _("The provider is busy. We try again by ourselves."),
    "provider_mail": _("The provider did not take the mail."),
    "provider_recipients": _("The provider refused every recipient."),
    "folder": _("There is no such folder in that mailbox."),
    "broken": _("The connection broke."),
    "other": _("The server answered something unexpected."),
}


def trouble_of(error: BaseException) -> str:
    """A word of SENTENCES and what the other side said, as "sign_in: Authentication failed."; see `sentence`."""
    cause = error.__cause__ if type(error) is OSError and error.__cause__ else error
    said = cause.smtp_error if isinstance(cause, smtplib.SMTPResponseException) else str(cause)
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return f"{_kind(cause)}: {' '.join(text.split())}"[:300]


def sentence(trouble: str) -> tuple[str, str]:
    """The sentence in the reader's language, and the other side's own words."""
    kind, _colon, said = trouble.partition(":")
    said = said.strip()
    return (str(SENTENCES[kind]), said) if kind in SENTENCES else ("", trouble)


def _kind(error: BaseException) -> str:
    if isinstance(error, SignInRefused):
        return error.word
    kinds: list[tuple[type[BaseException] | tuple[type[BaseException], ...], str]] = [
        ((LoginError, smtplib.SMTPAuthenticationError), "sign_in"),
        (socket.gaierror, "name"),
        (ssl.SSLCertVerificationError, "certificate"),
        ((ssl.SSLError, smtplib.SMTPNotSupportedError, CapabilityError), "encryption"),
        (ConnectionRefusedError, "refused"),
        (TimeoutError, "silent"),
    ]
    for kind, word in kinds:
        if isinstance(error, kind):
            return word
    if isinstance(error, IMAPClientError):
        return _of_imap(str(error).casefold())
    return "broken" if isinstance(error, (OSError, smtplib.SMTPServerDisconnected)) else "other"


def _of_imap(said: str) -> str:
    if "select failed" in said or "examine failed" in said:
        return "folder"
    if "authent" in said or "login" in said:
        return "sign_in"
    return "broken" if "eof" in said or "closed" in said else "other"
