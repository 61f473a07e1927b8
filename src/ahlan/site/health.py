"""How the whole house fares: mailboxes, mail on its way, threading, jobs and workers, on one page."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.decorators import login_required, permission_required
from django.db.models import Count, OuterRef, Q, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from ahlan.channels.contract import Explains
from ahlan.channels.models import Inbox, RawInbound
from ahlan.channels.registry import channel
from ahlan.core.clock import now
from ahlan.events.models import Event
from ahlan.events.queries import health
from ahlan.tickets.models import Delivery, Message

MOST = 500
LOOKED_AT = 2_000  # of the newest messages; enough for a share
WINDOW = timedelta(days=30)
ON_THEIR_WAY = (Delivery.QUEUED, Delivery.SENDING, Delivery.HANDING)
STUCK = (*ON_THEIR_WAY, Delivery.FAILED, Delivery.UNSURE)


@dataclass
class Line:
    """One inbox: what troubles it in words, what the other side said, and its messages that have not left."""

    inbox: Inbox
    fetched_at: datetime | None = None
    sent_at: datetime | None = None
    trouble: str = ""
    said: str = ""
    waiting: int = 0
    failed: int = 0
    unsure: int = 0


@dataclass(frozen=True)
class Threading:
    """Of the mails within 30 days that name an earlier one, how many found its ticket. `share` in percent."""

    answers: int = 0
    found: int = 0
    unknown_reports: int = 0

    @property
    def share(self) -> int | None:
        return round(100 * self.found / self.answers) if self.answers else None


@login_required
@permission_required("jobs.manage", raise_exception=True)
@require_GET
def health_page(request: HttpRequest) -> HttpResponse:
    work = health()
    workers = [(worker["name"], ago(worker["seen_seconds_ago"])) for worker in work["workers"]]
    oldest = work["oldest_ready_seconds"]
    context = {
        "lines": mailbox_lines(),
        "threading": threading(),
        "work": work,
        "oldest": None if oldest is None else ago(oldest),
        "workers": workers,
    }
    return render(request, "site/health.html", context)


def ago(seconds: float) -> datetime:
    return now() - timedelta(seconds=seconds)


def mailbox_lines() -> list[Line]:
    """Every inbox, in two queries."""
    newest = RawInbound.objects.filter(inbox=OuterRef("pk")).order_by("-pk").values("received_at")[:1]
    inboxes = Inbox.objects.select_related("mailbox").annotate(received_at=Subquery(newest))
    lines = {inbox.pk: _line(inbox) for inbox in inboxes[:MOST]}
    counted = (
        Message.objects.filter(delivery__in=STUCK)
        .order_by()
        .values("inbox_id", "delivery")
        .annotate(n=Count("id"))
    )
    for row in counted:
        if line := lines.get(row["inbox_id"]):
            _add(line, row["delivery"], row["n"])
    return list(lines.values())


def _line(inbox: Inbox) -> Line:
    mailbox = getattr(inbox, "mailbox", None)
    if mailbox is None:
        return Line(inbox)
    wire, error = channel(inbox.channel), mailbox.error or mailbox.send_error
    text, said = wire.sentence(error) if error and isinstance(wire, Explains) else ("", error)
    return Line(inbox, mailbox.fetched_at, mailbox.sent_at, trouble=text or said, said=said if text else "")


def _add(line: Line, delivery: str, number: int) -> None:
    if delivery == Delivery.FAILED:
        line.failed += number
    elif delivery == Delivery.UNSURE:
        line.unsure += number
    else:
        line.waiting += number


def threading() -> Threading:
    recent = Event.objects.filter(kind="message.received", at__gte=now() - WINDOW).order_by("-id")
    facts = list(recent.values_list("facts", flat=True)[:LOOKED_AT])
    answers = [one for one in facts if one.get("answers")]
    return Threading(
        answers=len(answers),
        found=sum(one.get("decision") == "appended" for one in answers),
        unknown_reports=sum(bool(one.get("unknown")) for one in facts),
    )


def troubled_inboxes() -> list[str]:
    """Names of active inboxes whose mail does not come in or go out; a few of them."""
    trouble = ~Q(mailbox__error="") | ~Q(mailbox__send_error="")
    found = Inbox.objects.filter(trouble, is_active=True, mailbox__isnull=False)
    return list(found.values_list("name", flat=True)[:5])
