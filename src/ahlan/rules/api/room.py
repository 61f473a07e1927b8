"""The chapters of this room, the acts that rules, macros and bulk work share, and what its verbs refuse."""

from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from ahlan.core.api.problems import refusal
from ahlan.core.api.rooms import Room
from ahlan.core.api.shapes import In, Line, Out, Text
from ahlan.rules.actions.recurring import TooManyRecurrences
from ahlan.rules.actions.settings import TooManyRules
from ahlan.rules.actions.shortcuts import TooManyShortcuts
from ahlan.rules.acts import LONGEST, MOST_ACTS, BadAct
from ahlan.rules.timetable import BadRule

rules = Room("rules", _("Rules"), "What happens by itself, on events and on time.", order=80)
shortcuts = Room(
    "shortcuts",
    _("Shortcuts"),
    "Canned replies, macros, ticket templates and tickets that come again.",
    order=30,
)
bulk = Room("bulk", _("Many at once"), "Acts on many tickets, done one after another by a job.", order=35)

FULL = _("There are as many as can be kept. Delete one that nobody needs.")
refusal(TooManyShortcuts, 409, FULL)
refusal(TooManyRecurrences, 409, FULL)
refusal(TooManyRules, 409, _("There are as many rules as can be kept. Delete one that nobody needs."))
refusal(BadAct, 422)
refusal(BadRule, 422, _("It cannot come again in this way."))


class Act(In):
    """One thing that is done to a ticket: its key, and what it is given (ids as text)."""

    act: Annotated[Line, Field(examples=["priority"])]
    value: Annotated[list[Text], Field(max_length=200, examples=[["3"]])] = []


Acts = Annotated[list[Act], Field(min_length=1, max_length=MOST_ACTS)]


def acts_of(given: list[Act]) -> list[dict[str, Any]]:
    return [{"act": one.act, "value": [value[:LONGEST] for value in one.value]} for one in given]


class NotDone(Out):
    """An act that was not possible, and why."""

    act: Annotated[str, Field(examples=["assign"])]
    reason: Annotated[
        str,
        Field(
            description="gone, hidden, automatic, bounced, often, removed, merged, nobody, forbidden or error.",
            examples=["gone"],
        ),
    ]


def not_done(failed: list[list[str]]) -> list[NotDone]:
    return [NotDone(act=act, reason=reason) for act, reason in failed]
