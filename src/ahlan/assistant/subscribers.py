"""A bot hears of a customer's words within the verb that takes them, and thinks about them in a job right after."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from ahlan.assistant.actions import conversation as verbs
from ahlan.assistant.actions import help as help_
from ahlan.assistant.actions.thinking import see_to
from ahlan.assistant.bots import bots
from ahlan.assistant.models import HOLDS, Conversation, Reason, Stands
from ahlan.core.languages import INSTALLED
from ahlan.core.rows import fetch
from ahlan.events.log import record
from ahlan.events.models import Event
from ahlan.events.subscribe import after, within
from ahlan.events.timers import every, when_due
from ahlan.tickets.models import Ticket


@within("message.received")
def hear(event: Event) -> None:
    """A person's word on a ticket that is just opened, or that the bot holds. Machines and strangers are not answered."""
    if event.facts.get("automatic") or event.facts.get("stranger") or not bots():
        return
    ticket = fetch(Ticket, event.subject_id)
    found = Conversation.objects.filter(ticket=ticket).select_related("bot").first()
    if found is None and event.facts.get("decision") == "opened":
        found = verbs.take_up(ticket, language=_language(ticket))
    if found is None:
        return
    if found.state == Stands.SOLVED:
        verbs.come_back(ticket)
    elif found.holds:
        record("assistant.heard", ticket, actor=found.bot.actor, message=event.facts["message"])


def _language(ticket: Ticket) -> str:
    return next((one for one in (ticket.language, ticket.inbox.language) if one in INSTALLED), "en")


@after("assistant.heard", priority=30, max_attempts=5, title=_("Let the assistant answer"))
def answer(event: Event) -> None:
    see_to(event.subject_id, event.facts["message"])


@within("job.died")
def mind_a_dead_job(event: Event) -> None:
    """What the bot could not answer at all is for people at once."""
    if event.facts.get("event_kind") == "assistant.heard":
        asked = Event.objects.get(pk=event.facts["event"])
        verbs.hand_over(fetch(Ticket, asked.subject_id), Reason.BROKEN)
    elif event.facts.get("event_kind") == "assistant.help_asked":
        help_.give_up(Event.objects.get(pk=event.facts["event"]).facts["use"])


@after("assistant.help_asked", priority=40, max_attempts=5, title=_("Let the assistant write for an agent"))
def write(event: Event) -> None:
    help_.write_help(event.facts["use"])


@every(minutes=10, title=_("Forget the words of the assistant"))
def forget() -> None:
    help_.forget_words()


@within(
    "message.queued", "ticket.assigned", "ticket.transferred", "ticket.escalated", "ticket.state_changed", "ticket.closed",
    "ticket.snoozed", "ticket.marked_spam", "ticket.deleted", "ticket.merged",
)  # fmt: skip
def step_back(event: Event) -> None:
    """Somebody else has taken the matter in hand."""
    by = event.actor.partition(":")[0]
    theirs = by == "agent" or event.kind in ("ticket.closed", "ticket.merged") or event.facts.get("agent")
    if by == "bot" or not theirs or event.facts.get("again") or not bots():
        return
    if Conversation.objects.filter(ticket=event.subject_id, state__in=HOLDS).exists():
        verbs.hand_over(Ticket(pk=event.subject_id), Reason.AGENT)


@after("chat.ended", atomic=True, title=_("Hand over what a visitor left"))
def mind_who_left(event: Event) -> None:
    """Afterwards: who ends a chat holds the chat, and a ticket is held before its chat everywhere else."""
    number = event.facts.get("ticket") if event.facts.get("by") == "visitor" and bots() else None
    if number and Conversation.objects.filter(ticket=number, state__in=HOLDS).exists():
        verbs.hand_over(Ticket(pk=number), Reason.LEFT)


def next_silence() -> datetime | None:
    """One step along a partial index."""
    due = Conversation.objects.filter(due_at__isnull=False).order_by("due_at")
    return due.values_list("due_at", flat=True).first()


@when_due(next_silence, title=_("Hand over what nobody answers"))
def hand_over_silence() -> None:
    verbs.hand_over_due()
