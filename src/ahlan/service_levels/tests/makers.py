"""A policy, and tickets told by mail as time goes by."""

from typing import Any

from tests.makers import mail

from ahlan.calendars.actions import create_hours
from ahlan.calendars.models import BusinessHours
from ahlan.calendars.tests.makers import week
from ahlan.channels.actions import keep
from ahlan.channels.models import Inbox
from ahlan.service_levels.actions.terms import save_policy
from ahlan.service_levels.clocks import Kind, Target, Unit
from ahlan.service_levels.models import Deadline, Policy
from ahlan.tickets.actions.intake import receive_raw
from ahlan.tickets.models import Ticket

ALL: dict[str, Any] = {"all": []}


def make_hours(name: str = "Desk", zone: str = "UTC", **days: str) -> BusinessHours:
    given = week(**(days or {"mon_fri": "09:00-17:00"}))
    return create_hours(name=name, time_zone=zone, week=given, actor="system")


def targets(first: int = 60, following: int = 60, resolution: int = 240) -> dict[Kind, Target]:
    """Business minutes; 0 is no promise."""
    given = {Kind.FIRST_RESPONSE: first, Kind.NEXT_RESPONSE: following, Kind.RESOLUTION: resolution}
    return {kind: Target(n, Unit.BUSINESS_MINUTES) for kind, n in given.items() if n}


def make_policy(**over: Any) -> Policy:
    """Promises every ticket 60, 60 and 240 business minutes, whatever its priority."""
    defaults = {"name": "Everybody", "conditions": ALL, "targets": {n: targets() for n in (1, 2, 3, 4)}}
    return save_policy(**{**defaults, "actor": "system", **over})


def write(inbox: Inbox, **over: str) -> Ticket:
    """A customer's mail comes in; the ticket it lies in."""
    (receipt,) = receive_raw(keep(mail(**over), channel="email", inbox=inbox, door="test", announce=False))
    return receipt.ticket


def states(ticket: Ticket) -> dict[str, str]:
    return dict(Deadline.objects.filter(ticket=ticket).order_by("turn").values_list("kind", "state"))
