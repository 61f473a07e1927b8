"""The chapter of this room, and what its verbs refuse."""

from django.utils.translation import gettext_lazy as _

from ahlan.core.api.problems import refusal
from ahlan.core.api.rooms import Room
from ahlan.feedback.actions.answering import Locked, Spent
from ahlan.feedback.actions.instruments import ChangedMeanwhile, InUse, TooManyInstruments
from ahlan.feedback.actions.surveys import NeverAnonymousAgain, TooManySurveys
from ahlan.feedback.journal.actions import Nameless, Retracted, TooManyReaders, TooManyThemes
from ahlan.feedback.register.actions.complaints import AlreadyOpen, Closed, NotAnswered, NotSorted
from ahlan.feedback.register.actions.letters import AlreadyAnswered, Nobody
from ahlan.feedback.register.actions.settings import TooManyTerms
from ahlan.feedback.segments.actions import TooManySegments

feedback = Room(
    "feedback",
    _("Feedback"),
    "What customers say of us: instruments, surveys, who is asked, answers and what they come to; complaints and compliments.",
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
refusal(AlreadyOpen, 409, _("This ticket has a complaint that is not closed yet."))
refusal(Closed, 409, _("It is closed. Open it again to change it."))
refusal(NotSorted, 409, _("What this step comes to is not chosen yet."))
refusal(NotAnswered, 409, _("Answer it first, or choose that it was withdrawn."))
refusal(AlreadyAnswered, 409, _("It was answered or closed meanwhile. Open it again to write anew."))
refusal(Nobody, 409, _("Who praised us has left no way to be thanked by."))
refusal(Nameless, 422, _("Give it a name."))
refusal(Retracted, 409, _("It was taken back. Bring it back to change it."))
refusal(TooManyThemes, 409, _("There are as many themes as can be kept."))
refusal(TooManyReaders, 409, _("There are as many links as can be kept."))
refusal(TooManySegments, 409, _("There are as many segments as can be kept."))
refusal(TooManyTerms, 409, _("There are as many entries as can be kept."))
