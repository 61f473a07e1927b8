"""What of a ticket's life is told to whom. All in the transaction of what happened."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from ahlan.core.asking import kept
from ahlan.core.clock import now
from ahlan.events.models import Event
from ahlan.events.retention import trim
from ahlan.events.subscribe import within
from ahlan.events.timers import every
from ahlan.notifications.actions import notify, see_ticket, withdraw
from ahlan.notifications.models import Kind, Notification
from ahlan.tickets.held import hangs
from ahlan.tickets.looking import on_look
from ahlan.tickets.models import Follow, Message, Ticket

KEEP = timedelta(days=90)
hangs(Notification)
on_look(see_ticket)


def _ticket(event: Event) -> Ticket:
    found = _just_where.first(event.subject_id)
    if found is None:
        raise Ticket.DoesNotExist(event.subject_id)
    return found


@kept
def _just_where(number: int) -> QuerySet[Ticket]:
    return Ticket.objects.only("pk", "assignee_id", "inbox_id").filter(pk=number)


def _followers(ticket: Ticket) -> set[int]:
    return set(_following(ticket.pk))


@kept
def _following(ticket: int) -> QuerySet[Follow, int]:
    return Follow.objects.filter(ticket=ticket).values_list("agent", flat=True)


@within("ticket.assigned")
def tell_who_has_it(event: Event) -> None:
    notify([event.facts.get("agent")], Kind.ASSIGNED, _ticket(event), actor=event.actor)


@within("ticket.mentioned")
def tell_who_is_named(event: Event) -> None:
    ticket, named = _ticket(event), event.facts["agents"]
    withdraw(named, Kind.FOLLOWED, ticket)
    notify(named, Kind.MENTIONED, ticket, actor=event.actor)


@within("message.received")
def tell_of_the_customers_word(event: Event) -> None:
    """A new ticket is nobody's yet, and a machine's word is no word."""
    if event.facts.get("decision") != "appended":
        return
    ticket = _ticket(event)
    notify([ticket.assignee_id], Kind.CUSTOMER, ticket, actor=event.actor)
    notify(_followers(ticket) - {ticket.assignee_id}, Kind.FOLLOWED, ticket, actor=event.actor)


@within("message.queued", "note.written")
def tell_of_our_word(event: Event) -> None:
    """What colleagues say; what is said by itself is no news."""
    if not event.actor.startswith("agent:") or event.facts.get("automatic"):
        return
    ticket = _ticket(event)
    notify(_followers(ticket), Kind.FOLLOWED, ticket, actor=event.actor)


@within("message.failed", "message.bounced")
def tell_who_wrote_it(event: Event) -> None:
    author = Message.objects.filter(pk=event.facts.get("message")).values_list("author", flat=True).first()
    notify([author], Kind.FAILED, _ticket(event), actor="system")


@within("reply.held_back")
def tell_whose_reply_waits(event: Event) -> None:
    notify([event.facts.get("agent")], Kind.HELD, _ticket(event), actor=event.actor)


@within("ticket.woken")
def tell_who_slept_on_it(event: Event) -> None:
    """By the clock: the customer's own word is told already."""
    if event.actor == "system":
        ticket = _ticket(event)
        notify([ticket.assignee_id], Kind.WOKEN, ticket, actor="system")


@within("service_level.warned", "service_level.breached")
def tell_who_promised(event: Event) -> None:
    kind = Kind.DUE if event.kind == "service_level.warned" else Kind.MISSED
    ticket = _ticket(event)
    if kind == Kind.MISSED:
        withdraw([ticket.assignee_id or 0], Kind.DUE, ticket)
    notify([ticket.assignee_id], kind, ticket, actor="system")


@within("complaint.near", "complaint.overdue")
def tell_who_owes_an_answer(event: Event) -> None:
    kind, agents = Kind.DUE if event.kind == "complaint.near" else Kind.MISSED, event.facts["agents"]
    ticket = _ticket(event)
    if kind == Kind.MISSED:
        withdraw(agents, Kind.DUE, ticket)
    notify(agents, kind, ticket, actor="system")


@within("compliment.registered", "compliment.credited")
def tell_who_is_praised(event: Event) -> None:
    """Praise without a ticket is read on its own page."""
    if event.subject_kind == "ticket":
        notify(event.facts["agents"], Kind.PRAISED, _ticket(event), actor=event.actor)


@every(hours=6, priority=-50, title=_("Clear away old notifications"))
def trim_notifications() -> None:
    trim(Notification.objects.filter(at__lt=now() - KEEP).order_by("at"))
