"""Calls through the API: the log, one call, and the way a telephone system tells of one."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from ahlan.core.api.problems import refusal, wrong
from ahlan.core.api.rooms import Room
from ahlan.core.api.shapes import Cursor, In, Key, Limit, Line, Listed, Moment, Out, Ref, listed
from ahlan.customers.models import Customer
from ahlan.dialer.actions import LONGEST, BadCall, Course, record_call
from ahlan.dialer.models import Call
from ahlan.dialer.policies import RECORD, call_for, calls_of
from ahlan.staff.models import Agent
from ahlan.staff.requests import ApiRequest
from ahlan.tickets.policies import inboxes_of, tickets_of

calls = Room("calls", _("Calls"), "Telephone calls, as the telephone system tells of them.", order=76)
refusal(BadCall, 422)

Outcomes = Literal["answered", "abandoned", "callback", "failed", "left_menu"]
Ways = Literal["inbound", "outbound"]
Seconds = Annotated[int, Field(ge=0, le=LONGEST)]
ORDER = ("-offered_at", "-id")


class CallOut(Out):
    id: int
    source: Annotated[str, Field(examples=["switchboard"])]
    external_id: Annotated[str, Field(examples=["2026-11-28-0042"])]
    direction: Ways
    outcome: Outcomes
    offered_at: datetime
    queued_at: Annotated[datetime | None, Field(description="Null: it never waited in a queue.")]
    answered_at: datetime | None
    ended_at: datetime
    wait: Annotated[int, Field(description="Seconds in the queue.", examples=[35])]
    menu: Annotated[int | None, Field(description="Seconds before the queue; null: not known.", examples=[9])]
    talk: Annotated[int, Field(description="Seconds.", examples=[180])]
    hold: Annotated[int, Field(description="Seconds.", examples=[0])]
    wrap: Annotated[int, Field(description="Seconds of work after it.", examples=[30])]
    transferred: bool
    inbox: Ref | None
    agent: Ref | None
    customer: Ref | None
    ticket: int | None
    priority: int | None
    kind: str
    doubts: Annotated[
        list[str], Field(description="What of the source could not be believed.", examples=[[]])
    ]

    @classmethod
    def of(cls, one: Call) -> "CallOut":
        same = (
            "source",
            "external_id",
            "direction",
            "outcome",
            "offered_at",
            "queued_at",
            "answered_at",
            "ended_at",
        )
        more = ("transferred", "priority", "kind", "doubts")
        return cls(
            id=one.pk, **{name: getattr(one, name) for name in (*same, *more)}, wait=one.wait_seconds, menu=one.menu_seconds,
            talk=one.talk_seconds, hold=one.hold_seconds, wrap=one.wrap_seconds, inbox=Ref.to(one.inbox), agent=Ref.to(one.agent),
            customer=Ref.to(one.customer.primary if one.customer else None), ticket=one.ticket_id,
        )  # fmt: skip


class CallGiven(In):
    source: Annotated[
        Line, Field(min_length=1, max_length=60, description="Which system tells.", examples=["switchboard"])
    ]
    external_id: Annotated[
        Line,
        Field(
            min_length=1,
            max_length=120,
            description="Its name there: told again, nothing is added.",
            examples=["0042"],
        ),
    ]
    direction: Ways = "inbound"
    outcome: Outcomes
    offered_at: Moment
    queued_at: Moment | None = None
    answered_at: Moment | None = None
    ended_at: Moment
    menu: Seconds | None = None
    talk: Seconds = 0
    hold: Seconds = 0
    wrap: Seconds = 0
    transferred: bool = False
    inbox: Key | None = None
    agent: Key | None = None
    ticket: Key | None = None
    customer: Key | None = None
    priority: Annotated[int, Field(ge=-100, le=100)] | None = None
    kind: Annotated[Line, Field(max_length=40)] = ""


@calls.reads("/calls", "tickets:read")
def list_calls(
    request: ApiRequest,
    outcome: Outcomes | None = None,
    agent: Annotated[Key | None, Field(description="Taken by whom.")] = None,
    ticket: Annotated[Key | None, Field(description="About which ticket.")] = None,
    since: Annotated[Moment | None, Field(description="Begun at or after it.")] = None,
    until: Annotated[Moment | None, Field(description="Begun before it.")] = None,
    cursor: Cursor = "",
    limit: Limit = 30,
) -> Listed[CallOut]:
    """List calls. The newest first; those of your inboxes, and those you took."""
    asked = {
        "outcome": outcome, "agent": agent, "ticket": ticket, "offered_at__gte": since, "offered_at__lt": until,
    }  # fmt: skip
    found = calls_of(request.user).filter(**{key: value for key, value in asked.items() if value is not None})
    return listed(found, CallOut.of, order=ORDER, cursor=cursor, limit=limit)


@calls.reads("/calls/{int:call}", "tickets:read")
def get_call(request: ApiRequest, call: Key) -> CallOut:
    """Get a call."""
    return CallOut.of(call_for(request.user, call))


@calls.writes("POST", "/calls", "tickets:write", makes="/calls/{id}")
def record_a_call(request: ApiRequest, given: CallGiven) -> CallOut:
    """Record a call that is over. Told again by the same names it stays as it was first told, and is answered so."""
    if not request.user.may(RECORD):
        raise PermissionDenied
    people = {
        "inbox": inboxes_of(request.user), "ticket": tickets_of(request.user), "agent": Agent.objects.all(),
        "customer": Customer.objects.select_related("merged_into"),
    }  # fmt: skip
    things: dict[str, Any] = {}
    for name, found in people.items():
        asked = getattr(given, name)
        things[name] = found.filter(pk=asked).first() if asked else None
        if asked and things[name] is None:
            raise wrong(name, _("There is no such thing, or you may not see it."))
    course = Course(**given.model_dump(include=set(Course.__slots__)))
    same = given.model_dump(include={"direction", "transferred", "priority", "kind"})
    kept, _new = record_call(
        given.source, given.external_id, course, actor=request.user.actor, **same, **things
    )
    return CallOut.of(call_for(request.user, kept.pk))
