"""The chapter of this room, and what its verbs refuse."""

from django.utils.translation import gettext_lazy as _

from ahlan.core.api.problems import refusal
from ahlan.core.api.rooms import Room
from ahlan.feedback.actions.answering import Locked, Spent
from ahlan.feedback.actions.instruments import ChangedMeanwhile, InUse, TooManyInstruments
from ahlan.feedback.actions.surveys import NeverAnonymousAgain, TooManySurveys

feedback = Room(
    "feedback",
    _("Feedback"),
    "What customers say of us: instruments, surveys, who is asked, answers, and what they come to.",
    order=78,
)
refusal(TooManyInstruments, 409, _("There are as many instruments as can be kept."))
refusal(
    ChangedMeanwhile,
    409,
    _("Somebody else has saved it since the wording you name in “seen”. Read it first."),
)
refusal(InUse, 409, _("A survey asks it. Switch that off first."))
refusal(TooManySurveys, 409, _("There are as many surveys as can be kept."))
refusal(
    NeverAnonymousAgain,
    409,
    _(
        "Somebody was asked already: what is asked, and whether it is anonymous, can be changed no more. Make another survey."
    ),
)
refusal(Locked, 409, _("Your answer stands"))
refusal(Spent, 409, _("You have answered already"))
