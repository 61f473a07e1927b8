"""Reading a mailbox elsewhere by UID, so that neither "unread" nor a date decides what is new."""

import ssl
from datetime import timedelta
from typing import Any

from django.conf import settings as site
from django.db import transaction
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from ahlan.channels.actions import keep, note_mailbox
from ahlan.channels.contract import Outbound
from ahlan.channels.models import Inbox, Mailbox
from ahlan.core.clock import now

SECONDS = 30.0
MOST_AT_ONCE = 500  # mails in one visit; the next visit goes on


def connect(settings: dict[str, Any]) -> IMAPClient:
    """A signed-in connection. `imap_security`: "tls", "starttls" or "none". Raises OSError, IMAPClientError."""
    security = settings.get("imap_security", "tls")
    context = ssl.create_default_context()
    port = int(settings.get("imap_port") or (993 if security == "tls" else 143))
    client = IMAPClient(
        settings["imap_host"], port, ssl=security == "tls", ssl_context=context, timeout=SECONDS, use_uid=True
    )
    try:
        if security == "starttls":
            client.starttls(context)
        _sign_in(client, settings)
    except BaseException:
        client.shutdown()
        raise
    return client


def _sign_in(client: IMAPClient, settings: dict[str, Any]) -> None:
    user = settings["imap_user"]
    if settings.get("oauth"):
        from ahlan.channels.email.oauth import access_token  # noqa: PLC0415 -- only where it is used

        client.oauth2_login(user, access_token(settings))
    else:
        client.login(user, settings["secrets"].get("imap_password", ""))


def settings_of(inbox: Inbox) -> dict[str, Any]:
    """The inbox's settings with its secrets unsealed; never to be logged or shown."""
    return {**inbox.settings, "inbox": inbox.pk, "secrets": {key: inbox.secret(key) for key in inbox.sealed}}


def fetch(inbox: Inbox) -> int:
    """Keep every mail that is new in the inbox's mailbox; returns how many. Raises OSError.

    Each mail and the cursor that says it is kept are one transaction: killed at any line, nothing is passed
    over, and what was kept twice is one message by its fingerprint.
    """
    try:
        client = connect(settings_of(inbox))
        try:
            count = _fetch_new(client, inbox)
        finally:
            client.shutdown()
    except (IMAPClientError, OSError) as error:
        note_mailbox(inbox, error=f"{type(error).__name__}: {error}")
        raise OSError(f"the mailbox of {inbox.name} cannot be read") from error
    note_mailbox(inbox, fetched_at=now(), error="")
    return count


def _fetch_new(client: IMAPClient, inbox: Inbox) -> int:
    folder = inbox.settings.get("imap_folder") or "INBOX"
    found = client.select_folder(folder, readonly=True)
    validity = int(found[b"UIDVALIDITY"])
    mailbox, _made = Mailbox.objects.get_or_create(inbox=inbox)
    last = _last_uid(mailbox, folder, validity, int(found[b"UIDNEXT"]), inbox)
    uids = [uid for uid in client.search(_news(mailbox, folder, validity, last, inbox)) if uid > last]
    for uid in sorted(uids)[:MOST_AT_ONCE]:
        _keep_one(client, inbox, folder, validity, uid)
    if not uids:
        note_mailbox(inbox, cursor=_cursor(folder, validity, last))
    return min(len(uids), MOST_AT_ONCE)


def _last_uid(mailbox: Mailbox, folder: str, validity: int, next_uid: int, inbox: Inbox) -> int:
    """The last UID we hold. A mailbox seen for the first time starts with what comes from now on."""
    cursor = mailbox.cursor
    if not cursor or cursor.get("folder") != folder:
        return 0 if inbox.settings.get("imap_from_start") else next_uid - 1
    return int(cursor["uid"]) if cursor.get("validity") == validity else 0


def _news(mailbox: Mailbox, folder: str, validity: int, last: int, inbox: Inbox) -> list[Any]:
    """What to search. After the server has renumbered everything: what came since the inbox was made, again."""
    renumbered = mailbox.cursor.get("folder") == folder and mailbox.cursor.get("validity") != validity
    if renumbered and not inbox.settings.get("imap_from_start"):
        return ["SINCE", (inbox.made_at - timedelta(days=1)).date()]
    return ["UID", f"{last + 1}:*"]


def _keep_one(client: IMAPClient, inbox: Inbox, folder: str, validity: int, uid: int) -> None:
    content = _content(client, uid)
    with transaction.atomic():
        if content is not None:
            facts = {"rcpt_tos": [inbox.address], "uid": uid, "folder": folder}
            keep(content, channel="email", door="imap", inbox=inbox, envelope=facts)
        note_mailbox(inbox, cursor=_cursor(folder, validity, uid))


def _content(client: IMAPClient, uid: int) -> bytes | None:
    """The mail's bytes; None when it was deleted meanwhile. One too large for us comes as its first part."""
    size = client.fetch([uid], ["RFC822.SIZE"]).get(uid, {}).get(b"RFC822.SIZE")
    if size is None:
        return None
    part = "BODY.PEEK[]" if size <= site.MAIL_SIZE else f"BODY.PEEK[]<0.{site.MAIL_SIZE}>"
    found = client.fetch([uid], [part]).get(uid, {})
    return next((value for key, value in found.items() if key.startswith(b"BODY[]")), None)


def _cursor(folder: str, validity: int, uid: int) -> dict[str, Any]:
    return {"folder": folder, "validity": validity, "uid": uid}


def find_sent(message: Outbound) -> bool | None:
    """Whether the mailbox's folder of sent mail holds our message; None when there is none we can look into."""
    folder = message.settings.get("imap_sent_folder")
    if not folder or not message.settings.get("imap_host"):
        return None
    try:
        client = connect(message.settings)
        try:
            client.select_folder(folder, readonly=True)
            return bool(client.search(["HEADER", "Message-ID", message.external_id]))
        finally:
            client.shutdown()
    except (IMAPClientError, OSError):
        return None
