"""Web forms: how they look, where they may stand, and what they ask for."""

from collections.abc import Iterable
from typing import Annotated

from django.forms.models import model_to_dict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field

from ahlan.channels.webform.actions import save_webform
from ahlan.channels.webform.forms import WebformForm
from ahlan.channels.webform.models import Webform
from ahlan.core.api.problems import Problem, wrong
from ahlan.core.api.rooms import Room
from ahlan.core.api.shapes import LARGEST_KEY, Cursor, In, Language, Limit, Line, Listed, Out, listed
from ahlan.core.reached import house_address
from ahlan.core.text import clean
from ahlan.staff.policies import must
from ahlan.staff.requests import ApiRequest
from ahlan.tickets.form_fields import ask_in, askable, asked_in

READ, WRITE, MANAGE = "settings:read", "settings:write", "inboxes.manage"
MOST = 200  # fields
Slug = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,50}$", examples=["contact"])]
Words = Annotated[str, Field(max_length=1000)]
SAME = ("slug", "brand", "title", "text", "thanks", "colour", "language", "largest", "work", "is_active")

webforms = Room(
    "web-forms",
    gettext_lazy("Web forms"),
    "Forms on web sites, what comes by which lies in an inbox.",
    order=61,
)


class AskedOut(Out):
    id: int
    name: Annotated[str, Field(examples=["Serial number"])]
    required: bool


class WebformOut(Out):
    slug: Slug
    inbox: Annotated[int, Field(description="Where it lies, and is answered from.", examples=[1])]
    brand: Annotated[str, Field(description="The company.", examples=["Mitra"])]
    title: Annotated[str, Field(examples=["Write to us"])]
    text: Annotated[str, Field(description="Above the form.", examples=["We answer within a day."])]
    thanks: Annotated[str, Field(description="Afterwards.", examples=["Thank you."])]
    colour: Annotated[str, Field(examples=["#0f5c5c"])]
    language: Annotated[str, Field(examples=["en"])]
    sites: Annotated[
        list[str], Field(description="That may show it in a frame.", examples=[["https://www.example.org"]])
    ]
    largest: Annotated[int, Field(description="Most megabytes of files; 0 takes none.", examples=[25])]
    kinds: Annotated[
        list[str], Field(description="Endings of files it takes; none: all.", examples=[["pdf", "png"]])
    ]
    work: Annotated[
        int, Field(description="How much a browser works before it sends, doubling; 0: none.", examples=[15])
    ]
    is_active: bool
    address: Annotated[str, Field(examples=["https://desk.example.org/forms/contact/"])]
    fields: Annotated[list[AskedOut], Field(description="The desk’s own fields it asks for, in their order.")]

    @classmethod
    def of(cls, one: Webform) -> "WebformOut":
        asked = [
            AskedOut(id=field.pk, name=field.name, required=required) for field, required in asked_in(one)
        ]
        return cls(
            inbox=one.inbox_id, sites=one.origins, kinds=one.endings, fields=asked,
            address=f"{house_address()}{one.get_absolute_url()}", **{name: getattr(one, name) for name in SAME},
        )  # fmt: skip


class AskedIn(In):
    id: Annotated[int, Field(ge=1, le=LARGEST_KEY)]
    required: bool = False


class WebformIn(In):
    slug: Slug
    inbox: Annotated[int, Field(ge=1, le=LARGEST_KEY)]
    brand: Annotated[Line, Field(min_length=1, max_length=80, examples=["Mitra"])]
    title: Annotated[Line, Field(min_length=1, max_length=120, examples=["Write to us"])]
    text: Words = ""
    thanks: Words = ""
    colour: Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$", examples=["#0f5c5c"])] = "#0f5c5c"
    language: Language = "en"
    sites: Annotated[
        list[Annotated[Line, Field(max_length=200)]],
        Field(max_length=50, examples=[["https://www.example.org"]]),
    ] = []
    largest: Annotated[int, Field(ge=0, le=100)] = 25
    kinds: Annotated[
        list[Annotated[str, Field(pattern=r"^[a-z0-9]{1,10}$")]], Field(max_length=18, examples=[["pdf"]])
    ] = []
    work: Annotated[int, Field(ge=0, le=22)] = 15
    is_active: bool = True
    fields: Annotated[list[AskedIn], Field(max_length=MOST, examples=[[]])] = []


@webforms.reads("/web-forms", READ)
def list_web_forms(request: ApiRequest, cursor: Cursor = "", limit: Limit = 30) -> Listed[WebformOut]:
    """List the web forms. By the names in their addresses."""
    must(request.user, MANAGE)
    return listed(Webform.objects.all(), WebformOut.of, order=("slug", "id"), cursor=cursor, limit=limit)


@webforms.reads("/web-forms/{slug}", READ)
def get_web_form(request: ApiRequest, slug: Slug) -> WebformOut:
    """Get a web form."""
    return WebformOut.of(_webform_for(request, slug))


@webforms.writes("POST", "/web-forms", WRITE, makes="/web-forms/{slug}")
def make_web_form(request: ApiRequest, given: WebformIn) -> WebformOut:
    """Make a web form."""
    must(request.user, MANAGE)
    return WebformOut.of(_saved(Webform(), given, request.user.actor))


@webforms.writes("PUT", "/web-forms/{slug}", WRITE)
def change_web_form(request: ApiRequest, slug: Slug, given: WebformIn) -> WebformOut:
    """Change a web form. What is left out goes back to how it ships."""
    return WebformOut.of(_saved(_webform_for(request, slug), given, request.user.actor))


def _webform_for(request: ApiRequest, slug: str) -> Webform:
    from django.shortcuts import get_object_or_404  # noqa: PLC0415 -- only here

    must(request.user, MANAGE)
    return get_object_or_404(Webform, slug=slug)


def _saved(webform: Webform, given: WebformIn, actor: str) -> Webform:
    """By the form of the page, so that both take and refuse the same."""
    wanted = {name: getattr(given, name) for name in SAME} | {
        "inbox": given.inbox,
        "sites": "\n".join(given.sites),
        "kinds": " ".join(given.kinds),
        "text": clean(given.text),
        "thanks": clean(given.thanks),
    }
    before = model_to_dict(webform) if webform.pk else {}
    form = WebformForm(wanted, instance=webform)
    if not form.is_valid():
        raise Problem(422, errors=[_told(*one) for one in form.errors.items()])
    changed = [name for name in wanted if before.get(name) != model_to_dict(form.instance)[name]]
    saved = save_webform(form.save(commit=False), fields=changed, actor=actor)
    _ask(saved, {one.id: one.required for one in given.fields}, actor)
    return saved


def _told(name: str, found: Iterable[object]) -> dict[str, str]:
    return {"in": "body", "name": name, "detail": " ".join(str(one) for one in found)}


def _ask(webform: Webform, fields: dict[int, bool], actor: str) -> None:
    if fields.keys() - {one.pk for one in askable()}:
        raise wrong("fields", _("No such field may stand in a form."))
    if {one.pk: required for one, required in asked_in(webform)} != fields:
        ask_in(webform, fields, actor=actor)
