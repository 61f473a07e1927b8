"""Lines in a ticket's history for what the assistant did."""

from django.utils.translation import gettext as _

from ahlan.assistant.models import Bot, Help, Reason
from ahlan.events.models import Event
from ahlan.tickets.history import NAMED, SENTENCES, Names


def _handed(event: Event, names: Names) -> str:
    told = {"assistant": names.named(event, "bot"), "reason": Reason(event.facts["reason"]).label}
    return _("%(assistant)s handed the ticket over to people: %(reason)s") % told


def _solved(event: Event, names: Names) -> str:
    return _("%(assistant)s solved the ticket with an article") % {"assistant": names.named(event, "bot")}


def _took_up(event: Event, names: Names) -> str:
    return _("%(assistant)s took the ticket up") % {"assistant": names.named(event, "bot")}


def _used(event: Event, names: Names) -> str:
    told = {"actor": names.actor(event), "what": Help(event.facts["what"]).label}
    return _("%(actor)s let the assistant help: %(what)s") % told


NAMED["bot"] = Bot
SENTENCES |= {
    "assistant.took_up": _took_up,
    "assistant.handed_over": _handed,
    "assistant.solved": _solved,
    "assistant.used": _used,
}
