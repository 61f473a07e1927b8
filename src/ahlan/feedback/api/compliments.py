"""Praise: register it, say who is meant, thank for it, hang it on the wall."""

from datetime import date, datetime
from typing import Annotated

from django.utils.translation import gettext as _
from pydantic import Field

from ahlan.core.api.problems import wrong
from ahlan.core.api.shapes import Cursor, In, Key, Limit, Listed, Out, Ref, Text, all_of, listed
from ahlan.feedback.api.complaints import How, PastDay, Source, Spoken
from ahlan.feedback.api.room import feedback
from ahlan.feedback.register.actions import compliments as verbs
from ahlan.feedback.register.actions import letters
from ahlan.feedback.register.actions.complaints import LONGEST, NotYet
from ahlan.feedback.register.forms import MOST_PRAISED
from ahlan.feedback.register.models import Compliment
from ahlan.feedback.register.policies import compliment_for, compliments_for, wall
from ahlan.feedback.register.queries import compliments_of
from ahlan.feedback.register.wording import thanks_for
from ahlan.staff.models import Agent, Team
from ahlan.staff.requests import ApiRequest
from ahlan.tickets.policies import inbox_ids_of, ticket_for

Praise = Annotated[Text, Field(min_length=1, max_length=LONGEST, examples=["Ada saved my day."])]
Meant = Annotated[
    list[Key], Field(max_length=MOST_PRAISED, description="Agents who are meant; they are told.")
]


class ComplimentOut(Out):
    id: int
    ticket: Annotated[int | None, Field(description="Null as well where it is not yours to see.")]
    customer: Ref | None
    source: Annotated[str, Field(examples=["phone"])]
    language: str
    said: str
    agents: list[Ref]
    team: Ref | None
    received_on: date
    thanked_at: datetime | None
    is_on_the_wall: bool


class PraiseOut(Out):
    """Praise as it hangs on the wall."""

    id: int
    said: str
    agents: list[Ref]
    team: Ref | None
    received_on: date


class ComplimentGiven(In):
    said: Praise
    agents: Meant = []
    team: Key | None = None
    source: Source = "phone"
    received_on: PastDay = None
    language: Annotated[Spoken, Field(description="Empty: the one used.")] = ""


class CreditGiven(In):
    agents: Meant = []
    team: Key | None = None


class ThanksGiven(In):
    text: Annotated[
        Text | None, Field(max_length=50_000, description="Markdown. Null: as the house words it.")
    ] = None
    how: How = "mail"


def _refs(one: Compliment) -> list[Ref]:
    return [Ref(id=agent.pk, name=str(agent)) for agent in one.agents.all()]


def _told(one: Compliment, seen: set[int] | None) -> ComplimentOut:
    """`seen`: the inboxes the reader sees."""
    mine = one.ticket is not None and (seen is None or one.ticket.inbox_id in seen)
    return ComplimentOut(
        id=one.pk, ticket=one.ticket_id if mine else None, customer=Ref.to(one.customer.primary) if mine and one.customer else None,
        source=one.source, language=one.language, said=one.said, agents=_refs(one), team=Ref.to(one.team), received_on=one.received_on,
        thanked_at=one.thanked_at, is_on_the_wall=one.shown_at is not None,
    )  # fmt: skip


def _one(request: ApiRequest, pk: int) -> ComplimentOut:
    return _told(compliment_for(request.user, pk), set(inbox_ids_of(request.user)))


def _meant(given: ComplimentGiven | CreditGiven) -> tuple[list[Agent], Team | None]:
    """Raises Problem."""
    agents = list(Agent.objects.active().filter(pk__in=given.agents))
    if len(agents) != len(set(given.agents)):
        raise wrong("agents", _("There is nothing of this id."))
    team = Team.objects.filter(pk=given.team).first() if given.team else None
    if given.team and team is None:
        raise wrong("team", _("There is nothing of this id."))
    return agents, team


@feedback.reads("/compliments", "tickets:read")
def list_compliments(
    request: ApiRequest, cursor: Cursor = "", limit: Limit = 30, mine: bool = False
) -> Listed[ComplimentOut]:
    """List praise. The latest first; or what is meant for you."""
    found = (
        compliments_for(request.user)
        .select_related("ticket", "team", "customer__merged_into")
        .prefetch_related("agents")
    )
    if mine:
        found = found.filter(agents=request.user)
    seen = set(inbox_ids_of(request.user))
    return listed(found, lambda one: _told(one, seen), cursor=cursor, limit=limit)


