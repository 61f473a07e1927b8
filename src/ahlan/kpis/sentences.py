"""Lines in a ticket's history for time that somebody counted himself."""

from django.utils.translation import gettext as _

from ahlan.events.models import Event
from ahlan.kpis.declared import SECONDS
from ahlan.kpis.telling import told
from ahlan.tickets.history import SENTENCES, Names


def _counted(event: Event, names: Names) -> str:
    """What pages count by themselves would fill the history."""
    if event.facts.get("by") not in ("timer", "hand"):
        return ""
    words = {"actor": names.actor(event), "time": told(event.facts["seconds"], SECONDS)}
    return _("%(actor)s worked on this for %(time)s") % words


SENTENCES["handling.counted"] = _counted
