"""Segments: customers who belong together by a rule, and how they are met."""

from datetime import datetime
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import Field

from ahlan.core.api.problems import wrong
from ahlan.core.api.shapes import Cursor, In, Key, Limit, Line, Listed, Out, Ref, Text, all_of, listed
from ahlan.customers.policies import customer_for
from ahlan.feedback.api.room import feedback
from ahlan.feedback.segments import actions as verbs
from ahlan.feedback.segments.forms import is_taken
from ahlan.feedback.segments.models import Member, Segment
from ahlan.feedback.segments.policies import MANAGE, segment_for, segments_for
from ahlan.feedback.segments.queries import MOST_SEGMENTS, segments_of
from ahlan.feedback.segments.views import LOOKED_AT, SHOWN
from ahlan.staff.policies import must
from ahlan.staff.requests import ApiRequest
from ahlan.tickets.api.saved import Tests, tree_of

LAPSED = {"all": [{"facet": "last_contact", "is": "longer_ago", "value": ["2160"]}]}


class SegmentOut(Out):
    id: int
    name: Annotated[str, Field(examples=["Not heard of for long"])]
    conditions: dict[str, Any]
    approach: Annotated[str, Field(examples=["Ask how it went since."])]
    size: Annotated[int, Field(description="How many customers are in it.", examples=[312])]
    is_being_found: bool

    @classmethod
    def of(cls, one: Segment) -> "SegmentOut":
        same = {name: getattr(one, name) for name in ("name", "conditions", "approach", "size")}
        return cls(id=one.pk, is_being_found=one.sweep_from is not None, **same)


class SegmentMemberOut(Out):
    customer: Ref
    segment: Ref
    since: datetime

    @classmethod
    def of(cls, one: Member) -> "SegmentMemberOut":
        customer = Ref(id=one.customer_id, name=str(one.customer))
        return cls(customer=customer, segment=Ref(id=one.segment_id, name=str(one.segment)), since=one.since)


class SegmentRule(In):
    conditions: Annotated[Tests, Field(examples=[LAPSED])]


class SegmentGiven(SegmentRule):
    name: Annotated[Line, Field(min_length=1, max_length=80, examples=["Not heard of for long"])]
    approach: Annotated[Text, Field(max_length=verbs.LONGEST, examples=["Ask how it went since."])] = ""


class SegmentTrialOut(Out):
    n: Annotated[int, Field(description="How many would be in it.", examples=[312])]
    of: Annotated[int, Field(description="Of how many, the latest.", examples=[5000])]
    customers: list[Ref]


@feedback.reads("/segments", "tickets:read")
def list_segments(request: ApiRequest) -> Listed[SegmentOut]:
    """List segments."""
    return all_of(segments_for(request.user)[:MOST_SEGMENTS], SegmentOut.of)


@feedback.reads("/segments/{int:pk}", "tickets:read")
def get_segment(request: ApiRequest, pk: Key) -> SegmentOut:
    """Get a segment."""
    return SegmentOut.of(segment_for(request.user, pk))


@feedback.reads("/segments/{int:pk}/customers", "tickets:read")
def list_segment_customers(
    request: ApiRequest, pk: Key, cursor: Cursor = "", limit: Limit = 30
) -> Listed[SegmentMemberOut]:
    """List who is in a segment. The latest to join first."""
    rows = segment_for(request.user, pk).members.select_related("customer", "segment")
    return listed(rows, SegmentMemberOut.of, cursor=cursor, limit=limit)


@feedback.reads("/customers/{int:pk}/segments", "tickets:read")
def list_customer_segments(request: ApiRequest, pk: Key) -> Listed[SegmentMemberOut]:
    """List the segments a customer is in."""
    return all_of(segments_of(customer_for(request, pk)), SegmentMemberOut.of)


@feedback.writes("POST", "/segments", "settings:write", makes="/segments/{id}")
def make_segment(request: ApiRequest, given: SegmentGiven) -> SegmentOut:
    """Make a segment. Who is in it is found in a moment."""
    must(request.user, MANAGE)
    return _save(request, None, given)


@feedback.writes("PUT", "/segments/{int:pk}", "settings:write")
def change_segment(request: ApiRequest, pk: Key, given: SegmentGiven) -> SegmentOut:
    """Change a segment. A new rule is asked of everybody."""
    return _save(request, segment_for(request.user, pk, MANAGE), given)


def _save(request: ApiRequest, found: Segment | None, given: SegmentGiven) -> SegmentOut:
    name = given.name.strip()
    if not name:
        raise wrong("name", _("A name is needed."))
    if is_taken(name, found):
        raise wrong("name", _("There is a segment of this name already."))
    saved = verbs.save_segment(
        found,
        name=name,
        conditions=tree_of(given.conditions),
        approach=given.approach,
        actor=request.user.actor,
    )
    return SegmentOut.of(saved)


@feedback.writes("POST", "/segments/trial", "settings:write")
def try_segment(request: ApiRequest, given: SegmentRule) -> SegmentTrialOut:
    """See who would be in a segment. Nothing is kept."""
    must(request.user, MANAGE)
    people, n, of = verbs.first_of(tree_of(given.conditions), LOOKED_AT, SHOWN)
    return SegmentTrialOut(n=n, of=of, customers=[Ref(id=one.pk, name=str(one)) for one in people])


@feedback.writes("DELETE", "/segments/{int:pk}", "settings:write")
def delete_segment(request: ApiRequest, pk: Key) -> None:
    """Delete a segment. The customers stay as they are."""
    verbs.delete_segment(segment_for(request.user, pk, MANAGE), actor=request.user.actor)
