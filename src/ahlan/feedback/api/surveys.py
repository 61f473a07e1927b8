"""Surveys: what is asked when, of whom, and where anybody may answer."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from pydantic import Field

from ahlan.channels.models import Inbox
from ahlan.core.api.problems import wrong
from ahlan.core.api.shapes import (
    Cursor,
    In,
    Key,
    Language,
    Limit,
    Line,
    Listed,
    Moment,
    Out,
    Ref,
    all_of,
    listed,
)
from ahlan.core.clock import now
from ahlan.customers.policies import customer_for
from ahlan.feedback.actions import asking
from ahlan.feedback.actions import surveys as verbs
from ahlan.feedback.api.instruments import InstrumentKey
from ahlan.feedback.api.room import feedback
from ahlan.feedback.links import place_address
from ahlan.feedback.models import Invitation, Place, Survey
from ahlan.feedback.policies import MANAGE, place_for, survey_for
from ahlan.feedback.queries import latest
from ahlan.feedback.queries import surveys as kept
from ahlan.staff.policies import must
from ahlan.staff.requests import ApiRequest
from ahlan.tickets.api.saved import Tests, tree_of
from ahlan.tickets.policies import ticket_for

Whole = Annotated[int, Field(ge=0, le=366)]
FACTS = (
    "name", "trigger", "conditions", "delay_minutes", "share", "quiet_days", "remind_days", "every_days", "in_hours", "anonymous",
    "lock_days", "low", "work_hours", "is_active",
)  # fmt: skip


class SurveyOut(Out):
    id: int
    name: Annotated[str, Field(examples=["How it went"])]
    instrument: Annotated[str, Field(description="The key of what is asked.", examples=["csat"])]
    trigger: Annotated[str, Field(description="closed, chat, schedule or place.", examples=["closed"])]
    conditions: dict[str, Any]
    delay_minutes: Annotated[int, Field(examples=[60])]
    share: Annotated[int, Field(description="How many of a hundred are asked.", examples=[100])]
    quiet_days: Annotated[
        int,
        Field(description="Nobody is asked anything sooner than this after the last time.", examples=[30]),
    ]
    remind_days: Annotated[int | None, Field(examples=[3])]
    every_days: Annotated[int, Field(examples=[90])]
    in_hours: bool
    anonymous: bool
    lock_days: Annotated[int, Field(description="For so long an answer may be changed.", examples=[14])]
    low: Annotated[float | None, Field(description="This or worse opens work.", examples=[2])]
    work_hours: Annotated[int, Field(examples=[8])]
    inbox: int | None
    is_active: bool

    @classmethod
    def of(cls, one: Survey) -> "SurveyOut":
        return cls(
            id=one.pk, instrument=one.key, inbox=one.inbox_id, **{name: getattr(one, name) for name in FACTS}
        )


class SurveyGiven(In):
    name: Annotated[Line, Field(min_length=1, max_length=80, examples=["How it went"])]
    instrument: InstrumentKey
    trigger: Literal["closed", "chat", "schedule", "place"] = "closed"
    conditions: Annotated[Tests | None, Field(description="Null: every ticket.", examples=[{"all": []}])] = (
        None
    )
    delay_minutes: Annotated[int, Field(ge=0, le=86_400)] = 60
    share: Annotated[int, Field(ge=1, le=100)] = 100
    quiet_days: Whole = 30
    remind_days: Annotated[int | None, Field(ge=1, le=60)] = 3
    every_days: Annotated[int, Field(ge=1, le=1830)] = 90
    in_hours: bool = True
    anonymous: bool = False
    lock_days: Whole = 14
    low: Annotated[float | None, Field(ge=-100, le=100)] = None
    work_hours: Annotated[int, Field(ge=1, le=1000)] = 8
    inbox: Annotated[
        Key | None, Field(description="Asks where the ticket’s own cannot. Null: the first for mail.")
    ] = None


class PlaceOut(Out):
    id: int
    name: Annotated[str, Field(examples=["Counter"])]
    kiosk: bool
    language: Annotated[str, Field(examples=["en"])]
    url: Annotated[
        str, Field(description="Whoever has it may answer.", examples=["https://desk.example.org/p/x/"])
    ]
    is_archived: bool

    @classmethod
    def of(cls, one: Place) -> "PlaceOut":
        return cls(
            id=one.pk,
            name=one.name,
            kiosk=one.kiosk,
            language=one.language,
            url=place_address(one),
            is_archived=one.archived_at is not None,
        )


class PlaceGiven(In):
    name: Annotated[Line, Field(min_length=1, max_length=80, examples=["Counter"])]
    kiosk: bool = False
    language: Language = "en"


class InvitationOut(Out):
    id: int
    customer: Ref | None
    ticket: int | None
    state: Annotated[
        str,
        Field(description="planned, sending, sent, answered, not_asked or undelivered.", examples=["sent"]),
    ]
    reason: Annotated[
        str, Field(description="Why he was not asked; empty: he was, or will be.", examples=[""])
    ]
    send_at: datetime
    sent_at: datetime | None
    answered_at: Annotated[datetime | None, Field(description="Of an anonymous survey always null.")]

    @classmethod
    def of(cls, one: Invitation) -> "InvitationOut":
        hidden = one.survey.anonymous
        return cls(
            id=one.pk, customer=Ref.to(one.customer), ticket=one.ticket_id, reason=one.reason, send_at=one.send_at, sent_at=one.sent_at,
            state="sent" if hidden and one.state == "answered" else one.state, answered_at=None if hidden else one.answered_at,
        )  # fmt: skip


class InvitationGiven(In):
    customer: Annotated[Key | None, Field(description="Or a ticket.")] = None
    ticket: Annotated[Key | None, Field(description="Its customer is asked about it.")] = None
    at: Annotated[
        Moment | None, Field(description="When; null: now. He is asked then only if he may be.")
    ] = None


def _values(given: SurveyGiven) -> dict[str, Any]:
    """Raises Problem."""
    values = given.model_dump(exclude={"instrument", "conditions", "inbox"})
    latest(given.instrument)
    inbox = (
        Inbox.objects.filter(pk=given.inbox).exclude(channel__in=["chat", "webform"]).first()
        if given.inbox
        else None
    )
    if given.inbox and inbox is None:
        raise wrong("inbox", _("There is nothing of this id."))
    return {
        **values,
        "key": given.instrument,
        "conditions": tree_of(given.conditions) if given.conditions else {"all": []},
        "inbox": inbox,
    }


@feedback.reads("/surveys", "settings:read")
def list_surveys(request: ApiRequest) -> Listed[SurveyOut]:
    """List the surveys."""
    must(request.user, MANAGE)
    return all_of(kept(), SurveyOut.of)


@feedback.reads("/surveys/{int:pk}", "settings:read")
def get_survey(request: ApiRequest, pk: Key) -> SurveyOut:
    """Get a survey."""
    return SurveyOut.of(survey_for(request.user, pk))


@feedback.writes("POST", "/surveys", "settings:write", makes="/surveys/{id}")
def make_survey(request: ApiRequest, given: SurveyGiven) -> SurveyOut:
    """Make a survey. It asks from now on."""
    must(request.user, MANAGE)
    return SurveyOut.of(verbs.save_survey(None, actor=request.user.actor, **_values(given)))


@feedback.writes("PUT", "/surveys/{int:pk}", "settings:write")
def change_survey(request: ApiRequest, pk: Key, given: SurveyGiven) -> SurveyOut:
    """Change a survey. What it asks, and whether it is anonymous, stays once somebody was asked."""
    found = survey_for(request.user, pk)
    return SurveyOut.of(verbs.save_survey(found, actor=request.user.actor, **_values(given)))


@feedback.writes("POST", "/surveys/{int:pk}/pause", "settings:write")
def pause_survey(request: ApiRequest, pk: Key) -> SurveyOut:
    """Ask no more. What was planned is not sent."""
    return SurveyOut.of(verbs.switch_survey(survey_for(request.user, pk), False, actor=request.user.actor))


@feedback.writes("DELETE", "/surveys/{int:pk}/pause", "settings:write")
def resume_survey(request: ApiRequest, pk: Key) -> SurveyOut:
    """Ask again."""
    return SurveyOut.of(verbs.switch_survey(survey_for(request.user, pk), True, actor=request.user.actor))


@feedback.reads("/surveys/{int:pk}/invitations", "settings:read")
def list_invitations(
    request: ApiRequest, pk: Key, cursor: Cursor = "", limit: Limit = 30
) -> Listed[InvitationOut]:
    """List who was asked, and who not and why. The latest first."""
    survey = survey_for(request.user, pk)
    found = Invitation.objects.filter(survey=survey).select_related("customer", "survey")
    return listed(found, InvitationOut.of, cursor=cursor, limit=limit)


@feedback.writes("POST", "/surveys/{int:pk}/invitations", "settings:write")
def invite(request: ApiRequest, pk: Key, given: InvitationGiven) -> InvitationOut:
    """Have somebody asked. Under the same rules as all others: quiet days, opening hours, no open complaint."""
    survey = survey_for(request.user, pk)
    if (given.customer is None) == (given.ticket is None):
        raise wrong("customer", _("Name a customer or a ticket."))
    ticket = ticket_for(request.user, given.ticket) if given.ticket else None
    customer = ticket.customer.primary if ticket else customer_for(request, given.customer or 0).primary
    return InvitationOut.of(asking.plan_invitation(survey, customer, ticket=ticket, at=given.at or now()))


@feedback.reads("/surveys/{int:pk}/places", "settings:read")
def list_places(request: ApiRequest, pk: Key) -> Listed[PlaceOut]:
    """List the places of a survey. Where anybody may answer: links, QR codes, kiosks."""
    return all_of(survey_for(request.user, pk).places.all()[: verbs.MOST_PLACES], PlaceOut.of)


@feedback.writes("POST", "/surveys/{int:pk}/places", "settings:write", makes="/surveys/{pk}/places")
def add_place(request: ApiRequest, pk: Key, given: PlaceGiven) -> PlaceOut:
    """Add a place."""
    survey = survey_for(request.user, pk)
    return PlaceOut.of(verbs.save_place(survey, None, actor=request.user.actor, **given.model_dump()))


@feedback.writes("PUT", "/places/{int:pk}", "settings:write")
def change_place(request: ApiRequest, pk: Key, given: PlaceGiven) -> PlaceOut:
    """Change a place. Its link stays."""
    found = place_for(request.user, pk)
    return PlaceOut.of(verbs.save_place(found.survey, found, actor=request.user.actor, **given.model_dump()))


@feedback.writes("POST", "/places/{int:pk}/archive", "settings:write")
def archive_place(request: ApiRequest, pk: Key) -> None:
    """Close a place. Its link and code lead nowhere any more."""
    verbs.archive_place(place_for(request.user, pk), True, actor=request.user.actor)


@feedback.writes("DELETE", "/places/{int:pk}/archive", "settings:write")
def bring_place_back(request: ApiRequest, pk: Key) -> None:
    """Open a place again."""
    verbs.archive_place(place_for(request.user, pk), False, actor=request.user.actor)


@feedback.writes("PUT", "/customers/{int:pk}/survey-opt-out", "customers:write")
def opt_customer_out(request: ApiRequest, pk: Key) -> None:
    """Ask a customer no more. By no survey."""
    asking.opt_out(customer_for(request, pk, "customers.edit"), actor=request.user.actor)


@feedback.writes("DELETE", "/customers/{int:pk}/survey-opt-out", "customers:write")
def opt_customer_in(request: ApiRequest, pk: Key) -> None:
    """Ask a customer again."""
    asking.opt_in(customer_for(request, pk, "customers.edit"), actor=request.user.actor)
