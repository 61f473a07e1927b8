"""Lines in a ticket's history for what was asked and answered about it."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from ahlan.events.models import Event
from ahlan.feedback.models import Outcome, Survey
from ahlan.feedback.register.models import LetterKind, StepKind
from ahlan.tickets.history import NAMED, SENTENCES, Names


def _named(text: Callable[[], str]) -> Callable[[Event, Names], str]:
    """A sentence that names the survey."""
    return lambda event, names: text() % {"actor": names.actor(event), "survey": names.named(event, "survey")}


def _ended(event: Event, names: Names) -> str:
    told = {"actor": names.actor(event), "outcome": Outcome(event.facts["outcome"]).label}
    return _("%(actor)s looked into the low score: %(outcome)s") % told


def _by(text: Callable[[], str]) -> Callable[[Event, Names], str]:
    """A sentence that names who did it."""
    return lambda event, names: text() % {"actor": names.actor(event)}


def _letter(event: Event, names: Names) -> str:
    told = {"actor": names.actor(event), "letter": LetterKind(event.facts["letter"]).label}
    return _("%(actor)s wrote about the complaint: %(letter)s") % told


def _step(event: Event, names: Names) -> str:
    told = {"actor": names.actor(event), "step": StepKind(event.facts["step"]).label}
    return _("%(actor)s took a step of the complaint: %(step)s") % told


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
    "complaint.registered": _by(lambda: _("%(actor)s registered a complaint")),
    "complaint.acknowledged": _letter,
    "complaint.put_off": _letter,
    "complaint.answered": _letter,
    "complaint.step_taken": _step,
    "complaint.closed": _by(lambda: _("%(actor)s closed the complaint")),
    "complaint.reopened": _by(lambda: _("%(actor)s opened the complaint again")),
    "compliment.registered": _by(lambda: _("%(actor)s registered praise")),
    "compliment.thanked": _by(lambda: _("%(actor)s thanked for the praise")),
}
