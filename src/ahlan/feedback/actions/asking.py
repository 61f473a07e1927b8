"""Verbs that ask: plan an invitation, judge once more when its time comes, send it, remind once, and honour who does not want to be asked."""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from ahlan.calendars.calendar import Calendar
from ahlan.calendars.queries import calendar_of, hours_of
from ahlan.channels.contract import NotSent, Unsure
from ahlan.channels.models import Inbox
from ahlan.channels.registry import channel
from ahlan.core.clock import now
from ahlan.core.languages import INSTALLED
from ahlan.customers.models import Address, Customer
from ahlan.customers.queries import family_of
from ahlan.events.log import record
from ahlan.feedback import counting, mailing
from ahlan.feedback.links import digest_of, new_token
from ahlan.feedback.marks import segments_marked
from ahlan.feedback.models import Invitation, OptOut, Reason, State, Survey, Trigger
from ahlan.feedback.queries import asked_lately, has_open_complaint, latest, waiting_for
from ahlan.tickets.conditions import matching, query
from ahlan.tickets.models import Direction, Message, Ticket
from ahlan.tickets.models import State as TicketState
from ahlan.tickets.reach import reach_at

AT_ONCE = 50
MOST_TRIES = 6
PAUSE = timedelta(minutes=15)
LOST = timedelta(minutes=30)  # a worker that began to send and said nothing since


@transaction.atomic
def plan_for(ticket: Ticket) -> None:
    """Plan what surveys ask after a ticket is closed. Part of closing it."""
    waiting = waiting_for(Trigger.CLOSED)
    if not waiting:
        return
    fits = matching(ticket, {one.pk: one.conditions for one in waiting})
    for survey in waiting:
        if survey.pk in fits:
            plan_invitation(
                survey,
                ticket.customer.primary,
                ticket=ticket,
                at=now() + timedelta(minutes=survey.delay_minutes),
            )


@transaction.atomic
def plan_invitation(
    survey: Survey, customer: Customer, *, at: datetime, ticket: Ticket | None = None
) -> Invitation:
    """Have somebody asked at a moment, if he may be then. Whoever plans (a visit that ended, a call) calls this.

    Who is not in the sample is kept too, with the reason.
    """
    Invitation.objects.filter(survey=survey, ticket=ticket, state=State.PLANNED).exclude(ticket=None).update(
        state=State.NOT_ASKED, reason=Reason.REOPENED
    )
    drawn = secrets.randbelow(100) < survey.share
    return Invitation.objects.create(
        survey=survey, version=latest(survey.key), customer=customer, ticket=ticket, send_at=at,
        language=language_for(customer, ticket), inbox=ticket.inbox if ticket else survey.inbox, team=ticket.team if ticket else None,
        state=State.PLANNED if drawn else State.NOT_ASKED, reason="" if drawn else Reason.SHARE,
    )  # fmt: skip


def language_for(customer: Customer, ticket: Ticket | None) -> str:
    found = (customer.language, ticket.language if ticket else "", ticket.inbox.language if ticket else "")
    return next((one for one in found if one in INSTALLED), "en")


def due(at: datetime, limit: int = AT_ONCE) -> list[Invitation]:
    related = ("survey", "version", "customer__merged_into", "ticket__inbox", "ticket__customer", "inbox")
    found = Invitation.objects.select_related(*related).filter(state=State.PLANNED, send_at__lte=at)
    return list(found.order_by("send_at")[:limit])


def send_due() -> int:
    """Send, put off or refuse what is due; returns how many. No transaction is open while a wire is used."""
    found = due(now())
    for one in found:
        _settle(one)
    return len(found)


def _settle(one: Invitation) -> None:
    if reason := why_not(one):
        refuse(one, reason)
        return
    later = polite(one.survey, one.customer.primary, now())
    if later > now():
        Invitation.objects.filter(pk=one.pk, state=State.PLANNED).update(send_at=later)
        return
    send(one)


@transaction.atomic
def refuse(one: Invitation, reason: str) -> None:
    """Not asked, and why."""
    Invitation.objects.filter(pk=one.pk, state=State.PLANNED).update(state=State.NOT_ASKED, reason=reason)


def why_not(one: Invitation) -> str:
    """Why somebody must not be asked now, as a `Reason`; "" when he may."""
    survey, customer, ticket = one.survey, one.customer.primary, one.ticket
    if not survey.is_active:
        return Reason.OFF
    if ticket is not None and (reason := _of_ticket(ticket)):
        return reason
    if OptOut.objects.filter(customer__in=family_of(customer)).exists():
        return Reason.UNSUBSCRIBED
    if has_open_complaint(customer):
        return Reason.COMPLAINT
    since = now() - timedelta(
        days=max(survey.quiet_days, survey.every_days if survey.trigger == Trigger.SCHEDULE else 0)
    )
    if asked_lately(customer, since):
        return Reason.RECENT
    return _of_wire(one)


