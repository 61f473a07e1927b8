"""The room of tickets in the API, and what its verbs refuse."""

from django.utils.translation import gettext_lazy as _

from ahlan.core.api.problems import refusal
from ahlan.core.api.rooms import Room
from ahlan.tickets.actions.answer import SomethingCame, Unanswerable
from ahlan.tickets.actions.automatic import Unwelcome
from ahlan.tickets.actions.checklist import TooManyItems
from ahlan.tickets.actions.link import CannotLink
from ahlan.tickets.actions.merge import CannotMerge
from ahlan.tickets.actions.passing import Nowhere
from ahlan.tickets.actions.split import NothingToSplit
from ahlan.tickets.actions.views import TooManyViews
from ahlan.tickets.actions.words import NameTaken, TooManyWords
from ahlan.tickets.actions.work import FieldsMissing
from ahlan.tickets.conditions import BadCondition
from ahlan.tickets.fields import BadValue
from ahlan.tickets.reach import OutOfReach

room = Room("tickets", _("Tickets"), "One need of one customer, and everything done about it.", order=10)
views = Room(
    "views", _("Views"), "Lists of tickets: those of the house, and those people have saved.", order=20
)
words = Room(
    "words",
    _("Own words"),
    "What the desk words in its own way: types, statuses and fields of tickets, and tags.",
    order=85,
)

refusal(Unanswerable, 422, _("There is nothing to send, or nobody to send it to."))
refusal(OutOfReach, 409)
refusal(Unwelcome, 409, _("There is nothing to send, or nobody to send it to."))
refusal(
    SomethingCame,
    409,
    _("Others have written since the message you name in “seen”. Read it first, then send again."),
)
refusal(TooManyItems, 409, _("The checklist is full. Take something off it first."))
refusal(CannotLink, 409)
refusal(CannotMerge, 409)
refusal(NothingToSplit, 422, _("Choose some of the ticket’s messages, and not all of them."))
refusal(Nowhere, 409, _("There is nobody to escalate it to who sees the ticket."))
refusal(TooManyViews, 409, _("There are as many views as can be kept. Delete one that nobody needs."))
refusal(BadCondition, 422)
refusal(BadValue, 422)
refusal(FieldsMissing, 409)
refusal(NameTaken, 409, _("There is one of this name already. Look among the archived ones as well."))
refusal(TooManyWords, 409, _("There are as many as menus can offer. Rename one that nobody needs."))
