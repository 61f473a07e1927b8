"""Lines in a ticket's history for what was done on the way of service."""

from django.utils.translation import gettext as _

from ahlan.courtesy.steps import Step
from ahlan.events.models import Event
from ahlan.tickets.history import SENTENCES, Names


def _marked(event: Event, names: Names) -> str:
    told = {"actor": names.actor(event), "step": Step(event.facts["step"]).label}
    if event.facts["done"] is None:
        return _("%(actor)s left the step “%(step)s” to itself again") % told
    if event.facts["done"]:
        return _("%(actor)s marked the step “%(step)s” as done") % told
    return _("%(actor)s marked the step “%(step)s” as not done") % told


SENTENCES["courtesy.step_marked"] = _marked
