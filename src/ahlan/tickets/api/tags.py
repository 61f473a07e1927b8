"""Tags: which there are, and settings that rename, merge and delete them."""

from typing import Annotated

from django.http import Http404
from django.utils.translation import gettext as _
from pydantic import AfterValidator, Field

from ahlan.core.api.problems import wrong
from ahlan.core.api.shapes import Cursor, In, Key, Limit, Listed, Out, listed
from ahlan.core.text import clean
from ahlan.staff.policies import must
from ahlan.staff.requests import ApiRequest
from ahlan.tickets.actions import tags as verbs
from ahlan.tickets.api.room import room, words
from ahlan.tickets.api.words import MANAGE, worded
from ahlan.tickets.models import Tag


class TagOut(Out):
    id: int
    name: Annotated[str, Field(examples=["refund"])]

    @classmethod
    def of(cls, one: Tag) -> "TagOut":
        return cls(id=one.pk, name=one.name)


class TagNamed(In):
    name: Annotated[str, Field(min_length=1, max_length=60, examples=["refund"]), AfterValidator(clean)]


class TagMerged(In):
    into: Annotated[Key, Field(description="The tag that stays.")]


@room.reads("/tags", "tickets:read")
def list_tags(request: ApiRequest, cursor: Cursor = "", limit: Limit = 30) -> Listed[TagOut]:
    """List tags. By name."""
    must(request.user, "tickets.view")
    return listed(Tag.objects.all(), TagOut.of, order=("name", "id"), cursor=cursor, limit=limit)


def _tag(request: ApiRequest, pk: int) -> Tag:
    must(request.user, MANAGE)
    found = Tag.objects.filter(pk=pk).first()
    if found is None:
        raise Http404("no such tag")
    return found


@words.writes("PUT", "/tags/{int:pk}", "settings:write")
def rename_tag(request: ApiRequest, pk: Key, given: TagNamed) -> TagOut:
    """Rename a tag. On every ticket that bears it."""
    found = _tag(request, pk)
    return TagOut.of(verbs.rename_tag(found, worded(given.name), actor=request.user.actor))


@words.writes("POST", "/tags/{int:pk}/merge", "settings:write")
def merge_tag(request: ApiRequest, pk: Key, given: TagMerged) -> TagOut:
    """Merge a tag into another. Every ticket that bore it bears the other, which is the answer."""
    found, into = _tag(request, pk), Tag.objects.filter(pk=given.into).exclude(pk=pk).first()
    if into is None:
        raise wrong("into", _("There is nothing of this id."))
    return TagOut.of(verbs.merge_tags(found, into, actor=request.user.actor))


@words.writes("DELETE", "/tags/{int:pk}", "settings:write")
def delete_tag(request: ApiRequest, pk: Key) -> None:
    """Delete a tag. It comes off every ticket."""
    verbs.delete_tag(_tag(request, pk), actor=request.user.actor)
