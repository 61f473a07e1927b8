"""Sections, in order."""

from typing import Annotated, Literal

from django.http import Http404
from django.utils.translation import gettext as _
from pydantic import Field

from ahlan.core.api.problems import wrong
from ahlan.core.api.shapes import In, Key, Language, Line, Listed, Out, Place, all_of
from ahlan.knowledge.actions import sections as verbs
from ahlan.knowledge.api.room import READ, WRITE, knowledge
from ahlan.knowledge.models import Section
from ahlan.knowledge.policies import MANAGE, section_for
from ahlan.staff.policies import must
from ahlan.staff.requests import ApiRequest

Texts = Annotated[
    dict[Language, Line], Field(max_length=6, description="By language.", examples=[{"en": "Orders"}])
]


class SectionOut(Out):
    id: int
    key: Annotated[str, Field(description="What a folder of an export is called.", examples=["orders"])]
    audience: Annotated[str, Field(description="customers or agents.", examples=["customers"])]
    name: Annotated[str, Field(examples=["Orders"])]
    names: Annotated[dict[str, str], Field(examples=[{"en": "Orders"}])]
    about: Annotated[dict[str, str], Field(examples=[{"en": "All about orders"}])]


class SectionIn(In):
    names: Texts
    about: Texts = {}
    audience: Literal["customers", "agents"] = "customers"


def told(one: Section) -> SectionOut:
    return SectionOut(
        id=one.pk, key=one.key, audience=one.audience, name=str(one), names=one.names, about=one.about
    )


@knowledge.reads("/article-sections", READ)
def list_sections(request: ApiRequest) -> Listed[SectionOut]:
    """List the sections of articles. In their order."""
    return all_of(Section.objects.all()[: verbs.MOST], told)


@knowledge.reads("/article-sections/{int:pk}", READ)
def get_section(request: ApiRequest, pk: Key) -> SectionOut:
    """Get a section of articles."""
    found = Section.objects.filter(pk=pk).first()
    if found is None:
        raise Http404("no such section")
    return told(found)


@knowledge.writes("POST", "/article-sections", WRITE, makes="/article-sections/{id}")
def make_section(request: ApiRequest, given: SectionIn) -> SectionOut:
    """Make a section of articles."""
    must(request.user, MANAGE)
    return told(_saved(None, given, request.user.actor))


@knowledge.writes("PUT", "/article-sections/{int:pk}", WRITE)
def change_section(request: ApiRequest, pk: Key, given: SectionIn) -> SectionOut:
    """Change a section of articles."""
    return told(_saved(section_for(request.user, pk), given, request.user.actor))


def _saved(section: Section | None, given: SectionIn, actor: str) -> Section:
    names = {str(code): text for code, text in given.names.items()}
    if not any(text.strip() for text in names.values()):
        raise wrong("names", _("A name is needed."))
    about = {str(code): text for code, text in given.about.items()}
    return verbs.save_section(section, names=names, about=about, audience=given.audience, actor=actor)


@knowledge.writes("POST", "/article-sections/{int:pk}/place", WRITE)
def move_section(request: ApiRequest, pk: Key, given: Place) -> SectionOut:
    """Move a section of articles."""
    return told(verbs.move_section(section_for(request.user, pk), given.steps, actor=request.user.actor))


@knowledge.writes("DELETE", "/article-sections/{int:pk}", WRITE)
def delete_section(request: ApiRequest, pk: Key) -> None:
    """Delete a section of articles. Refused while articles stand in it."""
    verbs.delete_section(section_for(request.user, pk), actor=request.user.actor)
