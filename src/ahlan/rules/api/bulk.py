"""Acts on many tickets: start, see how far it is, stop."""

from datetime import datetime
from typing import Annotated, Any

from django.http import Http404
from django.utils.translation import gettext as _
from pydantic import Field

from ahlan.core.api.problems import wrong
from ahlan.core.api.shapes import Cursor, In, Key, Limit, Line, Listed, Out, listed
from ahlan.rules.actions.bulk import MOST_CHOSEN, start_bulk, stop_bulk
from ahlan.rules.api.room import Acts, NotDone, acts_of, bulk, not_done
from ahlan.rules.models import Bulk, BulkTicket
from ahlan.staff.policies import must
from ahlan.staff.requests import ApiRequest
from ahlan.tickets.lists import view_named

CHANGE = "tickets.change"


class BulkOut(Out):
    id: int
    state: Annotated[str, Field(description="gathering, running, done or stopped.", examples=["running"])]
    acts: Annotated[list[dict[str, Any]], Field(examples=[[{"act": "state", "value": ["closed"]}]])]
    view: Annotated[str, Field(examples=["view-3"])]
    total: int
    done: int
    failed: int
    made_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, one: Bulk) -> "BulkOut":
        names = ("state", "acts", "view", "total", "done", "failed", "made_at", "ended_at")
        return cls(id=one.pk, **{name: getattr(one, name) for name in names})


class FailedOut(Out):
    ticket: int
    not_done: list[NotDone]

    @classmethod
    def of(cls, one: BulkTicket) -> "FailedOut":
        return cls(ticket=one.ticket_id, not_done=not_done(one.failed))


class BulkGiven(In):
    """Chosen tickets, or all that a list holds now."""

    acts: Acts
    tickets: Annotated[list[Key], Field(max_length=MOST_CHOSEN, examples=[[4127, 4130]])] = []
    view: Annotated[Line, Field(max_length=40, description="The key of a list.", examples=[""])] = ""


def _own(request: ApiRequest, pk: int) -> Bulk:
    found = Bulk.objects.select_related("agent").filter(pk=pk, agent=request.user).first()
    if found is None:
        raise Http404("no such work")
    return found


@bulk.reads("/bulks", "tickets:read")
def list_bulks(request: ApiRequest, cursor: Cursor = "", limit: Limit = 30) -> Listed[BulkOut]:
    """List the work on many tickets you have started. The latest first."""
    return listed(Bulk.objects.filter(agent=request.user), BulkOut.of, cursor=cursor, limit=limit)


@bulk.writes("POST", "/bulks", "tickets:write", makes="/bulks/{id}")
def start_work(request: ApiRequest, given: BulkGiven) -> BulkOut:
    """Do acts to many tickets. Those you may not see are left out."""
    must(request.user, CHANGE)
    if bool(given.tickets) == bool(given.view):
        raise wrong("tickets", _("Give tickets, or a list."))
    if given.view and view_named(request.user, given.view) is None:
        raise wrong("view", _("There is no such list."))
    return BulkOut.of(
        start_bulk(agent=request.user, acts=acts_of(given.acts), numbers=given.tickets, view=given.view)
    )


@bulk.reads("/bulks/{int:pk}", "tickets:read")
def get_bulk(request: ApiRequest, pk: Key) -> BulkOut:
    """Get how far the work is."""
    return BulkOut.of(_own(request, pk))


@bulk.reads("/bulks/{int:pk}/failed", "tickets:read")
def list_failed(request: ApiRequest, pk: Key, cursor: Cursor = "", limit: Limit = 30) -> Listed[FailedOut]:
    """List the tickets of the work that were not done, and why."""
    found = _own(request, pk).tickets.filter(is_failed=True)
    return listed(found, FailedOut.of, order=("id",), cursor=cursor, limit=limit)


@bulk.writes("DELETE", "/bulks/{int:pk}", "tickets:write")
def stop_work(request: ApiRequest, pk: Key) -> None:
    """Stop the work. What is done stays done."""
    stop_bulk(_own(request, pk))
