"""Verbs that move a ticket: assign, transfer, set state, status, type and priority, close, reopen, tag, spam, delete and back.

State and status cannot disagree: `move` alone writes them, and a status belongs to one state for ever.
"""

from collections.abc import Mapping

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ahlan.core.asking import kept
from ahlan.core.clock import now
from ahlan.core.numerals import listed
from ahlan.core.rows import update
from ahlan.core.text import clean
from ahlan.customers.models import Customer
from ahlan.events.history import is_history
from ahlan.events.log import record
from ahlan.staff.models import Agent, Team
from ahlan.tickets.fields import missing
from ahlan.tickets.looking import lookers
from ahlan.tickets.models import Mention, Priority, Removal, Sight, State, Tag, Ticket
from ahlan.tickets.models.own import Field
from ahlan.tickets.tallies import place_of, tally
from ahlan.tickets.vocabulary import DEFAULT, vocabulary

MARKED_AT_ONCE = 100
# By hand: every look at a ticket writes one, and building the same statement anew takes longer than running it.
SEEN = f"""INSERT INTO {Sight._meta.db_table} (agent_id, ticket_id, seen_at) VALUES (%s, %s, %s)
           ON CONFLICT (agent_id, ticket_id) DO UPDATE SET seen_at = excluded.seen_at"""  # noqa: S608 -- a table's name alone


class FieldsMissing(Exception):
    """The ticket cannot be closed while these `fields` are empty; its text says so, to a person."""

    def __init__(self, fields: list[Field]) -> None:
        names = listed([one.name for one in fields])
        super().__init__(_("Fill in before closing: %(fields)s") % {"fields": names})
        self.fields = fields


def locked(ticket: Ticket) -> Ticket:
    """The ticket as it stands now, held until the transaction ends, so that two changes follow one another.

    One that has been merged meanwhile gives the ticket its words lie in.
    """
    held = _held.first(ticket.pk)
    if held is None:
        raise Ticket.DoesNotExist(ticket.pk)
    return held if held.merged_into is None else locked(held.merged_into)


@kept
def _held(number: int) -> QuerySet[Ticket]:
    return Ticket.objects.select_for_update().filter(pk=number)


def current(ticket: Ticket) -> Ticket:
    """The same ticket, held; another one only where it has been merged meanwhile."""
    held = locked(ticket)
    return ticket if held.pk == ticket.pk else held


def move(ticket: Ticket, kind: str, *, actor: str, facts: dict[str, object], **values: object) -> Ticket:
    """Change a ticket's place, keep the tally, record one event; nothing at all when nothing changes.

    A ticket that goes into another state leaves its status for what is given, or for the one this state begins with.
    """
    held = locked(ticket)
    if values.get("state", held.state) != held.state and "status_id" not in values:
        values["status_id"] = vocabulary().id_in(str(values["state"]), DEFAULT)
    changed = [key for key, value in values.items() if getattr(held, key) != value]
    before = place_of(held)
    for key, value in values.items():
        setattr(held, key, value)
        setattr(ticket, key, value)
    if changed:
        update(held, *changed)
        tally([(before, place_of(held))])
        if held.status_id and "status_id" in changed:
            facts = {**facts, "status": held.status_id}
        record(kind, held, actor=actor, audience=held.audience, **facts)
    return ticket


@transaction.atomic
def assign_ticket(
    ticket: Ticket, agent: Agent | None, *, actor: str, because: Mapping[str, object] | None = None
) -> Ticket:
    """Give the ticket to an agent, or to nobody; `because`: facts that tell why. Raises ValueError for somebody who has left."""
    if agent is not None and not agent.is_active and not is_history():
        raise ValueError("this person no longer works here")
    facts: dict[str, object] = {
        "agent": agent.pk if agent else None,
        "before": ticket.assignee_id,
        **(because or {}),
    }
    return move(ticket, "ticket.assigned", actor=actor, facts=facts, assignee_id=agent.pk if agent else None)


