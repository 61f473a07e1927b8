"""Lines in a ticket's history for what was done on the way of service."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from ahlan.courtesy.models import Questionnaire
from ahlan.courtesy.steps import Step
from ahlan.events.models import Event
from ahlan.tickets.history import NAMED, SENTENCES, Names


def _marked(event: Event, names: Names) -> str:
    told = {"actor": names.actor(event), "step": Step(event.facts["step"]).label}
    if event.facts["done"] is None:
        return _("%(actor)s left the step “%(step)s” to itself again") % told
    if event.facts["done"]:
        return _("%(actor)s marked the step “%(step)s” as done") % told
    return _("%(actor)s marked the step “%(step)s” as not done") % told


def _asked(text: Callable[[], str]) -> Callable[[Event, Names], str]:
    """A sentence that names the questionnaire."""
    return lambda event, names: (
        text()
        % {
            "actor": names.actor(event),
            "questionnaire": names.named(event, "questionnaire"),
        }
    )


NAMED["questionnaire"] = Questionnaire
SENTENCES |= {
    "courtesy.step_marked": _marked,
    "questionnaire.begun": _asked(lambda: _("%(actor)s began to fill in “%(questionnaire)s”")),
    "questionnaire.shared": _asked(
        lambda: _("%(actor)s opened “%(questionnaire)s” to the customer at a link")
    ),
    "questionnaire.revoked": _asked(lambda: _("%(actor)s took the link to “%(questionnaire)s” back")),
    "questionnaire.answered": _asked(lambda: _("%(actor)s answered “%(questionnaire)s”")),
    "questionnaire.finished": _asked(lambda: _("%(actor)s finished “%(questionnaire)s”")),
    "questionnaire.taken_up": _asked(lambda: _("%(actor)s took “%(questionnaire)s” up again")),
    "questionnaire.dropped": _asked(
        lambda: _("%(actor)s dropped “%(questionnaire)s”, which nobody had answered")
    ),
}
