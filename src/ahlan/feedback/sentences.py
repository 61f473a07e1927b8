"""Lines in a ticket's history for what was asked and answered about it."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from ahlan.events.models import Event
from ahlan.feedback.models import Outcome, Survey
from ahlan.tickets.history import NAMED, SENTENCES, Names


def _named(text: Callable[[], str]) -> Callable[[Event, Names], str]:
    """A sentence that names the survey."""
    return lambda event, names: text() % {"actor": names.actor(event), "survey": names.named(event, "survey")}


def _ended(event: Event, names: Names) -> str:
    told = {"actor": names.actor(event), "outcome": Outcome(event.facts["outcome"]).label}
    return _("%(actor)s looked into the low score: %(outcome)s") % told


NAMED["survey"] = Survey
SENTENCES |= {
    "survey.sent": _named(lambda: _("The customer was asked “%(survey)s”")),
    "survey.answered": _named(lambda: _("%(actor)s answered “%(survey)s”")),
    "survey.answer_changed": _named(lambda: _("%(actor)s changed the answer to “%(survey)s”")),
    "recovery.opened": _named(lambda: _("The low score in “%(survey)s” is to be looked into")),
    "recovery.ended": _ended,
    "recovery.taken_up": lambda event, names: (
        _("%(actor)s took the low score up again") % {"actor": names.actor(event)}
    ),
}