def _of_ticket(ticket: Ticket) -> str:
    if ticket.removal:
        return Reason.REMOVED
    if ticket.state != TicketState.CLOSED:
        return Reason.REOPENED
    if author_of(ticket) is None:
        return Reason.NO_REPLY
    said = Message.objects.filter(ticket=ticket, direction=Direction.IN).order_by("-id")
    return Reason.MACHINE if said.values_list("automatic", flat=True).first() else ""


def _of_wire(one: Invitation) -> str:
    way = way_to(one)
    if way is None:
        return Reason.NO_ADDRESS
    inbox, address = way
    if address.failing_since:
        return Reason.BOUNCED
    reach = reach_at(inbox, one.customer, address.value)
    within = channel(inbox.channel).abilities.reply_window is None or reach.until is not None
    return (
        "" if reach.is_open and within else Reason.WINDOW
    )  # what is paid for after it is for people to decide


def author_of(ticket: Ticket) -> int | None:
    """The person who last answered in public, who is credited with what is said of it."""
    said = Message.objects.filter(ticket=ticket, direction=Direction.OUT, author__isnull=False, automatic="")
    return said.order_by("-id").values_list("author", flat=True).first()


def way_to(one: Invitation) -> tuple[Inbox, Address] | None:
    """The inbox that asks and where: the ticket's own, unless somebody must sit there to hear it, else the survey's, else any for mail."""
    own = one.ticket.inbox if one.ticket else None
    if own and (not own.is_active or channel(own.channel).abilities.immediate):
        own = None
    chosen = one.survey.inbox if one.survey.inbox and one.survey.inbox.is_active else None
    mail = None if chosen else Inbox.objects.filter(channel="email", is_active=True).order_by("id").first()
    for inbox in filter(None, (own, chosen, mail)):
        found = Address.objects.filter(customer__in=family_of(one.customer), kind=inbox.channel)
        if (address := found.order_by("failing_since", "id").first()) is not None:
            return inbox, address
    return None


def polite(survey: Survey, customer: Customer, at: datetime) -> datetime:
    """The first moment from `at` on that lies in our hours by the clocks where he lives."""
    if not survey.in_hours:
        return at
    hours = hours_of(None)
    if hours is None:
        return at
    return (
        _there(hours.pk, hours.stamp, customer.time_zone).next_opening(at)
        if customer.time_zone
        else calendar_of(hours).next_opening(at)
    )


@lru_cache(maxsize=64)
def _there(pk: int, _stamp: str, zone: str) -> Calendar:
    """The house's hours by the clocks of another zone."""
    hours = hours_of(pk)
    calendar = calendar_of(hours) if hours else Calendar(())
    return Calendar(tuple(replace(one, zone=ZoneInfo(zone)) for one in calendar.versions), calendar.days)


def send(one: Invitation) -> None:
    """Send an invitation once. A worker that is killed between the wire and its note leaves one that may have gone, and is not sent again."""
    way, token = way_to(one), new_token()
    if way is None:
        refuse(one, Reason.NO_ADDRESS)
        return
    inbox, address = way
    claimed = Invitation.objects.filter(pk=one.pk, state=State.PLANNED).update(
        state=State.SENDING, digest=digest_of(token, "invitation"), sent_at=now(), tries=one.tries + 1,
        agent=author_of(one.ticket) if one.ticket else None, inbox=one.ticket.inbox if one.ticket else inbox,
        marks="" if one.survey.anonymous else segments_marked(one.customer.primary),
    )  # fmt: skip
    if not claimed:
        return
    one.refresh_from_db()
    try:
        _hand_over(one, inbox, address, token)
    except NotSent as refusal:
        _not_sent(one, refusal)
    except Unsure:
        settle_sent(one)
    else:
        settle_sent(one)


def _hand_over(one: Invitation, inbox: Inbox, address: Address, token: str, *, again: bool = False) -> None:
    outbound = mailing.outbound_of(one, inbox, address, token, again=again)
    channel(inbox.channel).send(outbound, committing=lambda: None)


@transaction.atomic
def settle_sent(one: Invitation) -> None:
    remind = timedelta(days=one.survey.remind_days) if one.survey.remind_days else None
    values = {"state": State.SENT, "remind_at": one.sent_at + remind if remind and one.sent_at else None}
    if Invitation.objects.filter(pk=one.pk, state=State.SENDING).update(**values):
        counting.count_invitation(one, counting.INVITED)
        if one.ticket and not one.survey.anonymous:
            record(
                "survey.sent",
                one.ticket,
                actor="system",
                audience=one.ticket.audience,
                survey=one.survey_id,
                invitation=one.pk,
            )


