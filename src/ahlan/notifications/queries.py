"""Reads of notifications, as sentences their receiver understands."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ahlan.events.models import Event
from ahlan.notifications.models import Kind, Notification
from ahlan.staff.models import Agent
from ahlan.tickets.bodies import excerpt_of
from ahlan.tickets.history import Names
from ahlan.tickets.models import Mention
from ahlan.tickets.policies import inbox_ids_of

ORDER = ("-at", "-id")
SAID = 140  # characters of a note
MOST_COUNTED = 100  # more is "99+"


def notifications_of(agent: Agent) -> QuerySet[Notification]:
    """What an agent was told of tickets that he may still see."""
    found = Notification.objects.filter(agent=agent).select_related("ticket__customer__merged_into")
    return found if agent.sees_all_inboxes() else found.filter(ticket__inbox__in=inbox_ids_of(agent))


def unseen(agent: Agent) -> int:
    """How much of it he has not seen, counted up to a hundred."""
    return notifications_of(agent).filter(seen_at=None)[:MOST_COUNTED].count()


@dataclass(frozen=True, slots=True)
class Line:
    """A notification and what it says; `said` is the beginning of the note that mentions its receiver, as safe HTML."""

    notification: Notification
    sentence: str
    said: str = ""


def lines_of(notifications: Iterable[Notification]) -> list[Line]:
    """Each with its sentence. The names in them cost two queries, the notes of mentions one."""
    notifications = list(notifications)
    events = [Event(kind="notification.raised", actor=one.actor, facts={}) for one in notifications]
    names = Names(events)
    notes = _notes_of([one for one in notifications if one.kind == Kind.MENTIONED])
    return [
        Line(one, SENTENCES[Kind(one.kind)](names.actor(event)), notes.get(one.pk, ""))
        for one, event in zip(notifications, events, strict=True)
    ]


def _notes_of(mentioned: list[Notification]) -> dict[int, str]:
    """The beginning of the latest note that mentions each one's receiver in its ticket, by the notification's id."""
    if not mentioned:
        return {}
    agents = {one.agent_id for one in mentioned}
    found = Mention.objects.filter(agent__in=agents, ticket__in=[one.ticket_id for one in mentioned])
    notes = {(one.agent_id, one.ticket_id): one for one in found.select_related("message", "agent")}
    return {
        one.pk: excerpt_of(mention.message, SAID, mention.agent)
        for one in mentioned
        if (mention := notes.get((one.agent_id, one.ticket_id)))
    }


SENTENCES: dict[Kind, Callable[[str], str]] = {
    Kind.ASSIGNED: lambda name: _("%(actor)s gave you this ticket") % {"actor": name},
    Kind.MENTIONED: lambda name: _("%(actor)s mentioned you") % {"actor": name},
    Kind.CUSTOMER: lambda name: _("%(actor)s wrote to you") % {"actor": name},
    Kind.FOLLOWED: lambda name: _("%(actor)s wrote in a ticket you follow") % {"actor": name},
    Kind.WOKEN: lambda name: _("Your ticket woke up"),
    Kind.FAILED: lambda name: _("Your reply was not delivered"),
    Kind.HELD: lambda name: _("Your reply was held back"),
    Kind.DUE: lambda name: _("A deadline is about to be missed"),
    Kind.MISSED: lambda name: _("A deadline was missed"),
    Kind.PRAISED: lambda name: _("A customer praises you"),
}
