"""Which canned replies and macros an agent has at hand, and how they are found."""

import re
from typing import TypeVar

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When

from ahlan.rules.models import CannedReply, CannedText, Macro, Shortcut, TicketTemplate
from ahlan.staff.models import Agent
from ahlan.tickets.models import Ticket

Found = TypeVar("Found", CannedReply, Macro, TicketTemplate)
MOST = 1_000  # of each in a house
CODE = re.compile(r"[\w-]{1,40}")


def of(model: type[Found], agent: Agent) -> QuerySet[Found]:
    """His own, his teams' and everybody's."""
    mine = Q(owner=agent) | Q(team__in=agent.teams.all()) | Q(owner=None, team=None)
    return model._default_manager.filter(mine)


def shared(model: type[Found]) -> QuerySet[Found]:
    """Those a rule or a macro may name: nobody's own."""
    return model._default_manager.filter(owner=None)[:MOST]


def may_change(agent: Agent, found: Shortcut) -> bool:
    """One's own; what is shared, with the permission."""
    return found.owner_id == agent.pk if found.owner_id else agent.may("replies.share")


def search(found: QuerySet[Found], words: str) -> QuerySet[Found]:
    """By short code, name or words; what begins with it first, then what is used most."""
    words = words.strip()[:80]
    if not words:
        return found.order_by("-uses", "name", "pk")
    pattern = re.escape(words).replace("\\ ", " ")
    asked = Q(code__iregex=pattern) | Q(name__iregex=pattern)
    if found.model is CannedReply:
        asked |= Q(Exists(CannedText.objects.filter(reply=OuterRef("pk"), text__iregex=pattern)))
    rank = Case(
        When(code__iexact=words, then=Value(0)),
        When(code__istartswith=words, then=Value(1)),
        When(name__istartswith=words, then=Value(2)),
        default=Value(3), output_field=IntegerField(),
    )  # fmt: skip
    return found.filter(asked).order_by(rank, "-uses", "name", "pk")


def text_for(reply: CannedReply, ticket: Ticket) -> str:
    """In the customer's language; else the one for all; else the inbox's; else any. "" when it has none."""
    texts = dict(reply.texts.order_by("language").values_list("language", "text"))
    for language in (ticket.language, "", ticket.inbox.language):
        if language in texts:
            return texts[language]
    return next(iter(texts.values()), "")
