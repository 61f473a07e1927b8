"""Verbs on low scores: open the work, say how it ended."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from ahlan.calendars.calendar import NoOpenHours
from ahlan.calendars.queries import calendar_for
from ahlan.channels.models import Inbox
from ahlan.core.clock import now
from ahlan.core.numerals import exact, number
from ahlan.events.log import record
from ahlan.feedback.models import Answer, Outcome, Recovery
from ahlan.staff.models import Agent
from ahlan.tickets.actions.automatic import note_by_itself
from ahlan.tickets.actions.opening import open_ticket
from ahlan.tickets.actions.passing import targets_of
from ahlan.tickets.actions.work import assign_ticket, current, reopen_ticket
from ahlan.tickets.models import Direction, Ticket

AT_ONCE = 50
ACTOR = "system"


def look_into_due() -> int:
    """Open the work of low scores that are said out; returns how many."""
    found = Answer.objects.filter(look_at__lte=now()).order_by("look_at")
    keys = list(found.values_list("pk", flat=True)[:AT_ONCE])
    for key in keys:
        open_work(key)
    return len(keys)


def next_look() -> datetime | None:
    found = Answer.objects.filter(look_at__isnull=False).order_by("look_at")
    return found.values_list("look_at", flat=True).first()


@transaction.atomic
def open_work(key: int) -> Recovery | None:
    """A note on the ticket, which opens again for the team's lead, or a ticket where there is none. Once for each answer."""
    related = ("survey__inbox", "version", "customer__merged_into", "ticket__customer", "ticket__inbox")
    answer = Answer.objects.select_for_update(of=("self",)).select_related(*related).filter(pk=key).first()
    if answer is None or answer.look_at is None:
        return None
    answer.look_at = None
    answer.save(update_fields=["look_at"])
    if answer.customer is None or Recovery.objects.filter(answer=answer).exists():
        return None
    ticket = _ticket_of(answer)
    if ticket is None:
        return None
    recovery = Recovery.objects.create(
        answer=answer,
        ticket=ticket,
        customer=answer.customer.primary,
        agent=ticket.assignee,
        due_at=_due(answer, ticket),
    )
    record(
        "recovery.opened",
        ticket,
        actor=ACTOR,
        audience=ticket.audience,
        recovery=recovery.pk,
        survey=answer.survey_id,
    )
    return recovery


def _due(answer: Answer, ticket: Ticket) -> datetime:
    hours = timedelta(hours=answer.survey.work_hours if answer.survey else 8)
    calendar = ticket.team.calendar() if ticket.team else calendar_for(None)
    try:
        return calendar.add(now(), hours)
    except NoOpenHours:
        return now() + hours


def _ticket_of(answer: Answer) -> Ticket | None:
    if answer.ticket is not None and not answer.ticket.removal:
        return _taken_up(current(answer.ticket), answer)
    inbox = (answer.survey.inbox if answer.survey else None) or Inbox.objects.filter(
        channel="email", is_active=True
    ).first()
    if inbox is None or answer.customer is None:
        return None
    text = _told(answer, inbox.language)
    with translation.override(inbox.language):
        subject = _("A low score to look into")
    return open_ticket(inbox, answer.customer, subject=subject, text=text, says=Direction.NOTE, actor=ACTOR)


def _taken_up(ticket: Ticket, answer: Answer) -> Ticket:
    note_by_itself(ticket, text=_told(answer, ticket.inbox.language), actor=ACTOR)
    reopen_ticket(ticket, actor=ACTOR)
    _team, lead = targets_of(ticket)
    if lead is not None:
        assign_ticket(ticket, lead, actor=ACTOR)
    ticket.refresh_from_db()
    return ticket


def _told(answer: Answer, language: str) -> str:
    """What the note says, in the language of the inbox."""
    with translation.override(language):
        told = {
            "survey": str(answer.survey or answer.version),
            "score": number(answer.score or 0),
            "at": exact(answer.answered_at),
        }
        head = (
            _(
                "Low score in “%(survey)s”: %(score)s (%(at)s). Get in touch, put it right if you can, and say below how it ended."
            )
            % told
        )
    quoted = "\n".join(f"> {line}" for line in answer.comment.splitlines())
    return f"{head}\n\n{quoted}" if quoted else head


@transaction.atomic
def end_work(recovery: Recovery, outcome: str, *, agent: Agent) -> Recovery:
    """Say how it ended; an outcome may be changed. Raises ValueError for one nobody knows."""
    outcome = Outcome(outcome).value
    held = Recovery.objects.select_for_update(of=("self",)).select_related("ticket").get(pk=recovery.pk)
    if held.outcome != outcome:
        held.outcome = outcome
        held.ended_at, held.ended_by = (now(), agent) if outcome else (None, None)
        held.save(update_fields=["outcome", "ended_at", "ended_by"])
        record(
            "recovery.ended" if outcome else "recovery.taken_up", held.ticket, actor=agent.actor, audience=held.ticket.audience,
            recovery=held.pk, outcome=outcome,
        )  # fmt: skip
    return held