@feedback.reads("/compliments/{int:pk}", "tickets:read")
def get_compliment(request: ApiRequest, pk: Key) -> ComplimentOut:
    """Get praise."""
    return _one(request, pk)


@feedback.reads("/wall", "tickets:read")
def list_wall(request: ApiRequest, cursor: Cursor = "", limit: Limit = 30) -> Listed[PraiseOut]:
    """List what hangs on the wall. Without customers’ names, for everybody who works here."""

    def tell(one: Compliment) -> PraiseOut:
        return PraiseOut(
            id=one.pk, said=one.said, agents=_refs(one), team=Ref.to(one.team), received_on=one.received_on
        )

    return listed(wall(), tell, cursor=cursor, limit=limit)


@feedback.reads("/tickets/{int:number}/compliments", "tickets:read")
def list_ticket_compliments(request: ApiRequest, number: Key) -> Listed[ComplimentOut]:
    """List the praise in a ticket. The latest first, a hundred at most."""
    found = compliments_of(ticket_for(request.user, number)).select_related(
        "ticket", "team", "customer__merged_into"
    )
    return all_of(found[:100], lambda one: _told(one, None))


@feedback.writes("POST", "/tickets/{int:number}/compliments", "tickets:write", makes="/compliments/{id}")
def register_compliment(request: ApiRequest, number: Key, given: ComplimentGiven) -> ComplimentOut:
    """Register praise from a ticket. Whoever is meant is told."""
    ticket, (agents, team) = ticket_for(request.user, number, "tickets.change"), _meant(given)
    try:
        made = verbs.register_compliment(
            ticket, said=given.said, source=given.source, actor=request.user.actor, agents=agents, team=team, received_on=given.received_on,
            language=given.language,
        )  # fmt: skip
    except NotYet:
        raise wrong("received_on", _("This day lies ahead.")) from None
    return _one(request, made.pk)


@feedback.writes("PUT", "/compliments/{int:pk}/credit", "tickets:write")
def credit_compliment(request: ApiRequest, pk: Key, given: CreditGiven) -> ComplimentOut:
    """Say who is meant by praise."""
    found, (agents, team) = compliment_for(request.user, pk, "tickets.change"), _meant(given)
    verbs.credit(found, agents=agents, team=team, actor=request.user.actor)
    return _one(request, pk)


def draw_thanks(request: ApiRequest, pk: int, given: ThanksGiven) -> None:
    """No database waits while a letter is drawn."""
    found = compliment_for(request.user, pk, "tickets.reply")
    text = given.text if given.text is not None else thanks_for(found, agent=request.user)
    name = found.customer.primary.name if found.customer else ""
    request.drawn = (text, letters.print_letter(text, given.how, name))  # type: ignore[attr-defined]


@feedback.writes("POST", "/compliments/{int:pk}/thanks", "tickets:write", before=draw_thanks)
def thank_for_compliment(request: ApiRequest, pk: Key, given: ThanksGiven) -> ComplimentOut:
    """Thank for praise."""
    found = compliment_for(request.user, pk, "tickets.reply")
    text, printed = request.drawn  # type: ignore[attr-defined]
    letters.thank(found, agent=request.user, text=text, how=given.how, printed=printed)
    return _one(request, pk)


@feedback.writes("PUT", "/compliments/{int:pk}/wall", "tickets:write")
def hang_compliment(request: ApiRequest, pk: Key) -> ComplimentOut:
    """Hang praise on the wall."""
    verbs.hang(compliment_for(request.user, pk, "tickets.change"), True, actor=request.user.actor)
    return _one(request, pk)


@feedback.writes("DELETE", "/compliments/{int:pk}/wall", "tickets:write")
def take_compliment_down(request: ApiRequest, pk: Key) -> ComplimentOut:
    """Take praise off the wall."""
    verbs.hang(compliment_for(request.user, pk, "tickets.change"), False, actor=request.user.actor)
    return _one(request, pk)
