"""Verbs of notifications: tell somebody, and note that he has seen it."""

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import QuerySet

from ahlan.core.asking import kept
from ahlan.core.clock import now
from ahlan.events.log import record
from ahlan.notifications.models import USUAL, Kind, Loudness, Notification, Wishes
from ahlan.staff.models import Agent
from ahlan.tickets.models import Ticket


def notify(agents: Iterable[int | None], kind: Kind, ticket: Ticket, *, actor: str) -> list[Notification]:
    """Tell these agents, each as loudly as he wishes; never somebody of what he did himself.

    Part of the transaction of what it tells of. Records `notification.raised` for each, heard by its receiver alone.
    """
    meant = {pk for pk in agents if pk and f"agent:{pk}" != actor}
    if not meant:
        return []
    loudness = _loudness(meant, kind)
    rows = [
        Notification(agent_id=pk, ticket=ticket, kind=kind, actor=actor[:60], at=now(), seen_at=None)
        for pk, how in sorted(loudness.items())
        if how != Loudness.OFF
    ]
    made = Notification.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["ticket", "agent", "kind"],
        update_fields=["actor", "at", "seen_at"],
    )
    for one in made:
        aloud = loudness[one.agent_id] == Loudness.ALOUD
        record("notification.raised", one, actor=actor, audience=f"agent:{one.agent_id}", aloud=aloud)
    return made


def _loudness(agents: set[int], kind: Kind) -> dict[int, str]:
    """How loudly each of those who are still here wants to hear of it."""
    if len(agents) == 1:  # as nearly always
        there, own = _active(*agents), dict(_wishes(*agents))
    else:
        there = list(Agent.objects.active().filter(pk__in=agents).values_list("pk", flat=True))
        own = dict(Wishes.objects.filter(agent__in=there).values_list("agent", "loudness"))
    return {pk: own.get(pk, {}).get(kind.value, USUAL[kind.value]) for pk in there}


@kept
def _active(agent: int) -> QuerySet[Agent, int]:
    return Agent.objects.active().filter(pk=agent).values_list("pk", flat=True)


@kept
def _wishes(agent: int) -> QuerySet[Wishes, tuple[int, dict[str, str]]]:
    return Wishes.objects.filter(agent=agent).values_list("agent", "loudness")


def withdraw(agents: Iterable[int], kind: Kind, ticket: Ticket) -> None:
    """What is told better by another notification of the same moment."""
    Notification.objects.filter(ticket=ticket, agent__in=list(agents), kind=kind, seen_at=None).delete()


def see_ticket(agent: Agent, ticket: Ticket) -> None:
    """He looks at the ticket: what he was told of it is seen."""
    if ticket.holds(Notification):
        _see(agent, Notification.objects.filter(agent=agent, ticket=ticket))


def see_all(agent: Agent) -> int:
    """All that he was told is seen; returns how much that was."""
    return _see(agent, Notification.objects.filter(agent=agent))


def _see(agent: Agent, notifications: QuerySet[Notification]) -> int:
    new = notifications.filter(seen_at=None)
    if not new.exists():  # looking writes nothing where there is nothing to note
        return 0
    with transaction.atomic():
        seen = new.update(seen_at=now())
        if seen:
            record("notification.seen", agent, actor=agent.actor, audience=agent.actor, n=seen)
    return seen


@transaction.atomic
def wish(agent: Agent, loudness: Mapping[str, str]) -> None:
    """Set how loudly he wants to hear of what. Raises ValueError for a kind or a loudness there is not."""
    if set(loudness) - set(Kind.values) or set(loudness.values()) - set(Loudness.values):
        raise ValueError("no such wish")
    own = {kind: how for kind, how in loudness.items() if how != USUAL[kind]}
    Wishes.objects.update_or_create(agent=agent, defaults={"loudness": own})
    record("agent.wishes_set", agent, actor=agent.actor, audience=agent.actor)