@transaction.atomic
def transfer_ticket(
    ticket: Ticket,
    team: Team | None,
    *,
    actor: str,
    reason: str = "",
    because: Mapping[str, object] | None = None,
) -> Ticket:
    """Hand the ticket to another team; it is nobody's there until somebody takes it. `because`: facts that tell why."""
    note = bool(clean(reason).strip())
    facts: dict[str, object] = {
        "team": team.pk if team else None,
        "before": ticket.team_id,
        "reason": note,
        **(because or {}),
    }
    return move(
        ticket,
        "ticket.transferred",
        actor=actor,
        facts=facts,
        team_id=team.pk if team else None,
        assignee_id=None,
    )


@transaction.atomic
def set_state(ticket: Ticket, state: str, *, actor: str, status: str = DEFAULT) -> Ticket:
    """Open, waiting, on hold or closed. Raises ValueError for any other word.

    `status`: the key of the finer word; without one it is what the state begins with.
    """
    state = State(state)
    if state == State.CLOSED:
        return close_ticket(ticket, actor=actor, status=status)
    ticket.state = locked(ticket).state
    if ticket.state == State.CLOSED:
        reopen_ticket(ticket, actor=actor)
    facts: dict[str, object] = {"state": state.value}
    return move(
        ticket, "ticket.state_changed", actor=actor, facts=facts, state=state.value, **_finer(state, status)
    )


def _finer(state: State, status: str) -> dict[str, object]:
    return {} if status == DEFAULT else {"status_id": vocabulary().id_in(state, status)}


@transaction.atomic
def set_status(ticket: Ticket, key: str, *, actor: str) -> Ticket:
    """Put the ticket into a status, and so into the state it belongs to; a state's name means its plain one.

    Raises ValueError for one nobody knows, or that is archived.
    """
    state = vocabulary().state_of(key)
    ticket.state = locked(ticket).state
    if ticket.state != state:
        return set_state(ticket, state, actor=actor, status=key)
    facts: dict[str, object] = {"state": state.value}
    return move(ticket, "ticket.status_changed", actor=actor, facts=facts, **_finer(state, key))


def mark_internal(customers: QuerySet[Customer], *, internal: bool, actor: str) -> int:
    """Say that the unclosed tickets of these customers come from an own division, or do not; returns how many changed.

    What is closed stays as it was counted. A few in a transaction, so that it may be stopped anywhere and repeated.
    """
    found = Ticket.objects.filter(customer__in=customers).exclude(state=State.CLOSED)
    changed = 0
    while some := list(found.exclude(internal=internal).order_by("pk")[:MARKED_AT_ONCE]):
        with transaction.atomic():
            for one in some:
                move(
                    one,
                    "ticket.internal_changed",
                    actor=actor,
                    facts={"internal": internal},
                    internal=internal,
                )
        changed += len(some)
    return changed


def go_to(ticket: Ticket, then: str, *, actor: str) -> Ticket:
    """A state, with the status it begins with, or the key of a status of one's own. Raises ValueError."""
    return (set_state if then in State.values else set_status)(ticket, then, actor=actor)


@transaction.atomic
def set_type(ticket: Ticket, kind: int | None, *, actor: str) -> Ticket:
    """Say what kind of need it is, by the id of a type; None takes it away. Raises ValueError for one that is archived or unknown."""
    found = vocabulary().types.get(kind) if kind is not None else None
    if kind is not None and (found is None or found.is_archived):
        raise ValueError("no such type")
    facts: dict[str, object] = {"type": kind, "before": ticket.type_id}
    return move(ticket, "ticket.type_changed", actor=actor, facts=facts, type_id=kind)


