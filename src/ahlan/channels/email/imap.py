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
from ahlan.channels.email.plain_words import trouble_of
from ahlan.channels.models import Inbox, Mailbox
from ahlan.core.clock import now

SECONDS = 30.0
LONGEST_PAUSE = timedelta(minutes=30)
MOST_AT_ONCE = 500  # mails in one visit; the next visit goes on


def connect(settings: dict[str, Any], seconds: float = SECONDS) -> IMAPClient:
    """A signed-in connection. `imap_security`: "tls", "starttls" or "none". Raises OSError, IMAPClientError."""
    security = settings.get("imap_security", "tls")
    context = ssl.create_default_context()
    port = int(settings.get("imap_port") or (993 if security == "tls" else 143))
    client = IMAPClient(
        settings["imap_host"], port, ssl=security == "tls", ssl_context=context, timeout=seconds, use_uid=True
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
    user = settings.get("imap_user", "")
    if settings.get("oauth"):
        from ahlan.channels.email.oauth import access_token  # noqa: PLC0415 -- only where it is used

        client.oauth2_login(user, access_token(settings))
    else:
        client.login(user, settings["secrets"].get("imap_password", ""))


def folder_of(inbox: Inbox) -> str:
    return str(inbox.settings.get("imap_folder") or "INBOX")


def fetch(inbox: Inbox) -> int:
    """Keep every mail that is new in the inbox's mailbox; returns how many. Raises OSError.

    Each mail and the cursor that says it is kept are one transaction: killed at any line, nothing is passed
    over, and what was kept twice is one message by its fingerprint.
    """
    try:
        client = connect(inbox.for_its_wire)
        try:
            count = _fetch_new(client, inbox)
        finally:
            client.shutdown()
    except (IMAPClientError, OSError) as error:
        _note_failure(inbox, error)
        raise OSError(f"the mailbox of {inbox.name} cannot be read") from error
    note_mailbox(inbox, fetched_at=now(), error="", failures=0, retry_at=None)
    return count


def _note_failure(inbox: Inbox, error: Exception) -> None:
    """The pauses grow from one minute to half an hour, so that a provider does not lock us out."""
    failures = 1 + (Mailbox.objects.filter(inbox=inbox).values_list("failures", flat=True).first() or 0)
    retry_at = now() + min(timedelta(minutes=2 ** min(failures - 1, 10)), LONGEST_PAUSE)
    note_mailbox(inbox, error=trouble_of(error), failures=failures, retry_at=retry_at)


def _fetch_new(client: IMAPClient, inbox: Inbox) -> int:
    folder = folder_of(inbox)
    found = client.select_folder(folder, readonly=True)
    validity = int(found.get(b"UIDVALIDITY", 0))
    next_uid = int(found[b"UIDNEXT"]) if b"UIDNEXT" in found else max(client.search(["ALL"]), default=0) + 1
    mailbox, _made = Mailbox.objects.get_or_create(inbox=inbox)
    place = _place(inbox, folder)
    last, criteria = _news(mailbox.cursor, place, validity, next_uid, inbox)
    uids = sorted(uid for uid in client.search(criteria) if uid > last)
    for uid in uids[:MOST_AT_ONCE]:
        _keep_one(client, inbox, place, validity, uid)
    if not uids:
        note_mailbox(inbox, cursor=_cursor(place, validity, max(last, next_uid - 1)))
    return min(len(uids), MOST_AT_ONCE)


def _place(inbox: Inbox, folder: str) -> str:
    """Whose folder it is: an inbox that is pointed at another mailbox begins anew there."""
    return f"{inbox.settings.get('imap_user', '')}@{inbox.settings.get('imap_host', '')}/{folder}"


def _news(
    cursor: dict[str, Any], place: str, validity: int, next_uid: int, inbox: Inbox
) -> tuple[int, list[Any]]:
    """The last UID we hold, and what to search for beyond it.

    A mailbox seen for the first time starts with what comes from now on, or with all it holds when the inbox
    says so. After the server has renumbered everything: what came since the inbox was made, once more.
    """
    from_start = bool(inbox.settings.get("imap_from_start"))
    if cursor.get("place") != place:
        last = 0 if from_start else next_uid - 1
    elif cursor.get("validity") == validity:
        last = int(cursor["uid"])
    elif from_start:
        last = 0
    else:
        return 0, ["SINCE", (inbox.made_at - timedelta(days=1)).date()]
    return last, ["UID", f"{last + 1}:*"]


def _keep_one(client: IMAPClient, inbox: Inbox, place: str, validity: int, uid: int) -> None:
    content = _content(client, uid)
    with transaction.atomic():
        if content is not None:
            facts = {"rcpt_tos": [inbox.address], "uid": uid, "place": place}
            keep(content, channel="email", door="imap", inbox=inbox, envelope=facts)
        note_mailbox(inbox, cursor=_cursor(place, validity, uid))


def _content(client: IMAPClient, uid: int) -> bytes | None:
    """The mail's bytes; None when it was deleted meanwhile. One too large for us comes as its first part."""
    size = client.fetch([uid], ["RFC822.SIZE"]).get(uid, {}).get(b"RFC822.SIZE")
    if size is None:
        if client.fetch([uid], ["UID"]):
            raise OSError(f"the server does not tell the size of mail {uid}, though it is there")
        return None
    part = "BODY.PEEK[]" if size <= site.MAIL_SIZE else f"BODY.PEEK[]<0.{site.MAIL_SIZE}>"
    found = client.fetch([uid], [part]).get(uid, {})
    content = next((value for key, value in found.items() if key.startswith(b"BODY[]")), None)
    if content is None and client.fetch([uid], ["UID"]):
        raise OSError(f"the server does not give mail {uid}, though it is there")
    return content


def _cursor(place: str, validity: int, uid: int) -> dict[str, Any]:
    return {"place": place, "validity": validity, "uid": uid}


def find_sent(message: Outbound) -> bool | None:
    """True when the folder of sent mail holds our message, else None.

    Absence proves nothing: a server may file what it sent later, or not at all, and a message sent again on
    such a proof could arrive twice.
    """
    folder = message.settings.get("imap_sent_folder")
    if not folder or not message.settings.get("imap_host"):
        return None
    try:
        client = connect(message.settings)
        try:
            client.select_folder(folder, readonly=True)
            return bool(client.search(["HEADER", "Message-ID", message.external_id])) or None
        finally:
            client.shutdown()
    except (IMAPClientError, OSError):
        return None
