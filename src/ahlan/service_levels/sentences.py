"""Lines in a ticket's history for deadlines that were missed."""

from django.utils.translation import gettext_lazy as _

from ahlan.events.models import Event
from ahlan.service_levels.models import Kind
from ahlan.tickets.history import SENTENCES, Names

MISSED = {
    Kind.FIRST_RESPONSE: _("The deadline for the first response was missed"),
    Kind.NEXT_RESPONSE: _("The deadline for the next response was missed"),
    Kind.RESOLUTION: _("The deadline for resolving the ticket was missed"),
}


def _missed(event: Event, names: Names) -> str:
    return str(MISSED[Kind(event.facts["deadline"])])


SENTENCES["service_level.breached"] = _missed
