"""The chapter of this room, who may use it, and what its verbs refuse."""

from django.utils.translation import gettext_lazy as _

from ahlan.core.api.problems import refusal
from ahlan.core.api.rooms import Room
from ahlan.courtesy.actions.cards import TooManyCards
from ahlan.courtesy.actions.inquiries import AnsweredMeanwhile, Finished, TooManyInquiries
from ahlan.courtesy.actions.questionnaires import ChangedMeanwhile, TooManyQuestionnaires
from ahlan.staff.models import Agent
from ahlan.staff.policies import must

REPLY, MANAGE = "tickets.reply", "courtesy.manage"

courtesy = Room(
    "courtesy",
    _("Way of service"),
    "The five steps beside a ticket, technique cards, and questionnaires put to customers.",
    order=15,
)
refusal(TooManyCards, 409, _("There are as many cards as can be kept. Change one that nobody needs."))
refusal(
    TooManyQuestionnaires,
    409,
    _("There are as many questionnaires as can be kept. Change one that nobody needs."),
)
refusal(
    ChangedMeanwhile,
    409,
    _("Somebody else has saved it since the edition you name in “seen”. Read it first, then save again."),
)
refusal(TooManyInquiries, 409, _("Enough was asked on this ticket. Finish what is open first."))
refusal(
    AnsweredMeanwhile,
    409,
    _("Somebody else has answered since the revision you name. Read the answers first, then send again."),
)
refusal(Finished, 409, _("Its answers stand: it was finished. Take it up again first."))


def must_use(agent: Agent) -> None:
    """Cards and questionnaires are read by who answers with them, or sets them up."""
    if not agent.may(MANAGE):
        must(agent, REPLY)
