"""Fetching by the clock: each mailbox is a job of its own, so that a slow one holds up no other."""

from contextlib import suppress
from datetime import timedelta

from django.db.models import Q, QuerySet
from django_tasks import task

from ahlan.channels.email.imap import MOST_AT_ONCE, fetch
from ahlan.channels.models import Carried, Inbox
from ahlan.core.clock import now
from ahlan.events.jobs import enqueue
from ahlan.events.models import Job
from ahlan.events.retention import trim
from ahlan.events.timers import every

MOST = 1_000
TOLD = timedelta(days=60)  # after which nobody reports about a mail any more


@every(minutes=1)
def fetch_mailboxes() -> None:
    """Ask every mailbox whose pause after a failure is over."""
    due = Q(mailbox=None) | Q(mailbox__retry_at=None) | Q(mailbox__retry_at__lte=now())
    for pk in with_mailbox().filter(due).values_list("pk", flat=True)[:MOST]:
        ask_for_fetch(pk)


def with_mailbox() -> QuerySet[Inbox]:
    """The active inboxes that are read from a mailbox elsewhere."""
    found = Inbox.objects.filter(channel="email", is_active=True, settings__has_key="imap_host")
    return found.exclude(settings__imap_host="")


def ask_for_fetch(inbox_id: int) -> Job | None:
    """Have a worker read the mailbox; None when one is about to."""
    return enqueue(fetch_mailbox.module_path, args=[inbox_id], queue="fetch", unique_key=f"fetch:{inbox_id}")


@task(queue_name="fetch")
def fetch_mailbox(inbox_id: int) -> None:
    """Read one mailbox. What went wrong is noted with it, and the clock comes again."""
    inbox = with_mailbox().filter(pk=inbox_id).first()
    if inbox is not None:
        with suppress(OSError):
            while fetch(inbox) >= MOST_AT_ONCE:
                pass


@every(days=1, priority=-50)
def forget_carried() -> None:
    """What a provider called a mail: it tells of it within days."""
    trim(Carried.objects.filter(made_at__lt=now() - TOLD).order_by("made_at"))
