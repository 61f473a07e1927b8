"""Trying an inbox's connections, with an answer in words."""

import smtplib
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from imapclient.exceptions import IMAPClientError

from ahlan.channels.contract import NotSent
from ahlan.channels.email import imap, sending
from ahlan.channels.email.plain_words import sentence, trouble_of
from ahlan.channels.models import Inbox

SECONDS = 8.0


@dataclass(frozen=True)
class Outcome:
    """`said` is what the other side answered, in its own words."""

    way: str
    well: bool
    text: str
    said: str = ""


def try_out(inbox: Inbox) -> list[Outcome]:
    """Connect as fetching and sending do; nothing is read and nothing sent. Takes seconds: no transaction."""
    settings = inbox.for_its_wire
    found = []
    if settings.get("imap_host"):
        found.append(_try(_("Mail comes in"), lambda: _look(settings, imap.folder_of(inbox))))
    if not settings.get("provider"):
        found.append(_try(_("Mail goes out"), lambda: sending.connect(settings, SECONDS).close()))
    return found


def _look(settings: dict[str, Any], folder: str) -> None:
    client = imap.connect(settings, SECONDS)
    try:
        client.select_folder(folder, readonly=True)
    finally:
        client.shutdown()


def _try(way: str, act: Any) -> Outcome:
    try:
        act()
    except NotSent as error:
        return Outcome(
            way,
            False,
            _("No mail server is set up that could send. Choose one under “Mail goes out”."),
            error.reason,
        )
    except (OSError, IMAPClientError, smtplib.SMTPException) as error:
        text, said = sentence(trouble_of(error))
        return Outcome(way, False, text, said)
    return Outcome(way, True, _("The connection works."))
