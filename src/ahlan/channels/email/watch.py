"""Hearing at once of new mail: one connection a mailbox that waits with IDLE (RFC 2177).

It only asks for a fetch; the fetch itself is the same job the clock starts, so nothing depends on this.
"""

import threading
import time
from contextlib import suppress
from typing import Any

import structlog
from django.db import DatabaseError, InterfaceError, close_old_connections, connection
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from ahlan.channels.email.imap import connect, folder_of
from ahlan.channels.email.subscribers import ask_for_fetch, with_mailbox
from ahlan.channels.models import Inbox

log = structlog.get_logger(__name__)

RECONCILE = 30.0  # seconds between two looks at which inboxes there are
RENEW = 9 * 60.0  # seconds; servers and routers forget a connection that is silent for longer
GLANCE = 2.0  # seconds between two looks whether it is time to stop
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 600.0
MOST = 200


def watch_mailboxes(*, stop: threading.Event, pause: float = RECONCILE) -> None:
    """Keep one watcher for each mailbox until `stop` is set."""
    watchers: dict[int, Watcher] = {}
    while not stop.is_set():
        with suppress(DatabaseError, InterfaceError):  # the next look comes
            _reconcile(watchers)
        connection.close()
        stop.wait(pause)
    for watcher in watchers.values():
        watcher.stop.set()
    for watcher in watchers.values():
        watcher.join(2 * GLANCE)


def _reconcile(watchers: "dict[int, Watcher]") -> None:
    close_old_connections()
    wanted = {inbox.pk: inbox for inbox in with_mailbox()[:MOST]}
    for pk, watcher in list(watchers.items()):
        if pk not in wanted or watcher.inbox_of != _identity(wanted[pk]):
            watchers.pop(pk).stop.set()
    for pk, inbox in wanted.items():
        if pk not in watchers:
            watchers[pk] = Watcher(inbox)
            watchers[pk].start()


def _identity(inbox: Inbox) -> Any:
    return (inbox.settings, inbox.sealed)


class Watcher(threading.Thread):
    """Waits at one mailbox. Ends for good where IDLE is not spoken: there the clock does it."""

    def __init__(self, inbox: Inbox) -> None:
        super().__init__(name=f"watch-{inbox.pk}", daemon=True)
        self.stop = threading.Event()
        self.inbox = inbox
        self.inbox_of = _identity(inbox)
        self.owed = True  # something may have come before we listened

    def run(self) -> None:
        pause = FIRST_PAUSE
        while not self.stop.is_set():
            begun = time.monotonic()
            try:
                if not self.listen():
                    return
            except (IMAPClientError, OSError) as error:
                log.info(
                    "a mailbox cannot be watched for now", inbox=self.inbox.pk, error=type(error).__name__
                )
            except Exception:
                log.exception("watching a mailbox stumbled", inbox=self.inbox.pk)
            lasted = time.monotonic() - begun
            pause = FIRST_PAUSE if lasted > RENEW else min(pause * 2, LONGEST_PAUSE)
            self.stop.wait(pause)

    def listen(self) -> bool:
        """One connection's life. False: the server cannot do it."""
        client = connect(self.inbox.for_its_wire)
        try:
            if not client.has_capability("IDLE"):
                return False
            client.select_folder(folder_of(self.inbox), readonly=True)
            while not self.stop.is_set():
                self.idle(client)
            return True
        finally:
            client.shutdown()

    def idle(self, client: IMAPClient) -> None:
        client.idle()
        until = time.monotonic() + RENEW
        while not self.stop.is_set() and time.monotonic() < until:
            if self.owed:
                self.owed = not _ask(self.inbox.pk)
            begun = time.monotonic()
            said = client.idle_check(timeout=GLANCE / 4 if self.owed else GLANCE)
            if not said and time.monotonic() - begun < GLANCE / 8:
                raise OSError("the server has closed the connection")
            self.owed = self.owed or any(b"EXISTS" in one or b"RECENT" in one for one in said)
        client.idle_done()


def _ask(inbox_id: int) -> bool:
    """Whether a fetch that begins after this moment is certain."""
    try:
        close_old_connections()
        return ask_for_fetch(inbox_id) is not None
    except (DatabaseError, InterfaceError):
        return False
    finally:
        connection.close()
