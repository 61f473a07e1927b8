"""Events as plain sentences in the reader's language."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ahlan.core.numerals import exact, listed
from ahlan.customers.models import Customer
from ahlan.events.models import Event
from ahlan.staff.models import Agent, Team
from ahlan.tickets.models import Escalation, Priority, State, Status, Tag, TicketType
from ahlan.tickets.models.own import Field
from ahlan.tickets.vocabulary import vocabulary

# By the fact that holds an id or a list of them: what else a sentence may name. A room adds its own.
NAMED: dict[str, Any] = {"status": Status, "type": TicketType, "fields": Field}


class Names:
    """The names that a set of events mentions, read in one query for each kind of thing."""

    def __init__(self, events: Iterable[Event]) -> None:
        events = list(events)
        actors = [event.actor.partition(":") for event in events]
        agents = {int(key) for kind, _sep, key in actors if kind == "agent" and key.isdigit()}
        agents |= _ids(
            events, "agent", "before", kinds={"ticket.assigned", "ticket.escalated", "reply.held_back"}
        )
        customers = {int(key) for kind, _sep, key in actors if kind == "customer" and key.isdigit()}
        teams = _ids(events, "team", "before", kinds={"ticket.transferred", "ticket.escalated"})
        tags = {pk for event in events for pk in event.facts.get("tags", [])}
        self.agents = _named(Agent, agents)
        self.customers = _named(Customer, customers)
        self.teams = _named(Team, teams)
        self.tags = _named(Tag, tags)
        self.others = {fact: _named(model, _held(events, fact)) for fact, model in NAMED.items()}

    def named(self, event: Event, fact: str) -> str:
        """The name of what a fact of the event holds the id of; a dash when it is no more."""
        return self.others[fact].get(event.facts.get(fact) or 0, "–")

    def actor(self, event: Event) -> str:
        kind, _sep, key = event.actor.partition(":")
        known = {"agent": self.agents, "customer": self.customers}.get(kind, {})
        return known.get(int(key) if key.isdigit() else 0) or pgettext("who did it", "Ahlan")


def _held(events: list[Event], fact: str) -> set[int]:
    """The ids under a fact, one or a list of them."""
    found = [event.facts[fact] for event in events if event.facts.get(fact)]
    return {pk for one in found for pk in (one if isinstance(one, list) else [one])}


def _ids(events: list[Event], *keys: str, kinds: set[str]) -> set[int]:
    return {
        event.facts[key] for event in events if event.kind in kinds for key in keys if event.facts.get(key)
    }


def _named(model: Any, ids: set[int]) -> dict[int, str]:
    return {one.pk: str(one) for one in model.objects.filter(pk__in=ids)} if ids else {}


def sentences_of(events: list[Event]) -> list[tuple[Event, str]]:
    """Each event that says something to a reader, with its sentence; the others are left out."""
    names = Names(events)
    found = ((event, _sentence(event, names)) for event in events)
    return [(event, sentence) for event, sentence in found if sentence]


def _sentence(event: Event, names: Names) -> str:
    tell = SENTENCES.get(event.kind)
    return tell(event, names) if tell else ""


def _marked_internal(event: Event, names: Names) -> str:
    if event.facts.get("internal"):
        return _("%(actor)s made its customer one of our own divisions") % {"actor": names.actor(event)}
    return _("%(actor)s made its customer one from outside") % {"actor": names.actor(event)}


def _assigned(event: Event, names: Names) -> str:
    if event.facts.get("escalation"):  # told by its own line
        return ""
    actor, key = names.actor(event), event.facts.get("agent")
    if key is None:
        return _("%(actor)s took the ticket from its assignee") % {"actor": actor}
    if event.actor == f"agent:{key}":
        return _("%(actor)s took the ticket") % {"actor": actor}
    return _("%(actor)s assigned the ticket to %(agent)s") % {
        "actor": actor,
        "agent": names.agents.get(key, "–"),
    }


def _transferred(event: Event, names: Names) -> str:
    if event.facts.get("escalation"):
        return ""
    actor, key = names.actor(event), event.facts.get("team")
    if key is None:
        return _("%(actor)s took the ticket out of its team") % {"actor": actor}
    return _("%(actor)s transferred the ticket to %(team)s") % {
        "actor": actor,
        "team": names.teams.get(key, "–"),
    }


def _escalated(event: Event, names: Names) -> str:
    told = {
        "actor": names.actor(event),
        "team": names.teams.get(event.facts.get("team") or 0, "–"),
        "agent": names.agents.get(event.facts.get("agent") or 0, "–"),
    }
    if event.facts["escalation"] == Escalation.FUNCTIONAL:
        return _("%(actor)s escalated the ticket to the next tier, %(team)s") % told
    return _("%(actor)s escalated the ticket to the lead, %(agent)s") % told


def _state(event: Event, names: Names) -> str:
    return _("%(actor)s set the state to “%(state)s”") % {
        "actor": names.actor(event),
        "state": _status(event, names),
    }


def _status(event: Event, names: Names) -> str:
    """The finest word the event knows."""
    own = names.named(event, "status") if event.facts.get("status") else ""
    return own or vocabulary().plain_word(event.facts.get("state", State.CLOSED))


def _closed(event: Event, names: Names) -> str:
    told = {"actor": names.actor(event), "status": _status(event, names)}
    if event.facts.get("status"):
        return _("%(actor)s closed the ticket: “%(status)s”") % told
    return _("%(actor)s closed the ticket") % told


def _typed(event: Event, names: Names) -> str:
    told = {"actor": names.actor(event), "type": names.named(event, "type")}
    if event.facts.get("type"):
        return _("%(actor)s set the type to “%(type)s”") % told
    return _("%(actor)s removed the type") % told


def _fields(event: Event, names: Names) -> str:
    told = [names.others["fields"].get(pk, "–") for pk in event.facts["fields"]]
    return _("%(actor)s filled in: %(fields)s") % {"actor": names.actor(event), "fields": listed(told)}


def _priority(event: Event, names: Names) -> str:
    priority = Priority(event.facts["priority"]).label
    return _("%(actor)s set the priority to “%(priority)s”") % {
        "actor": names.actor(event),
        "priority": priority,
    }


def _tagged(event: Event, names: Names) -> str:
    tags = ", ".join(names.tags.get(key, "–") for key in event.facts.get("tags", []))
    if not tags:
        return _("%(actor)s removed the tags") % {"actor": names.actor(event)}
    return _("%(actor)s set the tags: %(tags)s") % {"actor": names.actor(event), "tags": tags}


def _snoozed(event: Event, names: Names) -> str:
    until = exact(datetime.fromisoformat(event.facts["until"]))
    return _("%(actor)s snoozed the ticket until %(until)s") % {"actor": names.actor(event), "until": until}


def _scheduled(event: Event, names: Names) -> str:
    at = exact(datetime.fromisoformat(event.facts["at"]))
    return _("%(actor)s wrote a reply to be sent %(at)s") % {"actor": names.actor(event), "at": at}


def _held_back(event: Event, names: Names) -> str:
    author = names.agents.get(event.facts.get("agent") or 0, "–")
    why = {
        "answered": _("The customer has written: %(author)s’s reply was not sent and is a draft again"),
        "author": _("%(author)s may not answer here any more: the reply was not sent"),
        "removed": _("The ticket is out of use: %(author)s’s reply was not sent and is a draft again"),
        "reach": _(
            "The customer could not be written to there any more: %(author)s’s reply is a draft again"
        ),
        "nobody": _("There was nobody to send it to: %(author)s’s reply is a draft again"),
    }
    text = why.get(event.facts["reason"]) or _("%(actor)s held %(author)s’s reply back")
    return text % {"actor": names.actor(event), "author": author}


def _woken(event: Event, names: Names) -> str:
    if event.actor == "system":
        return _("The ticket woke up")
    if event.actor.startswith("customer:"):
        return _("The customer’s word woke the ticket")
    return _("%(actor)s woke the ticket") % {"actor": names.actor(event)}


def _numbered(text: Callable[[], str], key: str) -> Callable[[Event, Names], str]:
    """A sentence with the number of another ticket in it."""
    return lambda event, names: text() % {"actor": names.actor(event), "number": event.facts[key]}


def _bounced(event: Event, names: Names) -> str:
    if event.facts.get("permanent"):
        return _("A message came back undelivered")
    if event.facts.get("reason") == "feedback":
        return _("The customer called a message of ours spam")
    return _("The customer's mail server has not taken a message yet and goes on trying")


def _failed(event: Event, names: Names) -> str:
    if event.facts.get("unsure"):
        return _("A message may not have been sent: please look whether it arrived before sending it again")
    return _("A message could not be sent")


def _by_actor(text: Callable[[], str]) -> Callable[[Event, Names], str]:
    return lambda event, names: text() % {"actor": names.actor(event)}


SENTENCES: dict[str, Callable[[Event, Names], str]] = {
    "ticket.assigned": _assigned,
    "ticket.transferred": _transferred,
    "ticket.escalated": _escalated,
    "ticket.state_changed": _state,
    "ticket.priority_changed": _priority,
    "ticket.tagged": _tagged,
    "ticket.status_changed": _state,
    "ticket.type_changed": _typed,
    "ticket.internal_changed": _marked_internal,
    "ticket.fields_changed": _fields,
    "ticket.closed": _closed,
    "ticket.reopened": _by_actor(lambda: _("%(actor)s reopened the ticket")),
    "ticket.marked_spam": _by_actor(lambda: _("%(actor)s marked the ticket as spam")),
    "ticket.deleted": _by_actor(lambda: _("%(actor)s put the ticket in the bin")),
    "ticket.restored": _by_actor(lambda: _("%(actor)s brought the ticket back")),
    "ticket.snoozed": _snoozed,
    "reply.scheduled": _scheduled,
    "reply.held_back": _held_back,
    "ticket.woken": _woken,
    "ticket.took_in": _numbered(lambda: _("%(actor)s merged ticket #%(number)s into this one"), "source"),
    "ticket.gave_back": _numbered(lambda: _("%(actor)s took ticket #%(number)s out again"), "source"),
    "ticket.unmerged": _numbered(lambda: _("%(actor)s took the ticket out of #%(number)s again"), "into"),
    "ticket.split": _numbered(lambda: _("%(actor)s split ticket #%(number)s off this one"), "into"),
    "ticket.split_off": _numbered(lambda: _("%(actor)s split this ticket off #%(number)s"), "source"),
    "ticket.item_added": _by_actor(lambda: _("%(actor)s added to the checklist")),
    "ticket.item_done": _by_actor(lambda: _("%(actor)s ticked something off the checklist")),
    "ticket.item_undone": _by_actor(lambda: _("%(actor)s unticked something on the checklist")),
    "ticket.item_deleted": _by_actor(lambda: _("%(actor)s took something off the checklist")),
    "ticket.linked": _numbered(lambda: _("%(actor)s linked this ticket with #%(number)s"), "other"),
    "ticket.unlinked": _numbered(lambda: _("%(actor)s took the link with #%(number)s away"), "other"),
    "message.unsent": _by_actor(lambda: _("%(actor)s took a reply back before it was sent")),
    "message.read_after_all": lambda event, names: _("The message could be read after all"),
    "message.bounced": _bounced,
    "message.failed": _failed,
}
