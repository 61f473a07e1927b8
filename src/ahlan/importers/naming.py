"""Who and what the names of another system are here: found, or made by the verbs of their rooms."""

import re
from collections.abc import Callable
from hashlib import sha256
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from ahlan.channels.actions import save_inbox
from ahlan.channels.models import Inbox
from ahlan.core.text import clean
from ahlan.customers.actions import meet
from ahlan.customers.models import Customer
from ahlan.importers.mapping import FieldFrom, InboxOf
from ahlan.importers.models import Counterpart
from ahlan.staff.actions import change_agent, create_agent, make_roles, save_team
from ahlan.staff.models import Agent, Team
from ahlan.tickets.actions.words import save_field, save_status
from ahlan.tickets.vocabulary import vocabulary

Thing = TypeVar("Thing", Agent, Team)
SYSTEM = "system"
KEPT = 5_000  # names remembered at once


class Names:
    """What names mean, each looked up once. After a rollback: `forget`."""

    def __init__(self, source: str, *, agents: str) -> None:
        self.source, self.agents = source, agents
        self.known: dict[tuple[str, str], Agent | Team] = {}

    def forget(self) -> None:
        self.known.clear()

    def agent(self, name: str) -> Agent | None:
        """Somebody with this address, else one made for the name; None without a name."""
        return self._found("agent", name, Agent, self._make_agent) if name else None

    def team(self, name: str, inbox: Inbox) -> Team | None:
        """A team of this name, else one made for it; it sees the inbox its tickets lie in."""
        return self._found("team", name, Team, lambda one: _make_team(one, inbox)) if name else None

    def _found(self, kind: str, name: str, model: type[Thing], make: Callable[[str], Thing]) -> Thing:
        found = self.known.get((kind, name))
        if found is None:
            if len(self.known) >= KEPT:
                self.known.clear()
            found = self.known[kind, name] = self._look_up(kind, name, model, make)
        assert isinstance(found, model)
        return found

    def _look_up(self, kind: str, name: str, model: type[Thing], make: Callable[[str], Thing]) -> Thing:
        key = name[:200]
        row = Counterpart.objects.filter(source=self.source, kind=kind, name=key).first()
        found = model._default_manager.filter(pk=row.number).first() if row else None
        if found is None:
            found = make(name)
            Counterpart.objects.update_or_create(
                source=self.source, kind=kind, name=key, defaults={"number": found.pk}
            )
        return found

    def _make_agent(self, name: str) -> Agent:
        address = address_of(name, self.source)
        found = Agent.objects.filter(email__iexact=address).first()
        if found is None:
            make_roles()
            found = create_agent(email=address, name=name, actor=SYSTEM)
            if self.agents == "inactive":
                change_agent(found, actor=SYSTEM, is_active=False)
        return found


def customer_of(name: str, source: str) -> Customer:
    """Somebody with this address, else one made for the name."""
    return meet("email", address_of(name, source), name=name if "@" not in name else "")


def inbox_of(told: InboxOf) -> Inbox:
    """The inbox of this address; one made for it takes no mail unless the mapping wants it."""
    found = Inbox.objects.filter(channel="email", address__iexact=told.address).first()
    if found is None:
        name = (told.name or told.address)[:80]
        made = Inbox(channel="email", address=told.address, name=name, is_active=told.active)
        found = save_inbox(made, ["address", "name"], actor=SYSTEM)
    return found


def status_of(name: str, state: str) -> str:
    """The key of the desk's own status of this name, made where it has none."""
    found = next((one for one in vocabulary().own_statuses if one.name == name and one.state == state), None)
    return str((found or save_status(name=name, state=state, actor=SYSTEM)).pk)


def field_of(told: FieldFrom) -> int:
    """The desk's own field of this name and kind, made where it has none."""
    found = next(
        (one for one in vocabulary().standing_fields if one.name == told.name and one.kind == told.kind), None
    )
    return (found or save_field(name=told.name, kind=told.kind, actor=SYSTEM)).pk


def _make_team(name: str, inbox: Inbox) -> Team:
    found = Team.objects.filter(name=clean(name)[:80]).first()
    return found or save_team(Team(name=clean(name)[:80]), [inbox], actor=SYSTEM)


def address_of(name: str, source: str) -> str:
    """A mail address that leads nowhere, the same for the same name; what is a mail address already stays."""
    try:
        validate_email(name)
    except ValidationError:
        slug = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:30]
        plain = re.fullmatch(r"[a-z0-9 ]{1,30}", name.casefold()) and slug
        digest = "" if plain else "-" + sha256(name.encode()).hexdigest()[:8]
        return f"{slug}{digest}@{source}.invalid".lstrip("-")
    return name
