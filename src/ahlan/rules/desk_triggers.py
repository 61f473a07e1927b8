"""What happens to a ticket, as a rule may wait for it."""

from django.utils.translation import gettext_lazy as _

from ahlan.events.models import Event
from ahlan.rules.triggers import trigger

LEVELS = "ahlan.service_levels"


def _is_reply(event: Event) -> bool:
    """A person's own word to the customer."""
    facts = event.facts
    aside = facts.get("forward") or facts.get("again") or facts.get("automatic")
    return event.actor.startswith("agent:") and not aside


trigger("opened", _("a ticket is opened"), "ticket.opened", fits=lambda event: not event.facts.get("quiet"))
trigger(
    "wrote", _("the customer writes again"), "message.received",
    fits=lambda event: not event.facts.get("automatic") and event.facts.get("decision") == "appended",
)  # fmt: skip
trigger("replied", _("an agent replies"), "message.queued", fits=_is_reply)
trigger("noted", _("a note is written"), "note.written")
trigger("assigned", _("the assignee changes"), "ticket.assigned")
trigger("transferred", _("the team changes"), "ticket.transferred")
trigger("prioritised", _("the priority changes"), "ticket.priority_changed")
trigger("tagged", _("the tags change"), "ticket.tagged")
trigger("state", _("the state changes"), "ticket.state_changed", "ticket.closed", "ticket.reopened")
trigger(
    "status",
    _("the status changes"),
    "ticket.status_changed",
    "ticket.state_changed",
    "ticket.closed",
    "ticket.reopened",
)
trigger("type", _("the type changes"), "ticket.type_changed")
trigger("fields", _("its fields change"), "ticket.fields_changed")
trigger("closed", _("the ticket is closed"), "ticket.closed")
trigger("reopened", _("the ticket is reopened"), "ticket.reopened")
trigger("undelivered", _("a message does not arrive"), "message.bounced", "message.failed")
trigger("deadline_near", _("a deadline comes near"), "service_level.warned", room=LEVELS)
trigger("deadline_missed", _("a deadline is missed"), "service_level.breached", room=LEVELS)
