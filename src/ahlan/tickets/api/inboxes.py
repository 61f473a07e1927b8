"""Inboxes through the API. Their servers and secrets are set up on their pages alone."""

from typing import Annotated

from django.http import Http404
from django.utils.translation import gettext_lazy
from pydantic import Field

from ahlan.channels.models import Inbox
from ahlan.core.api.rooms import Room
from ahlan.core.api.shapes import Cursor, Key, Limit, Listed, Out, listed
from ahlan.staff.requests import ApiRequest
from ahlan.tickets.policies import inboxes_of

inboxes = Room("inboxes", gettext_lazy("Inboxes"), "The addresses the company answers at.", order=60)


class InboxOut(Out):
    id: int
    name: Annotated[str, Field(examples=["Support"])]
    channel: Annotated[str, Field(examples=["email"])]
    address: Annotated[str, Field(examples=["support@example.org"])]
    language: Annotated[str, Field(examples=["en"])]
    is_active: bool
    signature: Annotated[
        str,
        Field(
            description="Under the replies of those who have no signature of their own.",
            examples=["Mitra · tea and cups"],
        ),
    ]
    signatures: Annotated[
        dict[str, str],
        Field(
            description="In other languages, by their codes.", examples=[{"fi": "Mitra · teetä ja kuppeja"}]
        ),
    ]

    @classmethod
    def of(cls, one: Inbox) -> "InboxOut":
        same = ("name", "channel", "address", "language", "is_active", "signature", "signatures")
        return cls(id=one.pk, **{name: getattr(one, name) for name in same})


@inboxes.reads("/inboxes", "tickets:read")
def list_inboxes(request: ApiRequest, cursor: Cursor = "", limit: Limit = 30) -> Listed[InboxOut]:
    """List the inboxes whose tickets you may see. By name."""
    return listed(inboxes_of(request.user), InboxOut.of, order=("name", "id"), cursor=cursor, limit=limit)


@inboxes.reads("/inboxes/{int:pk}", "tickets:read")
def get_inbox(request: ApiRequest, pk: Key) -> InboxOut:
    """Get an inbox."""
    found = inboxes_of(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404("no such inbox")
    return InboxOut.of(found)