@transaction.atomic
def close_ticket(ticket: Ticket, *, actor: str, status: str = DEFAULT) -> Ticket:
    """Say that the need is met. `status`: as for `set_state`.

    Raises FieldsMissing where a person closes it and required fields are empty; rules and machines are not refused.
    """
    held = locked(ticket)
    ticket.state, ticket.status_id, ticket.closed_at = held.state, held.status_id, held.closed_at
    if held.state == State.CLOSED:  # somebody else may have been quicker
        return ticket
    if actor.startswith("agent:") and not is_history() and (empty := missing(held)):
        raise FieldsMissing(empty)
    return move(
        ticket, "ticket.closed", actor=actor, facts={},
        state=State.CLOSED.value, closed_at=now(), snoozed=False, wakes_at=None, **_finer(State.CLOSED, status),
    )  # fmt: skip


@transaction.atomic
def reopen_ticket(ticket: Ticket, *, actor: str) -> Ticket:
    """Open it again: the customer has written, or somebody found it unfinished."""
    ticket.state = locked(ticket).state
    kind = "ticket.reopened" if ticket.state == State.CLOSED else "ticket.state_changed"
    facts: dict[str, object] = {"state": State.OPEN.value}
    return move(ticket, kind, actor=actor, facts=facts, state=State.OPEN.value, closed_at=None)


@transaction.atomic
def set_priority(ticket: Ticket, priority: int, *, actor: str) -> Ticket:
    """Low to urgent. Raises ValueError for any other number."""
    priority = Priority(priority).value
    return move(
        ticket, "ticket.priority_changed", actor=actor, facts={"priority": priority}, priority=priority
    )


@transaction.atomic
def mark_spam(ticket: Ticket, *, actor: str) -> Ticket:
    """Out of every list and count; `restore_ticket` brings it back."""
    return move(ticket, "ticket.marked_spam", actor=actor, facts={}, removal=Removal.SPAM.value)


@transaction.atomic
def delete_ticket(ticket: Ticket, *, actor: str) -> Ticket:
    """Put it in the bin; `restore_ticket` brings it back."""
    return move(ticket, "ticket.deleted", actor=actor, facts={}, removal=Removal.DELETED.value)


@transaction.atomic
def restore_ticket(ticket: Ticket, *, actor: str) -> Ticket:
    """Bring back what was deleted or marked as spam."""
    return move(
        ticket, "ticket.restored", actor=actor, facts={"from": ticket.removal}, removal=Removal.NONE.value
    )


def mark_seen(agent: Agent, ticket: Ticket) -> None:
    """This agent has looked at the ticket. Nothing is written when it does not ask for that, or he has since."""
    for look in lookers:
        look(agent, ticket)
    named = Mention.objects.filter(agent=agent, ticket=ticket, seen_at=None)
    if ticket.holds(Mention) and named.exists():
        named.update(seen_at=now())
    asks = ticket.asks_since
    if asks is None or _seen(agent.pk, ticket.pk, asks):
        return
    with connection.cursor() as cursor:
        cursor.execute(SEEN, [agent.pk, ticket.pk, connection.ops.adapt_datetimefield_value(now())])


@kept
def _seen(agent: int, ticket: int, since: object) -> QuerySet[Sight]:
    return Sight.objects.filter(agent=agent, ticket=ticket, seen_at__gte=since)


@transaction.atomic
def tag_ticket(ticket: Ticket, names: list[str], *, actor: str) -> Ticket:
    """Set the ticket's tags to these names; new names are made."""
    wanted = {name[:60] for raw in names if (name := " ".join(clean(raw).split()))}
    held = locked(ticket)
    before = set(held.tags.values_list("name", flat=True))
    if wanted != before:
        Tag.objects.bulk_create([Tag(name=name) for name in sorted(wanted)], ignore_conflicts=True)
        tags = list(Tag.objects.filter(name__in=wanted))
        held.tags.set(tags)
        record("ticket.tagged", held, actor=actor, audience=held.audience, tags=[tag.pk for tag in tags])
    return ticket
