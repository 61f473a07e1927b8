"""Verbs of those who want to know: follow a ticket, leave it, and name somebody in a note."""

from collections.abc import Iterable

from django.db import transaction

from ahlan.events.log import record
from ahlan.staff.models import Agent
from ahlan.tickets.actions.work import current
from ahlan.tickets.models import Follow, Mention, Message, Ticket


@transaction.atomic
def follow_ticket(ticket: Ticket, agent: Agent, *, actor: str) -> None:
    """Have the ticket among those one follows; nothing when it is already."""
    _follow(current(ticket), [agent.pk], actor=actor)


@transaction.atomic
def unfollow_ticket(ticket: Ticket, agent: Agent, *, actor: str) -> None:
    """Follow it no more."""
    ticket = current(ticket)
    gone, _kinds = Follow.objects.filter(ticket=ticket, agent=agent).delete()
    if gone:
        record("ticket.unfollowed", ticket, actor=actor, audience=ticket.audience, agent=agent.pk)


def mention(message: Message, agents: Iterable[int], *, actor: str) -> None:
    """Bring a note to those it names; they follow its ticket from now on. Part of the verb that wrote it."""
    named, ticket = sorted(agents), message.ticket
    if not named:
        return
    Mention.objects.bulk_create(
        [Mention(ticket=ticket, agent_id=one, message=message, at=message.at) for one in named],
        update_conflicts=True,
        unique_fields=["ticket", "agent"],
        update_fields=["message", "at", "seen_at"],
    )
    record(
        "ticket.mentioned", ticket, actor=actor, audience=ticket.audience, agents=named, message=message.pk
    )
    _follow(ticket, named, actor=actor)


def _follow(ticket: Ticket, agents: list[int], *, actor: str) -> None:
    known = set(Follow.objects.filter(ticket=ticket, agent__in=agents).values_list("agent", flat=True))
    new = [one for one in agents if one not in known]
    Follow.objects.bulk_create([Follow(ticket=ticket, agent_id=one) for one in new], ignore_conflicts=True)
    for one in new:
        record("ticket.followed", ticket, actor=actor, audience=ticket.audience, agent=one)
