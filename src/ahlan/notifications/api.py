"""One's own notifications through the API: what one was told, and how loudly one wants to hear."""

from datetime import datetime
from typing import Annotated, Literal

from django.utils.translation import gettext_lazy
from pydantic import Field

from ahlan.core.api.rooms import Room
from ahlan.core.api.shapes import Cursor, In, Limit, Listed, Out, all_of, check_cursor
from ahlan.core.keyset import page
from ahlan.notifications import actions
from ahlan.notifications.models import USUAL, Kind, Wishes
from ahlan.notifications.queries import ORDER, Line, lines_of, notifications_of
from ahlan.staff.models import Agent
from ahlan.staff.requests import ApiRequest

Kinds = Literal["assigned", "mentioned", "customer", "followed", "woken", "failed", "held", "due", "missed"]
Loudness = Annotated[
    Literal["off", "quiet", "aloud"],
    Field(description="Not at all, in the list, or by the browser as well.", examples=["quiet"]),
]

notifications = Room(
    "notifications", gettext_lazy("Notifications"), "What you were told of, and how loudly.", order=25
)


class NotificationOut(Out):
    id: int
    kind: Annotated[str, Field(description="As in the wishes.", examples=["mentioned"])]
    words: Annotated[str, Field(description="The same as a sentence.", examples=["Ada mentioned you"])]
    actor: Annotated[str, Field(description="agent:5, customer:9, system …", examples=["agent:5"])]
    ticket: Annotated[int, Field(description="Its number.", examples=[4127])]
    subject: Annotated[str, Field(examples=["Refund for order 1182"])]
    at: datetime
    seen_at: datetime | None

    @classmethod
    def of(cls, line: Line) -> "NotificationOut":
        one = line.notification
        return cls(
            id=one.pk, kind=one.kind, words=line.sentence, actor=one.actor, ticket=one.ticket.number,
            subject=one.ticket.subject, at=one.at, seen_at=one.seen_at,
        )  # fmt: skip


class SeenOut(Out):
    seen: Annotated[int, Field(description="How many you had not seen.", examples=[3])]


class WishOut(Out):
    kind: Annotated[str, Field(examples=["mentioned"])]
    name: Annotated[str, Field(examples=["Somebody mentions me"])]
    loudness: Annotated[str, Field(description="off, quiet or aloud.", examples=["aloud"])]


class WishesGiven(In):
    wishes: Annotated[
        dict[Kinds, Loudness],
        Field(
            max_length=len(Kind),
            description="By kind. What is left out is told as usual.",
            examples=[{"followed": "off"}],
        ),
    ]


@notifications.reads("/notifications", "tickets:read")
def list_notifications(
    request: ApiRequest, cursor: Cursor = "", limit: Limit = 30
) -> Listed[NotificationOut]:
    """List what you were told. Of tickets you may still see, the latest first."""
    check_cursor(cursor, ORDER)
    shown = page(notifications_of(request.user), ORDER, cursor, limit)
    return Listed(items=[NotificationOut.of(one) for one in lines_of(shown.items)], next=shown.next_cursor)


@notifications.writes("POST", "/notifications/seeing", "tickets:write")
def see_all_notifications(request: ApiRequest) -> SeenOut:
    """Mark all you were told as seen."""
    return SeenOut(seen=actions.see_all(request.user))


@notifications.reads("/notifications/wishes", "tickets:read")
def list_wishes(request: ApiRequest) -> Listed[WishOut]:
    """List how loudly you want to hear of what."""
    return _wishes_of(request.user)


@notifications.writes("PUT", "/notifications/wishes", "tickets:write")
def set_wishes(request: ApiRequest, given: WishesGiven) -> Listed[WishOut]:
    """Set how loudly you want to hear of what."""
    actions.wish(request.user, {str(kind): str(how) for kind, how in given.wishes.items()})
    return _wishes_of(request.user)


def _wishes_of(agent: Agent) -> Listed[WishOut]:
    own = Wishes.objects.filter(agent=agent).first()
    loudness = {**USUAL, **(own.loudness if own else {})}
    return all_of(
        Kind, lambda one: WishOut(kind=one.value, name=str(one.label), loudness=loudness[one.value])
    )