@transaction.atomic
def _not_sent(one: Invitation, refusal: NotSent) -> None:
    held = Invitation.objects.filter(pk=one.pk, state=State.SENDING)
    if refusal.permanent or one.tries >= MOST_TRIES:
        if held.update(state=State.UNDELIVERED):
            counting.count_invitation(one, counting.INVITED)
            counting.count_invitation(one, counting.UNDELIVERED)
        return
    held.update(state=State.PLANNED, digest=None, sent_at=None, send_at=now() + PAUSE * one.tries)


def remind_due() -> int:
    """Remind those who have not answered, once, under the same conditions; returns how many were due."""
    related = ("survey", "version", "customer__merged_into", "ticket__inbox", "ticket__customer", "inbox")
    found = Invitation.objects.select_related(*related).filter(state=State.SENT, remind_at__lte=now())
    many = list(found.order_by("remind_at")[:AT_ONCE])
    for one in many:
        _remind(one)
    return len(many)


def _remind(one: Invitation) -> None:
    customer, at = one.customer.primary, now()
    gone = OptOut.objects.filter(customer__in=family_of(customer)).exists() or has_open_complaint(customer)
    removed = one.ticket is not None and (one.ticket.removal or one.ticket.state != TicketState.CLOSED)
    way = way_to(one)
    mine = Invitation.objects.filter(pk=one.pk, state=State.SENT, remind_at=one.remind_at)
    if gone or removed or not one.survey.is_active or way is None or _of_wire(one):
        mine.update(remind_at=None)
        return
    if (later := polite(one.survey, customer, at)) > at:
        mine.update(remind_at=later)
        return
    token = new_token()
    if mine.update(remind_at=None, reminded_at=at, reminder_digest=digest_of(token, "invitation")):
        try:
            _hand_over(one, *way, token, again=True)
        except (NotSent, Unsure):
            return  # the first one has arrived; one reminder is enough, whether it has or not


def find_lost() -> None:
    """What a dead worker left in the middle may have gone: it counts as sent."""
    for one in Invitation.objects.select_related("survey", "ticket", "inbox").filter(
        state=State.SENDING, sent_at__lt=now() - LOST
    )[:AT_ONCE]:
        settle_sent(one)


@transaction.atomic
def opt_out(customer: Customer, *, actor: str) -> None:
    """He does not want to be asked. Safe to repeat."""
    _row, made = OptOut.objects.get_or_create(customer=customer.primary)
    if made:
        record("survey.unsubscribed", customer.primary, actor=actor)
        Invitation.objects.filter(customer__in=family_of(customer), state=State.SENT).update(remind_at=None)


@transaction.atomic
def opt_in(customer: Customer, *, actor: str) -> None:
    """He may be asked again."""
    gone, _rows = OptOut.objects.filter(customer__in=family_of(customer)).delete()
    if gone:
        record("survey.subscribed", customer.primary, actor=actor)


def ask_again() -> int:
    """Plan what is asked again and again: of customers whose ticket was closed in the time since; returns how many."""
    return sum(_ask_again(survey) for survey in waiting_for(Trigger.SCHEDULE))


@transaction.atomic
def _ask_again(survey: Survey, limit: int = 500) -> int:
    since = now() - timedelta(days=survey.every_days)
    known = Invitation.objects.filter(survey=survey, made_at__gte=since).values("customer")
    closed = Ticket.objects.filter(state=TicketState.CLOSED, removal="", closed_at__gte=since, internal=False)
    new = closed.exclude(customer__in=known).exclude(customer__merged_into__in=known)
    found = Ticket.objects.filter(pk__in=new.filter(query(survey.conditions)).values("pk")).order_by("id")
    people = {
        one.customer.primary.pk: one.customer.primary
        for one in found.select_related("customer__merged_into")[:limit]
    }
    for customer in people.values():
        plan_invitation(survey, customer, at=now())
    return len(people)


def next_due() -> datetime | None:
    """When the next invitation, or reminder, is to go out."""
    planned = (
        Invitation.objects.filter(state=State.PLANNED)
        .order_by("send_at")
        .values_list("send_at", flat=True)
        .first()
    )
    remind = (
        Invitation.objects.filter(Q(remind_at__isnull=False))
        .order_by("remind_at")
        .values_list("remind_at", flat=True)
        .first()
    )
    return min(filter(None, (planned, remind)), default=None)
