"""What happened in a ticket, as it is read: messages, notes and events in order, the newest last."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from ahlan.core.asking import kept
from ahlan.events.models import Event
from ahlan.tickets.history import sentences_of
from ahlan.tickets.models import Attachment, Later, Message, Ticket

SHOWN = 40  # messages at once; earlier ones are one click away
MOST_EVENTS = 200
MAX = 2**63 - 1  # greater than any id


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline: a message, or an event's sentence."""

    at: datetime
    message: Message | None = None
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Timeline:
    """`earlier`: the message id before which there is more, None when this is all; `latest`: the last one's."""

    entries: list[Entry]
    earlier: int | None
    latest: int | None


def timeline_of(ticket: Ticket, *, before: int | None = None) -> Timeline:
    """The last messages of a ticket (those before the id given), with the events between them. Three queries, more where files or strangers are in it."""
    found = _said(ticket.pk, MAX if before is None else before)
    messages = found[:SHOWN][::-1]
    _with_customers(messages, ticket)
    prefetch_related_objects(messages, Prefetch("attachments", Attachment.objects.order_by("id")))
    earlier = messages[0].pk if len(found) > SHOWN else None
    since = messages[0].at if earlier else None
    events = _events(ticket, since, messages[-1].at if before is not None and messages else None)
    entries = [*(Entry(one.at, message=one) for one in messages), *events]
    return Timeline(
        sorted(entries, key=lambda entry: entry.at), earlier, messages[-1].pk if messages else None
    )


@kept
def _said(ticket: int, before: int) -> QuerySet[Message]:
    said = Message.objects.select_related("author").filter(ticket=ticket, pk__lt=before)
    return said.order_by("-id")[: SHOWN + 1]


def _with_customers(messages: list[Message], ticket: Ticket) -> None:
    """Who said them; nearly always the ticket's own customer, who has been read already."""
    own = [one for one in messages if one.customer_id == ticket.customer_id]
    for one in own:
        one.customer = ticket.customer
    strangers = [one for one in messages if one.customer_id not in (None, ticket.customer_id)]
    prefetch_related_objects(strangers, "customer__merged_into")


def scheduled_of(ticket: Ticket) -> QuerySet[Later]:
    """The replies that wait for their moment, the next one first."""
    if not ticket.holds(Later):
        return Later.objects.none()
    found = Later.objects.filter(ticket__in=ticket.family)
    return found.select_related("author").order_by("send_at", "id")


def _events(ticket: Ticket, since: datetime | None, until: datetime | None) -> list[Entry]:
    if since is until is None and len(ticket.family) == 1:
        return _told(_happened(ticket.pk))
    happened = Event.objects.filter(subject_kind="ticket", subject_id__in=ticket.family)
    if since is not None:
        happened = happened.filter(at__gte=since)
    if until is not None:
        happened = happened.filter(at__lte=until)
    return _told(list(happened.order_by("-id")[:MOST_EVENTS]))


@kept
def _happened(ticket: int) -> QuerySet[Event]:
    return Event.objects.filter(subject_kind="ticket", subject_id=ticket).order_by("-id")[:MOST_EVENTS]


def _told(latest: list[Event]) -> list[Entry]:
    return [Entry(event.at, sentence=sentence) for event, sentence in sentences_of(latest[::-1])]
