"""How the help centre presents itself."""

from typing import Annotated

from django.utils.translation import gettext as _
from ninja.files import UploadedFile
from pydantic import Field

from ahlan.channels.webform.models import Webform
from ahlan.core.api.problems import wrong
from ahlan.core.api.shapes import In, Language, Line, Out
from ahlan.core.sizes import WORDS
from ahlan.knowledge.actions import sections as verbs
from ahlan.knowledge.api.room import knowledge
from ahlan.knowledge.models import HelpCentre
from ahlan.knowledge.policies import MANAGE
from ahlan.staff.policies import must
from ahlan.staff.requests import ApiRequest

READ, WRITE = "settings:read", "settings:write"
Names = Annotated[
    dict[Language, Annotated[Line, Field(max_length=80)]],
    Field(max_length=6, description="By language; without one it is the company’s name.", examples=[{"en": "Help"}]),
]  # fmt: skip
Welcome = Annotated[
    dict[Language, Line], Field(max_length=6, description="By language.", examples=[{"en": "Hello"}])
]
Languages = Annotated[
    list[Language], Field(max_length=6, description="None: all of them.", examples=[["en", "he"]])
]


class HelpCentreOut(Out):
    is_open: bool
    names: dict[str, str]
    welcome: dict[str, str]
    languages: list[str]
    colour: Annotated[str, Field(description="Empty: as it ships.", examples=["#0f5c5c"])]
    has_logo: bool
    web_form: Annotated[
        str | None, Field(description="The name of the form to write to you.", examples=["contact"])
    ]

    @classmethod
    def of(cls, one: HelpCentre) -> "HelpCentreOut":
        same = ("is_open", "names", "welcome", "languages", "colour")
        web_form = one.webform.slug if one.webform else None
        return cls(has_logo=bool(one.logo), web_form=web_form, **{name: getattr(one, name) for name in same})


class HelpCentreIn(In):
    """What is left out stays as it is."""

    is_open: bool | None = None
    names: Names | None = None
    welcome: Welcome | None = None
    languages: Languages | None = None
    colour: Annotated[str | None, Field(pattern=r"^(#[0-9a-f]{6})?$", examples=["#0f5c5c"])] = None
    web_form: Annotated[
        Line | None, Field(max_length=50, description="The name of a form, or “” for none.", examples=[""])
    ] = None


@knowledge.reads("/help-centre", READ)
def get_help_centre(request: ApiRequest) -> HelpCentreOut:
    """Get the settings of the help centre."""
    must(request.user, MANAGE)
    return HelpCentreOut.of(HelpCentre.objects.select_related("webform").first() or HelpCentre())


@knowledge.writes("PATCH", "/help-centre", WRITE)
def change_help_centre(request: ApiRequest, given: HelpCentreIn) -> HelpCentreOut:
    """Change the settings of the help centre."""
    must(request.user, MANAGE)
    wanted = {name: value for name, value in given.model_dump().items() if value is not None}
    if (slug := wanted.pop("web_form", None)) is not None:
        wanted["webform"] = _webform(slug)
    return HelpCentreOut.of(verbs.set_help_centre(actor=request.user.actor, **wanted))


def _webform(slug: str) -> Webform | None:
    if not slug:
        return None
    found = Webform.objects.filter(slug=slug, is_active=True).first()
    if found is None:
        raise wrong("web_form", _("There is no such form."))
    return found


@knowledge.writes("POST", "/help-centre/logo", WRITE, largest=verbs.LARGEST_LOGO + WORDS)
def set_help_centre_logo(request: ApiRequest, file: UploadedFile) -> HelpCentreOut:
    """Set the logo of the help centre. A PNG, JPEG, GIF or WebP of at most 512 kB."""
    must(request.user, MANAGE)
    picture = file.read(verbs.LARGEST_LOGO + 1)
    if not picture:
        raise wrong("file", _("The file is empty or too large, or a picture with too many points."))
    return HelpCentreOut.of(verbs.set_help_centre(actor=request.user.actor, logo=picture))


@knowledge.writes("DELETE", "/help-centre/logo", WRITE)
def drop_help_centre_logo(request: ApiRequest) -> HelpCentreOut:
    """Take the logo of the help centre away."""
    must(request.user, MANAGE)
    return HelpCentreOut.of(verbs.set_help_centre(actor=request.user.actor, logo=b""))
